"""Whether a name leads away from what has failed."""

from infraaudit.model import Absent, Estate, NameRecord
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, policy

_LEADING_AWAY = frozenset({"failover", "latency", "multivalue"})
"""Ways to choose an answer that are there so that another one can take its place."""


def _has_others(record: NameRecord, _: Estate) -> Exclusion | None:
    routing = record.routing.settled()
    if isinstance(routing, Absent):
        return Exclusion(Reason.ROLE, "it has one answer for everybody")
    if routing.value not in _LEADING_AWAY:
        return Exclusion(Reason.DESIGN, f"its answers are chosen by {routing.value}, not to take each other's place")
    return None


def _is_the_last(record: NameRecord, _: Estate) -> Exclusion | None:
    role = record.role.settled()
    if not isinstance(role, Absent) and role.value == "SECONDARY":
        return Exclusion(Reason.DESIGN, "nothing takes the place of the second answer")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_has_others, _is_the_last),
    holds="names lead away from what fails a check",
    insight=True,
)
def failover_routing_without_health_check(record: NameRecord) -> Findings:
    """A name has a second answer, and nothing notices that the first one does not work.

    Why: the answers are chosen by the state of a health check. Without one the first answer counts as healthy for ever
    and the second one is never given.

    Fix: give the record a health check, or let its alias evaluate the health of its target. Leave always_serve_enabled
    of an endpoint of Traffic Manager off.

    Quiet when: there is one answer for everybody, or it is the answer of last resort.

    See: Amazon Route 53 developer guide, Creating Amazon Route 53 health checks.
    """
    checked = record.checked.settled()
    if not checked.value:
        routing = record.routing.settled()
        way = "" if isinstance(routing, Absent) else f" by {routing.value}"
        yield Finding(
            record.at,
            f"{record} is answered{way}, and nothing checks what it leads to",
            label="nothing takes it out when it fails",
        )
