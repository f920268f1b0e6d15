"""Whether a store can be brought back as far, as fast and for as long as was promised."""

from infraaudit.model import (
    Absent,
    DataClass,
    Datastore,
    Environment,
    Estate,
    Failover,
    Known,
    Objective,
    Recovery,
    Survives,
    Unknown,
    UnsettledError,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
    raised,
)

_HOUR, _DAY, _WEEK = 3600, 86400, 7
_RESTORE = _HOUR
"""The least that a restore into a new instance takes, by the experience of every vendor's guide: about an hour."""


def _has_promise(store: Datastore, _: Estate) -> Exclusion | None:
    if store.objective is None:
        return Exclusion(Reason.DESIGN, "no tag of it states an objective")
    if store.recovery is None:
        return Exclusion(Reason.MANAGED, "to what its kind can be brought back is not among the facts")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_has_promise,
    holds="stores can be brought back as their objectives say",
    insight=True,
)
def recovery_objective_not_met(store: Datastore) -> Findings:
    """What was promised for the recovery of a store is not what its settings give.

    Why: the objective was agreed with those who rely on it. On the day of the loss hours of orders are gone, or the
    store is away for longer than anybody planned for.

    Fix: take the cheapest mechanism that reaches the target: recovery to a point in time for minutes of data, a
    standby for minutes of outage, a longer retention for mistakes that are noticed late.

    Quiet when: no tag states an objective (rpo, rto, backup-retention).

    See: AWS Well-Architected REL13-BP01.
    """
    if store.objective is None or store.recovery is None:
        return
    yield from _point(store, store.objective, store.recovery)
    yield from _retention(store, store.objective, store.recovery)
    if store.failover is not None:
        yield from _time(store, store.objective, store.failover)


def _point(store: Datastore, objective: Objective, recovery: Recovery) -> Findings:
    target = objective.point.settled()
    if isinstance(target, Absent):
        return
    interval = recovery.interval.settled()
    if isinstance(interval, Absent):
        says = f"{store} may lose {_words(target.value)} by its tag, and no copy of it is made at all"
        yield Finding(interval.at, says, label=f"{recovery.setting} decides it", part="point")
    elif interval.value > target.value:
        yield Finding(
            interval.at,
            f"{store} may lose {_words(target.value)} by its tag, and can lose {_words(interval.value)}",
            label="the time between two points to which it can be brought back",
            operands=(
                Operand("may be lost", f"{target.value} s", target.at),
                Operand("can be lost", f"{interval.value} s", interval.at, interval.fact),
            ),
            sum=f"{interval.value} > {target.value}",
            part="point",
        )


def _retention(store: Datastore, objective: Objective, recovery: Recovery) -> Findings:
    promised, kept = objective.retention, recovery.retention
    if isinstance(promised, Absent):
        return
    if isinstance(promised, Unknown) and isinstance(kept, Known):
        raise UnsettledError(_with(promised, f"with {kept.value} days at most {kept.value} can be promised"))
    target = promised.settled()
    if isinstance(target, Known) and isinstance(kept, Unknown):
        raise UnsettledError(_with(kept, f"at least {target.value} days keep what was promised"))
    days = kept.settled()
    if isinstance(target, Known) and isinstance(days, Known) and days.value < target.value:
        yield Finding(
            days.at,
            f"{store} promises copies of {target.value} days by its tag, and keeps them for {days.value}"
            + by_default(days),
            label=recovery.setting,
            operands=(
                Operand("promised", f"{target.value} days", target.at),
                Operand("kept", f"{days.value} days", days.at, days.fact),
            ),
            sum=f"{days.value} < {target.value}",
            part="retention",
        )


def _with(unknown: Unknown[int], limit: str) -> Unknown[int]:
    """Say what would do, and keep the value that is asked for as it is where its candidates may decide."""
    return unknown if unknown.candidates else Unknown(f"{unknown.why}; {limit}", unknown.at)


def _time(store: Datastore, objective: Objective, failover: Failover) -> Findings:
    target = objective.time.settled()
    if isinstance(target, Absent) or target.value >= _RESTORE:
        return
    survives = failover.survives.settled()
    if survives.value is Survives.NOTHING:
        yield Finding(
            survives.at,
            f"{store} has to be back within {_words(target.value)} by its tag, and nothing takes over from it",
            label=f"{failover.setting} decides it",
            operands=(
                Operand("may be away", f"{target.value} s", target.at),
                Operand("a restore takes at least", f"{_RESTORE} s", None, "a new instance and a copy to fill it"),
            ),
            sum=f"{_RESTORE} > {target.value}",
            factors=(at_most(Severity.MEDIUM, "how long a restore takes is an estimate"),),
            part="time",
        )


def _words(seconds: int) -> str:
    for size, word in ((_DAY, "day"), (_HOUR, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            number = seconds // size
            return f"{number} {word}{'' if number == 1 else 's'}"
    return f"{seconds} seconds"


def _keeps_copies(store: Datastore, _: Estate) -> Exclusion | None:
    if store.recovery is None:
        return Exclusion(Reason.MANAGED, "its kind has no retention of its own")
    if store.replica or store.data_class is not DataClass.PRIMARY:
        return Exclusion(Reason.DESIGN, "what it holds can be had again")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"a mistake costs little there: {store.deployment.evidence}")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_keeps_copies,
    holds="copies are kept long enough to notice a mistake",
    equivalents=("CKV_AWS_360", "CKV_AWS_361"),
)
def backup_retention_too_short(store: Datastore) -> Findings:
    """Copies of a store are gone before a mistake is noticed.

    Why: a wrong job on Friday night is found on Monday; by then only copies with the damage in them are left.

    Fix: keep copies for two weeks or more, and one of each month longer.

    Quiet when: no copies are made, which is another finding, or it is a replica, derived or not production.

    See: Amazon RDS user guide, Backup retention period.
    """
    recovery = store.recovery
    if recovery is None:
        return
    days = recovery.retention.settled()
    if isinstance(days, Known) and days.value < _WEEK and not (days.value == 0 and _never_copied(recovery)):
        yield Finding(
            days.at,
            f"copies of {store} are kept for {_of_days(days.value)}{by_default(days)}",
            label=recovery.setting if days.stated else f"{recovery.setting} is not set",
            factors=_weight(store, days.value),
        )


def _never_copied(recovery: Recovery) -> bool:
    return isinstance(recovery.interval.settled(), Absent)


def _of_days(days: int) -> str:
    if days == 0:
        return "less than a day"
    return f"{days} {'day' if days == 1 else 'days'}"


def _weight(store: Datastore, days: int) -> tuple[Factor, ...]:
    if days <= 1 and store.deployment.environment is Environment.PRODUCTION:
        return (raised("one day does not even reach over a weekend"),)
    return ()
