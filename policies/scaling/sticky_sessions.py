"""Whether each client has to come back to the same copy."""

import re

from infraaudit.model import EdgeKind, Estate, Known, Service, Unknown, Workload
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    most_copies,
    operand,
    policy,
)

_SOCKETS = re.compile(r"(?<![a-z])(ws|wss|websockets?|socket-?io|sockets?)(?![a-z])")
"""Words of what keeps connections open, where a client that comes back is better served by the same copy."""


def _hands_on(service: Service, estate: Estate) -> Exclusion | None:
    if service.sticky is None:
        return Exclusion(Reason.MANAGED, "whether it keeps clients with their copy is not read")
    if not estate.targets(service, EdgeKind.EXPOSES, Workload):
        return Exclusion(Reason.ROLE, "nothing of the scan stands behind it")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_hands_on,
    holds="any copy may answer any client",
    insight=True,
)
def sticky_sessions_imply_local_state(service: Service, estate: Estate) -> Findings:
    """Clients are kept with one copy, though several run.

    Why: the copies carry unequal loads, new ones stay idle while old ones are full, and whoever was with a copy that is
    lost or replaced has lost his session: every rollout signs users out.

    Fix: keep sessions in a shared store or in signed cookies, then switch the affinity off.

    Quiet when: one copy runs at most, or nothing is written of affinity.

    See: AWS Well-Architected REL05-BP06; The Twelve-Factor App, Processes.
    """
    sticky = service.sticky.settled() if service.sticky is not None else None
    if not isinstance(sticky, Known) or not sticky.value:
        return
    doubt: Unknown[int] | None = None
    for workload in estate.targets(service, EdgeKind.EXPOSES, Workload):
        copies = most_copies(workload, estate)
        if isinstance(copies, Unknown):
            doubt = doubt or copies
        elif copies.value > 1:
            yield Finding(
                sticky.at,
                f"{service} keeps each client with one of the {copies.value} copies of {workload}",
                label="clients do not move to other copies",
                places=(Place(copies.at, "several copies"),),
                operands=(operand("copies", copies),),
                factors=_weight(service, workload),
                part=workload.address,
            )
    if doubt is not None:
        doubt.settled()


def _weight(service: Service, workload: Workload) -> tuple[Factor, ...]:
    names = (service.name, workload.name, *(port.name for port in service.ports))
    if any(_SOCKETS.search(name.lower().replace("_", "-")) for name in names):
        return (at_most(Severity.LOW, "its name speaks of connections that stay open"),)
    return ()
