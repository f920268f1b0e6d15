"""Whether an engine keeps what it said that it had kept."""

from dataclasses import dataclass

from infraaudit.model import Absent, DataClass, Datastore, Environment, Estate, Known
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    on_one_host,
    policy,
    used_in_its_project,
)

_OFF = frozenset({"off", "0", "false", "no"})
_LATER = frozenset({"0", "2"})
_ON = frozenset({"on", "1", "true", "yes", ""})


@dataclass(frozen=True)
class _Switch:
    """A setting that trades durability: its values that do, what is lost, and whether that is whole tables."""

    engine: str
    name: str
    risky: frozenset[str]
    loses: str
    corrupts: bool = False


_SWITCHES = (
    _Switch("postgres", "fsync", _OFF, "a crash of the machine can leave the whole database unreadable", corrupts=True),
    _Switch("postgres", "full_page_writes", _OFF, "a crash can leave half-written pages behind", corrupts=True),
    _Switch("postgres", "synchronous_commit", _OFF, "a crash loses commits of the last moments"),
    _Switch("mysql", "innodb_doublewrite", _OFF, "a crash can leave half-written pages behind", corrupts=True),
    _Switch("mysql", "skip_innodb_doublewrite", _ON, "a crash can leave half-written pages behind", corrupts=True),
    _Switch(
        "mysql", "innodb_flush_log_at_trx_commit", frozenset({"0", "2"}), "a crash loses commits of the last second"
    ),
    _Switch(
        "mysql", "sync_binlog", frozenset({"0"}), "a crash loses the end of the binary log, and replicas part ways"
    ),
    _Switch("mongodb", "nojournal", _ON, "a crash loses what came since the last checkpoint", corrupts=True),
)
_EVERY = _Switch("", "eatmydata", frozenset({"on"}), "nothing waits for the disk any more", corrupts=True)


def _promises(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.parameters is None or not any(each.engine == store.engine for each in _SWITCHES):
        return Exclusion(Reason.MANAGED, "nothing is known of settings by which its engine trades durability")
    if store.data_class is not DataClass.PRIMARY or store.replica:
        return Exclusion(Reason.DESIGN, "what it holds can be rebuilt")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"tests are sped up that way: {store.deployment.evidence}")
    return used_in_its_project(store, estate)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_promises,
    holds="databases keep on disk what they have confirmed",
    insight=True,
)
def durability_switched_off(store: Datastore, estate: Estate) -> Findings:
    """A setting trades committed data for speed.

    Why: the database confirms a write before it is on disk. After the next crash of the machine confirmed orders are
    gone, or the whole database cannot be read.

    Fix: leave the setting away. Where load is the reason, batch the writes or use a faster disk.

    Quiet when: the store is derived or not production.

    See: PostgreSQL documentation, Write Ahead Log; MySQL Reference Manual, InnoDB system variables.
    """
    settings = store.parameters
    if settings is None:
        return
    doubts = []
    for switch in (*_SWITCHES, _EVERY):
        if switch.engine not in {store.engine, ""}:
            continue
        written = settings.get(switch.name)
        if isinstance(written, Known):
            if written.value.lower() in switch.risky:
                yield _finding(store, estate, switch, written)
        elif not isinstance(written, Absent):
            doubts.append(written)
    for doubt in doubts:
        doubt.settled()


def _finding(store: Datastore, estate: Estate, switch: _Switch, written: Known[str]) -> Finding:
    value = f" = {written.value}" if written.value else ""
    return Finding(
        written.at,
        f"{store} confirms writes that are not on disk: {switch.loses}",
        label=f"{switch.name}{value}",
        factors=_weight(store, estate, switch),
        part=switch.name,
    )


def _weight(store: Datastore, estate: Estate, switch: _Switch) -> tuple[Factor, ...]:
    factors: list[Factor] = []
    if not switch.corrupts:
        factors.append(at_most(Severity.MEDIUM, "the database stays whole, its last moments are lost"))
    if on_one_host(store, estate) and store.deployment.environment is Environment.UNKNOWN:
        factors.append(at_most(Severity.MEDIUM, "a Compose project, and nothing says production"))
    return tuple(factors)
