"""Whether there are addresses for everything that may run at the same time."""

import ipaddress
from dataclasses import dataclass

from infraaudit.model import (
    Absent,
    Cluster,
    ClusterKind,
    Estate,
    Function,
    Known,
    Placed,
    Unknown,
    UnsettledError,
    VirtualMachines,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    addresses_for,
    at_most,
    doubted,
    most_copies,
    policy,
    pools_of,
    sharing_addresses,
)

_SHARE = 80
"""Percent of the addresses beyond which a rollout or a second scale-out finds none."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """Something that takes addresses: how many, and what of them is the biggest number to change."""

    what: str
    words: str
    addresses: int
    count: Known[int]


def _takes_addresses(placed: Placed, estate: Estate) -> Exclusion | None:
    if isinstance(placed, Cluster) and placed.platform is ClusterKind.GKE:
        return _has_range(placed, estate)
    if isinstance(placed, Workload) and not isinstance(placed, Function | VirtualMachines):
        subnets = placed.location.subnets.settled() if placed.location is not None else None
        if isinstance(subnets, Known):
            first = min(sharing_addresses(placed, estate), key=lambda each: each.address)
            said = f"what shares its subnets is counted together, with {first}"
            return None if first.key == placed.key else Exclusion(Reason.MANAGED, said)
    return Exclusion(Reason.MANAGED, "its copies take no address of a subnet each")


def _has_range(cluster: Cluster, estate: Estate) -> Exclusion | None:
    if cluster.makes_nodes.settled().value:
        return Exclusion(Reason.PLATFORM, "nodes come by themselves, and bound themselves")
    if cluster.pod_range is None or isinstance(cluster.pod_range.settled(), Absent):
        return Exclusion(Reason.PLATFORM, "Google chooses the range of its pods")
    return None if pools_of(cluster, estate) else Exclusion(Reason.MANAGED, "its node pools are not in the scan")


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_takes_addresses,
    holds="there are addresses for every copy and node that may run",
    insight=True,
)
def subnet_addresses_exhausted_at_max_scale(placed: Placed, estate: Estate) -> Findings:
    """At full scale the addresses of a subnet run out, and nothing more starts.

    Why: each task takes an address of its subnet, each node of Google a block of the range of pods. When the last one
    is taken, what the autoscaler asks for stays pending, in the peak for which it was made.

    Fix: add subnets or a larger range, or lower the maximum to what the addresses allow.

    Quiet when: copies share the addresses of their machines, or the cloud chooses the range itself.

    See: Amazon ECS developer guide, Task networking with awsvpc; GKE documentation, Plan IP addresses.
    """
    if isinstance(placed, Cluster):
        available, demands, at = _of_cluster(placed, estate)
    elif isinstance(placed, Workload):
        available, demands, at = _of_workloads(placed, estate)
    else:
        return
    needed = sum(each.addresses for each in demands)
    if not demands or needed * 100 <= available.value * _SHARE:
        return
    fits = needed <= available.value
    largest = max(demands, key=lambda each: each.addresses)
    yield Finding(
        largest.count.at,
        f"at full scale {largest.what} "
        + ("and its neighbours need" if len(demands) > 1 else "needs")
        + f" {needed} of the {available.value} addresses that there are",
        label=largest.words,
        places=(Place(at.at, f"{available.value} addresses"),),
        operands=(
            *(Operand(each.what, each.words, each.count.at) for each in demands),
            Operand("addresses", str(available.value), available.at, available.fact),
        ),
        sum=f"{' + '.join(str(each.addresses) for each in demands)} = {needed} > "
        + (f"{_SHARE} % of {available.value}" if fits else str(available.value)),
        factors=(at_most(Severity.MEDIUM, "they suffice, but not for a rollout on top"),) if fits else (),
        fix=f"let no more than {available.value * _SHARE // 100} addresses be taken ({_SHARE} % of {available.value}), "
        "or add some",
    )


def _of_workloads(workload: Workload, estate: Estate) -> tuple[Known[int], list[_Demand], Known[int]]:
    """Return the addresses of the subnets of a workload, and what takes them at full scale."""
    demands: list[_Demand] = []
    for each in sharing_addresses(workload, estate):
        copies = most_copies(each, estate).settled()
        if copies.value:
            demands.append(_Demand(str(each), f"up to {copies.value} copies", copies.value, copies))
    needed = f"{sum(each.addresses for each in demands)} addresses are needed in all"
    available = doubted(lambda: addresses_for(workload, estate), needed)
    return available, demands, available


def _of_cluster(cluster: Cluster, estate: Estate) -> tuple[Known[int], list[_Demand], Known[int]]:
    """Return the size of the range of pods of a cluster of Google, and the blocks of it that its nodes take."""
    written = cluster.pod_range.settled() if cluster.pod_range is not None else None
    if not isinstance(written, Known):
        raise UnsettledError(Unknown(f"the range of pods of {cluster} cannot be told", cluster.at))
    try:
        size = _size(written.value)
    except ValueError:
        raise UnsettledError(Unknown(f"{written.value} is no range of addresses", written.at)) from None
    demands: list[_Demand] = []
    for pool in pools_of(cluster, estate):
        most = pool.desired.settled() if isinstance(pool.maximum, Absent) else pool.maximum.settled()
        pods = pool.pods_per_node.settled()
        if not isinstance(most, Known) or not isinstance(pods, Known):
            raise UnsettledError(Unknown(f"the number of nodes of {pool} cannot be told", pool.at))
        block = _block(pods.value)
        words = f"up to {most.value} nodes x {block} addresses"
        demands.append(_Demand(str(pool), words, most.value * block, most))
    available = Known(size, written.at)
    return available, demands, available


def _size(written: str) -> int:
    """Return the number of addresses of a range, which may be written as its prefix alone."""
    range_ = f"10.0.0.0{written}" if written.startswith("/") else written
    return ipaddress.ip_network(range_, strict=False).num_addresses


def _block(pods: int) -> int:
    """Return how many addresses a node takes for so many pods: the power of two that is at least twice as many."""
    return 1 << (2 * pods - 1).bit_length()
