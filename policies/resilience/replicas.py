"""How many copies run, and what a lost one costs."""

from infraaudit.model import (
    EdgeKind,
    Estate,
    Gateway,
    Service,
    Unknown,
    UnsettledError,
    VirtualMachines,
    VolumeKind,
    Workload,
    known_value,
)
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
    autoscaler_of,
    by_default,
    gateways_before,
    least_copies,
    may_mean,
    on_several_hosts,
    policy,
    services_before,
    serving,
)


def _may_be_doubled(workload: Workload, estate: Estate) -> Exclusion | None:
    if isinstance(workload, VirtualMachines) and not workload.replaced.settled().value:
        if services_before(workload, estate):
            return Exclusion(Reason.MANAGED, "nothing replaces the machine at all, which is told by itself")
        targets = [each.service for each in workload.targets if isinstance(each.service, Unknown)]
        if targets:
            raise UnsettledError(targets[0])
    if workload.platform.replaces_copies:
        return Exclusion(Reason.PLATFORM, f"{workload.platform.name} starts copies as requests come")
    if any(each.process is not None and each.process.schedules for each in workload.containers):
        return Exclusion(Reason.DESIGN, "it fires a schedule, which a second copy would fire again")
    if workload.stateful and _keeps_data(workload):
        return Exclusion(Reason.DESIGN, "each copy keeps data of its own")
    return None


def _keeps_data(workload: Workload) -> bool:
    kinds = [mount.kind.settled().value for container in workload.containers for mount in container.mounts]
    return VolumeKind.PERSISTENT in kinds


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(serving, on_several_hosts, _may_be_doubled),
    holds="every service runs two copies or more",
    equivalents=(
        "kube-score:deployment-replicas",
        "kube-score:horizontalpodautoscaler-replicas",
        "kube-linter:minimum-replicas",
        "polaris:deploymentMissingReplicas",
        "polaris:hpaMinAvailability",
        "CKV_AZURE_212",
    ),
)
def single_replica_workload(workload: Workload, estate: Estate) -> Findings:
    """A service runs as one copy.

    Why: a rollout, a node drain or one crash takes the whole service down, because nothing is left to answer while
    the copy is replaced.

    Fix: ask for two copies or more. Where an autoscaler counts the copies, raise its floor instead.

    Quiet when: the workload ends by itself, runs once on each node, keeps data, fires a schedule, is single by design
    (an exclusive volume that is recreated, a leader election), shares one host with all its copies, runs on
    a platform that starts copies as requests come, or another workload answers behind the same service. A machine that
    nothing replaces is told as such.

    See: AWS Well-Architected REL10-BP01; Kubernetes documentation, Disruptions.
    """
    floor = least_copies(workload, estate).settled()
    if floor.value == 1 and not _has_a_stand_in(workload, estate):
        verb = "runs" if autoscaler_of(workload, estate) is None else "may be scaled down to"
        yield Finding(
            floor.at,
            f"{workload} {verb} 1 copy{by_default(floor)}",
            label="the only copy",
            places=_affected(workload, estate),
            factors=_reach(workload, estate),
        )


def _has_a_stand_in(workload: Workload, estate: Estate) -> bool:
    """Whether another workload answers behind the same service: a canary, or a member that is written out.

    Ends the check where it cannot be told whether another one does.
    """
    services = services_before(workload, estate)
    if any(len(estate.targets(service, EdgeKind.EXPOSES, Workload)) > 1 for service in services):
        return True
    for other in estate.in_deployment(workload, Workload):
        for target in other.targets:
            if any(may_mean(target.service, service.address) for service in services):
                target.service.settled()
        if other.labels is None and other.namespace == workload.namespace and services:
            raise UnsettledError(Unknown(f"the labels of {other} cannot be told, and may make it a stand-in", other.at))
    return False


def _affected(workload: Workload, estate: Estate) -> tuple[Place, ...]:
    callers = ((edge.at, estate.get(edge.source, Workload)) for edge in estate.edges_to(workload, EdgeKind.CALLS))
    called = {caller: at for at, caller in callers if caller is not None}
    routed = (
        Place(edge.at, f"{gateway} sends its requests here")
        for service in services_before(workload, estate)
        for gateway in gateways_before(workload, estate)
        for edge in estate.edges_from(gateway, EdgeKind.ROUTES_TO)
        if edge.target == service.key
    )
    opened = (Place(service.at, f"{service} puts a load balancer before it") for service in _opened(workload, estate))
    stopped = (Place(at, f"{caller} stops working without it") for caller, at in called.items())
    return (*routed, *opened, *stopped)


def _opened(workload: Workload, estate: Estate) -> tuple[Service, ...]:
    """Return the services that are public load balancers by themselves, with no gateway before them."""
    return tuple(
        service
        for service in services_before(workload, estate)
        if service.exposure == "load balancer" and not service.internal
        if not estate.sources(service, EdgeKind.ROUTES_TO, Gateway)
    )


def _reach(workload: Workload, estate: Estate) -> tuple[Factor, ...]:
    gateways = gateways_before(workload, estate)
    if _opened(workload, estate) or any(known_value(gateway.public) is not False for gateway in gateways):
        return ()
    return (at_most(Severity.MEDIUM, "nothing public leads straight to it"),)
