"""Whether the loss of one zone of a cloud leaves something that works."""

from infraaudit.model import (
    Absent,
    Cluster,
    EdgeKind,
    Environment,
    Estate,
    Function,
    Gateway,
    Known,
    NodePool,
    Placed,
    Role,
    Service,
    Unknown,
    UnsettledError,
    VirtualMachines,
    Workload,
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
    by_default,
    least_copies,
    may_mean,
    most_copies,
    policy,
    serving,
)

_STAND_IN = "the zone "
"""How a zone is called whose name is known only after apply."""


def _is_capacity(placed: Placed, estate: Estate) -> Exclusion | None:
    if isinstance(placed, Gateway | Cluster):
        return Exclusion(Reason.MANAGED, "it is no capacity itself")
    if placed.location is None or isinstance(placed.location.zones, Absent):
        return Exclusion(Reason.PLATFORM, "the platform places it, not the configuration")
    if isinstance(placed, NodePool) and _is_single_node(placed):
        return Exclusion(Reason.DESIGN, "one node is in one zone")
    return _is_serving(placed, estate) if isinstance(placed, Workload) else None


def _is_single_node(pool: NodePool) -> bool:
    most = (pool.desired if isinstance(pool.maximum, Absent) else pool.maximum).settled()
    return isinstance(most, Known) and most.value == 1


def _is_serving(workload: Workload, estate: Estate) -> Exclusion | None:
    if isinstance(workload, Function):
        return None
    if isinstance(workload, VirtualMachines) and not workload.replaced.settled().value:
        return Exclusion(Reason.DESIGN, "one machine is in one zone")
    excluded = serving(workload, estate)
    if excluded is None and most_copies(workload, estate).settled().value == 1:
        return Exclusion(Reason.DESIGN, "a single copy is in one zone, wherever it may be placed")
    return excluded


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_is_capacity,
    holds="compute is spread over two zones or more",
    equivalents=("CKV_AZURE_225", "CKV_AZURE_231"),
)
def capacity_confined_to_one_zone(placed: Placed, estate: Estate) -> Findings:
    """All compute of a tier stands in one zone.

    Why: a zone fails as a whole, by power, network or a bad rollout of the cloud itself. What stands in it alone is
    gone until the zone is back, however many copies there were.

    Fix: list subnets or zones of at least two zones; the platform spreads the copies over them.

    Quiet when: other node pools of the same cluster cover other zones, a single copy runs anyway, or the platform
    places the copies itself.

    See: AWS Well-Architected REL10-BP01; Azure reliability documentation, availability zones; GKE documentation,
    regional clusters.
    """
    if placed.location is None:
        return
    zones = placed.location.zones.settled()
    if isinstance(zones, Absent) or len(zones.value) != 1:
        return
    if isinstance(placed, NodePool) and _siblings_stand_elsewhere(placed, zones.value, estate):
        return
    says = f"runs in one zone only: {zones.value[0]}" if zones.stated else "names no zone, and may stand in one"
    yield Finding(
        zones.at,
        f"{placed} {says}",
        label="one zone" if zones.stated else "the cloud picks a zone",
        factors=_weight(placed, stated=zones.stated),
    )


def _siblings_stand_elsewhere(pool: NodePool, zones: tuple[str, ...], estate: Estate) -> bool:
    cluster = pool.cluster.settled()
    for other in estate.in_deployment(pool, NodePool):
        if other.key == pool.key or isinstance(cluster, Absent):
            continue
        if may_mean(other.cluster, cluster.value):
            other.cluster.settled()
        same = isinstance(other.cluster, Known) and other.cluster.value == cluster.value
        if same and other.location is not None:
            theirs = other.location.zones.settled()
            if isinstance(theirs, Absent) or set(theirs.value) - set(zones):
                return True
    return False


def _weight(placed: Placed, *, stated: bool) -> tuple[Factor, ...]:
    if not stated:
        return (at_most(Severity.MEDIUM, "the cloud may as well spread it"),)
    if isinstance(placed, Function):
        return (at_most(Severity.MEDIUM, "events wait, or come again"),)
    if isinstance(placed, Workload) and placed.role is Role.WORKER:
        return (at_most(Severity.MEDIUM, "it takes work from a queue, which waits meanwhile"),)
    return ()


def _chooses_zones(gateway: Gateway, _: Estate) -> Exclusion | None:
    if gateway.location is None or isinstance(gateway.location.zones, Absent):
        return Exclusion(Reason.PLATFORM, "the platform places it, not the configuration")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_chooses_zones,
    holds="a load balancer stands in every zone of its targets, and in two or more",
    insight=True,
)
def load_balancer_zone_mismatch(gateway: Gateway, estate: Estate) -> Findings:
    """A load balancer stands in one zone, or not in the zones of its targets.

    Why: a balancer answers from the zones in which it has a subnet. With one zone it falls with that zone; targets in a
    zone without it get no traffic at all, and are missing when they are needed.

    Fix: give the balancer a subnet in every zone of its targets, two at least.

    Quiet when: the platform places the balancer itself, or the targets stand in one zone, which is told of them.

    See: Elastic Load Balancing user guide, Availability Zones.
    """
    if gateway.location is None:
        return
    own = gateway.location.zones.settled()
    if isinstance(own, Absent):
        return
    factors = _inside(gateway)
    if len(own.value) == 1:
        yield Finding(
            own.at,
            f"{gateway} stands in one zone only: {own.value[0]}",
            label="one zone",
            factors=factors,
        )
        return
    for workload in _behind(gateway, estate):
        zones = workload.location.zones.settled() if workload.location is not None else None
        missing = [zone for zone in zones.value if zone not in own.value] if isinstance(zones, Known) else []
        if not missing or not isinstance(zones, Known):
            continue
        if any(zone.startswith(_STAND_IN) for zone in (*missing, *own.value)):
            raise UnsettledError(Unknown(f"the zones of {gateway} and {workload} are known only after apply", own.at))
        yield Finding(
            own.at,
            f"{gateway} has no subnet in {' and '.join(missing)}, where {workload} runs",
            label="no traffic gets there",
            places=(Place(zones.at, f"{workload} runs in {', '.join(zones.value)}"),),
            factors=factors,
            part=workload.address,
        )


def _behind(gateway: Gateway, estate: Estate) -> tuple[Workload, ...]:
    services = estate.targets(gateway, EdgeKind.ROUTES_TO, Service)
    found = (workload for service in services for workload in estate.targets(service, EdgeKind.EXPOSES, Workload))
    return tuple(dict.fromkeys(found))


def _inside(gateway: Gateway) -> tuple[Factor, ...]:
    if isinstance(gateway.public, Known) and not gateway.public.value:
        return (at_most(Severity.MEDIUM, "nothing public comes in by it"),)
    return ()


def _has_a_place(cluster: Cluster, _: Estate) -> Exclusion | None:
    if cluster.zonal is None and cluster.promised is None:
        return Exclusion(Reason.PLATFORM, "its platform spreads the control plane by itself")
    if cluster.zonal is None and cluster.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing tells that it is production, for which the free tier is not made")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.LARGE,
    when=_has_a_place,
    holds="the control planes of clusters outlive a zone",
    insight=True,
    equivalents=("CKV_AZURE_170",),
)
def control_plane_without_zone_redundancy(cluster: Cluster) -> Findings:
    """The control plane of a cluster stands in one zone, or nobody answers for it.

    Why: when that zone fails, and at every upgrade, nobody can deploy, nothing is scaled and nothing that dies is
    started elsewhere, for as long as it takes. The free tier of AKS is made for trying out: Azure does what it can.

    Fix: make a regional cluster, whose control plane and nodes stand in three zones; a cluster cannot be changed into
    one, so it is made beside the old one. Give an AKS cluster sku_tier = "Standard", which changes it in place.

    Quiet when: the cluster is regional, or its platform spreads every control plane; in AKS, where somebody pays for a
    tier, or nothing tells that it is production.

    See: GKE documentation, About regional clusters; AKS documentation, Free, Standard and Premium pricing tiers.
    """
    zonal = cluster.zonal.settled() if cluster.zonal is not None else Absent(cluster.at)
    if isinstance(zonal, Known) and zonal.value:
        yield Finding(
            zonal.at,
            f"the control plane of {cluster} stands in one zone",
            label="a zone, and no region",
        )
    promised = cluster.promised.settled() if cluster.promised is not None else None
    if promised is not None and not promised.value:
        yield Finding(
            promised.at,
            f"nobody answers for the control plane of {cluster}{by_default(promised)}",
            label="the free tier",
            part="tier",
        )


def _hands_on_in_zones(gateway: Gateway, estate: Estate) -> Exclusion | None:
    if gateway.crosses_zones is None:
        return Exclusion(Reason.MANAGED, "whether it hands requests to other zones is no setting of it")
    if not _behind(gateway, estate):
        return Exclusion(Reason.ROLE, "no copies of the scan stand behind it")
    zones = gateway.location.zones.settled() if gateway.location is not None else Absent(gateway.at)
    if isinstance(zones, Absent) or len(zones.value) == 1:
        return Exclusion(Reason.MANAGED, "it stands in one zone")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_hands_on_in_zones,
    holds="every copy behind a load balancer gets its share of the requests",
    equivalents=("CKV_AWS_138", "CKV_AWS_152"),
)
def cross_zone_balancing_off(gateway: Gateway, estate: Estate) -> Findings:
    """A load balancer hands requests to copies in the zone they came in alone.

    Why: each zone gets the same share of the requests, however many copies it has. The one with a single copy is
    overloaded while the others idle, and a zone whose copies are all gone answers nothing until clients ask again.

    Fix: enable_cross_zone_load_balancing = true, load_balancing_cross_zone_enabled of the target group, or the same
    number of copies in every zone.

    Quiet when: requests cross zones, or the load balancer stands in one zone. It weighs less where every zone surely
    has the same number of copies, two at least.

    See: Elastic Load Balancing user guide, Cross-zone load balancing.
    """
    zones = gateway.location.zones.settled() if gateway.location is not None else Absent(gateway.at)
    if gateway.crosses_zones is None or isinstance(zones, Absent):
        return
    for service in estate.targets(gateway, EdgeKind.ROUTES_TO, Service):
        own = service.crosses_zones if service.crosses_zones is not None else Absent(service.at)
        crosses = gateway.crosses_zones.settled() if isinstance(own, Absent) else own.settled()
        if crosses.value:
            continue
        for workload in estate.targets(service, EdgeKind.EXPOSES, Workload):
            yield Finding(
                crosses.at,
                f"{gateway} hands requests only to the copies of {workload} in the zone in which they came in"
                + by_default(crosses),
                label="requests do not cross zones",
                places=(Place(zones.at, f"it stands in {len(zones.value)} zones"), Place(workload.at, "the copies")),
                factors=_evenness(workload, len(zones.value), estate),
                part=workload.address,
            )


def _evenness(workload: Workload, zones: int, estate: Estate) -> tuple[Factor, ...]:
    copies = least_copies(workload, estate)
    if isinstance(copies, Known) and copies.value >= 2 * zones and not copies.value % zones:
        return (at_most(Severity.LOW, f"{copies.value} copies are spread evenly over {zones} zones"),)
    return ()
