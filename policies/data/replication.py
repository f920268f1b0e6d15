"""Whether a log of events survives the loss of a broker."""

from infraaudit.model import Datastore, EdgeKind, Estate, EventLog, Known, Unknown, UnsettledError, Workload
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
)

_SAFE = 3


def _on_several_brokers(log: EventLog, estate: Estate) -> Exclusion | None:
    for store in estate.in_deployment(log, Datastore):
        carriers = estate.sources(store, EdgeKind.RUNS, Workload) if log.address == f"{store.address}/logs" else ()
        if any(carrier.platform.single_host for carrier in carriers):
            return Exclusion(Reason.PLATFORM, "all brokers share one host, and are lost with it together")
    brokers = log.brokers.settled()
    if isinstance(brokers, Known) and brokers.value == 1:
        return Exclusion(Reason.DESIGN, "there is one broker, and more copies would need more of them")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_on_several_brokers,
    holds="logs keep what they confirmed, and take more, when a broker is lost",
    insight=True,
)
def log_replication_unsafe(log: EventLog) -> Findings:
    """A log loses what it confirmed, or takes nothing more, when one broker is lost.

    Why: with one copy the messages are gone with their broker; where a single copy is enough to confirm, the last
    messages are; and where every copy must have a message, one lost broker stops all writes.

    Fix: three brokers or more, three copies (replication factor 3), and min.insync.replicas = 2.

    Quiet when: there is one broker, or all of them share a host.

    See: Apache Kafka documentation, Broker Configs; Amazon MSK developer guide, Best practices.
    """
    copies, needed = log.replication, log.in_sync
    if isinstance(copies, Unknown) and isinstance(needed, Known):
        raise UnsettledError(_with(copies, f"with min.insync.replicas = {needed.value} at least {needed.value + 1}"))
    number = copies.settled()
    if number.value > 1 and isinstance(needed, Unknown):
        raise UnsettledError(_with(needed, f"with {number.value} copies at most {number.value - 1}"))
    yield from _of_copies(log, number)
    if number.value > 1:
        yield from _of_confirmation(log, number, needed.settled())
    yield from _of_brokers(log, number)
    if log.unclean is not None and isinstance(unclean := log.unclean.settled(), Known) and unclean.value:
        light = at_most(Severity.MEDIUM, "only where every copy that is in step is lost at once")
        says = f"a copy that lags behind may take over a log of {log}, and drops what it lacks"
        yield Finding(unclean.at, says, "unclean.leader.election.enable", factors=(light,), part="unclean")


def _with(unknown: Unknown[int], limit: str) -> Unknown[int]:
    """Say what would be safe, and keep the value that is asked for as it is where its candidates may decide."""
    return unknown if unknown.candidates else Unknown(f"{unknown.why}; {limit} is safe", unknown.at)


def _of_copies(log: EventLog, copies: Known[int]) -> Findings:
    if copies.value == 1:
        whose = f"each log that {log} makes" if log.shared else str(log)
        yield Finding(
            copies.at,
            f"{whose} has one copy{by_default(copies)}, and is lost with its broker",
            label="replication factor 1",
            operands=(Operand("copies", str(copies.value), copies.at, copies.fact),),
            sum="1 copy - 1 broker lost = 0 copies",
            factors=_of_defaults(log, copies),
            part="copies",
        )
    for name, value in log.internal:
        number = value.settled()
        if number.value == 1:
            says = f"{log} keeps one copy of its own log ({name})"
            yield Finding(number.at, says, "positions of every consumer are lost with it", part=name)


def _of_defaults(log: EventLog, copies: Known[int]) -> tuple[Factor, ...]:
    if log.shared and not copies.stated:
        return (at_most(Severity.MEDIUM, "logs that state a number of their own are not concerned"),)
    return ()


def _of_confirmation(log: EventLog, copies: Known[int], needed: Known[int]) -> Findings:
    spare = copies.value - needed.value
    operands = (
        Operand("copies", str(copies.value), copies.at, copies.fact),
        Operand("must have a message", str(needed.value), needed.at, needed.fact),
    )
    total = f"{copies.value} - {needed.value} = {spare} {'broker' if spare == 1 else 'brokers'} may be lost"
    if spare <= 0:
        yield Finding(
            needed.at,
            f"one lost broker stops every write to {log} that waits for all copies",
            label=f"min.insync.replicas may be at most {copies.value - 1}",
            operands=operands,
            sum=total,
            part="in sync",
        )
    elif needed.value == 1:
        yield Finding(
            needed.at,
            f"{log} confirms a message that one of {copies.value} copies has",
            label="lost with its broker before the others have it",
            operands=operands,
            sum=f"1 copy with the message - 1 broker lost = 0 of {copies.value} copies",
            factors=(at_most(Severity.MEDIUM, "only messages of the last moments are lost"),),
            part="in sync",
        )


def _of_brokers(log: EventLog, copies: Known[int]) -> Findings:
    brokers = log.brokers
    if isinstance(brokers, Known) and copies.value > brokers.value:
        yield Finding(
            copies.at,
            f"no log can be made by {log}: it asks for {copies.value} copies of {brokers.value} brokers",
            label="more copies than brokers",
            operands=(
                Operand("copies", str(copies.value), copies.at, copies.fact),
                Operand("brokers", str(brokers.value), brokers.at, brokers.fact),
            ),
            sum=f"{copies.value} > {brokers.value}",
            part="brokers",
        )
