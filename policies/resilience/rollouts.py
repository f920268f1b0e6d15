"""Whether a rollout leaves enough copies, and comes to its end."""

from infraaudit.model import (
    Absent,
    EdgeKind,
    Estate,
    Gateway,
    Known,
    Replacement,
    Role,
    Service,
    Unknown,
    UnsettledError,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Profile,
    Reason,
    Severity,
    at_most,
    by_default,
    claims_of,
    exclusive,
    gateways_before,
    least_copies,
    most_copies,
    on_several_hosts,
    operand,
    policy,
    raised,
    services_before,
    serving,
    settled_within,
    share_of,
    surge_copies,
)


def _is_rolled_out(workload: Workload, estate: Estate) -> Exclusion | None:
    if workload.rollout is None:
        return Exclusion(Reason.PLATFORM, "the platform replaces copies in its own way")
    if workload.stateful:
        return Exclusion(Reason.DESIGN, "each copy has a name of its own, and goes before its successor comes")
    if not services_before(workload, estate) and workload.role is not Role.WORKER:
        return Exclusion(Reason.ROLE, "no service sends requests to it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(serving, on_several_hosts, _is_rolled_out),
    holds="a rollout leaves copies that serve",
    equivalents=("kube-score:deployment-strategy", "kube-linter:no-rolling-update-strategy", "C-0305"),
)
def rollout_takes_service_down(workload: Workload, estate: Estate) -> Findings:
    """A rollout may take away every copy before a new one serves.

    Why: each deploy is then an outage that lasts as long as the start of the program, and a version that does not
    start turns it into one without an end.

    Fix: let new copies start first: maxUnavailable 0 and maxSurge 1, on ECS a minimum of 100 and a maximum of 200
    percent.

    Quiet when: nothing sends requests to it, or copies keep data of their own and go before their successors come.

    See: Kubernetes documentation, Deployments, Rolling Update Deployment; Amazon ECS, Service deployment configuration.
    """
    rollout = workload.rollout
    if rollout is None:
        return
    strategy = rollout.strategy.settled()
    if isinstance(strategy, Known) and strategy.value not in {"Recreate", "RollingUpdate"}:
        return
    if workload.recreate:
        yield Finding(
            strategy.at,
            f"a rollout of {workload} stops every copy before it starts a new one",
            label="all copies at once",
            factors=_weight(workload, estate),
        )
        return
    share = share_of(rollout.max_unavailable).settled()
    if isinstance(share, Absent):
        return
    copies = settled_within(least_copies(workload, estate), _safe(share.value.number, percent=share.value.percent))
    away = share.value.of(copies.value, up=False)
    written = f"{share.value.number}{'%' if share.value.percent else ''}"
    if 0 < copies.value <= away:
        yield Finding(
            share.at,
            f"a rollout of {workload} may take away {_all_of(copies.value)}: {written} may be unavailable"
            f"{by_default(share)}",
            label=f"{away} of {copies.value}",
            places=(Place(copies.at, f"{_count(copies.value)}{by_default(copies)}"),),
            operands=(operand("copies", copies), Operand("unavailable", written, share.at)),
            sum=f"{copies.value} - {away} = {copies.value - away} < 1",
            factors=(*_weight(workload, estate), *_of_a_single_copy(copies.value)),
        )


def _of_a_single_copy(copies: int) -> tuple[Factor, ...]:
    if copies > 1:
        return ()
    return (at_most(Severity.MEDIUM, "a crash takes its only copy too"),)


def _safe(number: int, *, percent: bool) -> str:
    if percent:
        return f"{number} % of them may be away at once" if number else "none of them may be away"
    return f"{number + 1} or more leave one that serves"


def _count(copies: int) -> str:
    return f"{copies} {'copy' if copies == 1 else 'copies'}"


def _all_of(copies: int) -> str:
    return "its only copy" if copies == 1 else f"all of its {copies} copies"


def _weight(workload: Workload, estate: Estate) -> tuple[Factor, ...]:
    if workload.single_by_design:
        return (at_most(Severity.LOW, workload.single_by_design),)
    if workload.role is Role.WORKER:
        return (at_most(Severity.LOW, "its tasks wait in the queue meanwhile"),)
    opened = any(each.exposure == "load balancer" and not each.internal for each in services_before(workload, estate))
    if not opened and not gateways_before(workload, estate):
        return (at_most(Severity.MEDIUM, "nothing public leads straight to it"),)
    return ()


def _keeps_all_copies(workload: Workload, _: Estate) -> Exclusion | None:
    if workload.rollout is None or workload.recreate or workload.runs_once or workload.per_node:
        return Exclusion(Reason.PLATFORM, "no rollout keeps its old copies until new ones are there")
    if workload.stateful:
        return Exclusion(Reason.DESIGN, "each old copy goes before its successor comes")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(on_several_hosts, _keeps_all_copies),
    holds="a rollout finds what its new copies need",
    insight=True,
)
def rollout_cannot_progress(workload: Workload, estate: Estate) -> Findings:
    """A rollout waits for something that the old copies hold and may not let go.

    Why: no old copy may go before a new one serves, and the new one needs what only an old one has: a volume that one
    pod or node may mount, a place that is taken. The deploy hangs until somebody deletes copies by hand.

    Fix: let an old copy go first: maxSurge 0 and maxUnavailable 1, or the strategy Recreate; on ECS a maximum of
    200 percent.

    Quiet when: the rollout may take a copy away first.

    See: Kubernetes documentation, Deployments, Max Unavailable; Persistent Volumes, Access Modes.
    """
    rollout = workload.rollout
    if rollout is None:
        return
    share = share_of(rollout.max_unavailable).settled()
    copies = settled_within(most_copies(workload, estate), "its rollout starts more before any of them goes")
    if isinstance(share, Absent) or copies.value == 0 or share.value.of(copies.value, up=False) > 0:
        return
    surge = settled_within(surge_copies(workload, copies.value), "one more copy must be able to start")
    if surge.value == 0:
        yield Finding(
            share.at,
            f"a rollout of {workload} may neither stop one of its {_count(copies.value)} nor start one more",
            label="neither is allowed",
            places=(Place(surge.at, "nor is one more copy"),),
            operands=(operand("copies", copies), operand("more of them during a rollout", surge)),
            sum=f"0 unavailable, {surge.value} more",
            part="no room",
        )
        return
    for mounted in claims_of(workload, estate):
        modes = exclusive(mounted.claim)
        if modes is None or not modes.settled().value:
            continue
        if "ReadWriteOncePod" not in {mode.value for mode in mounted.claim.access_modes if isinstance(mode, Known)}:
            why = f"{mounted.name} can be shared by copies on one node, and where the new copy starts is not said here"
            raise UnsettledError(Unknown(why, mounted.at))
        yield Finding(
            mounted.at,
            f"a rollout of {workload} starts a copy that cannot mount {mounted.name}: one pod alone may",
            label="held by the old copy",
            places=(Place(share.at, f"no old copy may go first{by_default(share)}"),),
            operands=(operand("copies", copies), operand("more of them during a rollout", surge)),
            sum=f"{copies.value} + {surge.value} > 1",
            part=mounted.name,
        )


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    holds="what is replaced has its successor before it goes",
    equivalents=("CKV_AWS_217", "CKV_AWS_233", "CKV_AWS_237"),
    profile=Profile.STRICT,
)
def replacement_causes_gap(replacement: Replacement, estate: Estate) -> Findings:
    """A change deletes what is in use before its successor is there.

    Why: no change reaches such a resource in place, so the first change of it either fails half-way or leaves a time
    in which what holds on to it has nothing.

    Fix: lifecycle { create_before_destroy = true }, and a name_prefix where there is one, so that both can exist.

    Quiet when: the successor comes first, by its own switch or by that of what holds it, or nothing holds on to it.

    See: Terraform documentation, The lifecycle meta-argument.
    """
    first = replacement.successor_first.settled()
    if not first.value:
        public = _shown_outside(replacement, estate)
        yield Finding(
            first.at,
            f"{replacement} goes before its successor comes: {replacement.happens}",
            label="create_before_destroy is not set" if not first.stated else "create_before_destroy is off",
            places=tuple(Place(at, f"{address} holds on to it") for address, at in replacement.holders),
            factors=(raised(f"{public} of the internet needs it"),) if public is not None else (),
            fix="set create_before_destroy"
            + (f", and {replacement.prefix} in place of the name" if replacement.prefix else ""),
        )


def _shown_outside(replacement: Replacement, estate: Estate) -> Gateway | None:
    """Return the gateway of the internet that shows a certificate, or leads to a group of targets."""
    for gateway in estate.in_deployment(replacement, Gateway):
        if known_value(gateway.public) is not True:
            continue
        doors = [each for door in gateway.listeners for each in (door.certificate, *door.further) if each is not None]
        if any(known_value(each) == replacement.of for each in doors):
            return gateway
    service = estate.beside(replacement, replacement.of, Service)
    gates = estate.sources(service, EdgeKind.ROUTES_TO, Gateway) if service is not None else ()
    return next((each for each in gates if known_value(each.public) is True), None)
