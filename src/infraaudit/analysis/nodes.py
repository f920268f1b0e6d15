"""On which pools of nodes a workload may run, and how many nodes they have at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Cluster,
    ClusterKind,
    Known,
    NodePool,
    Opaque,
    Unknown,
    UnsettledError,
    Workload,
)

if TYPE_CHECKING:
    from infraaudit.model import Estate, Taint, Toleration

_SYSTEM_LABELS = {"kubernetes.io/os": "linux"}
"""Labels that every node of a pool here has."""


def cluster_of(workload: Workload, estate: Estate) -> Cluster | None:
    """Return the cluster that a workload runs on: the only one of its root, or of the whole scan."""
    beside = [each for each in estate.in_deployment(workload, Cluster) if each.platform is not ClusterKind.ECS]
    found = beside or [each for each in estate.of(Cluster) if each.platform is not ClusterKind.ECS]
    return found[0] if len(found) == 1 else None


def makes_machines(estate: Estate) -> bool:
    """Whether something is installed that makes machines beyond the pools that are written."""
    return any("karpenter" in each.address.lower() for each in (*estate.of(Opaque), *estate.of(Workload)))


def pools_of(cluster: Cluster, estate: Estate) -> tuple[NodePool, ...]:
    """Return the pools of a cluster. Ends the check where the cluster of a pool beside it cannot be told."""
    names = {cluster.address, *cluster.identifiers}
    found: list[NodePool] = []
    for pool in estate.in_deployment(cluster, NodePool):
        target = pool.cluster.settled()
        if isinstance(target, Known) and target.value in names:
            found.append(pool)
    return tuple(found)


def pools_for(workload: Workload, estate: Estate) -> tuple[NodePool, ...]:
    """Return the pools on which a workload may run. Ends the check where that cannot be told of one of them."""
    cluster = cluster_of(workload, estate)
    pools = pools_of(cluster, estate) if cluster is not None else ()
    return tuple(pool for pool in pools if _fits(workload, pool))


def most_nodes(pool: NodePool) -> Known[int]:
    """Return the number of nodes beyond which a pool does not grow. Ends the check where that cannot be told."""
    if not isinstance(pool.maximum, Absent):
        return _stated(pool, pool.maximum.settled())
    if pool.count_ignored.settled().value:
        raise UnsettledError(Unknown(f"something else than the configuration sets the nodes of {pool}", pool.at))
    return _stated(pool, pool.desired.settled())


def _stated(pool: NodePool, number: Known[int] | Absent) -> Known[int]:
    if isinstance(number, Absent):
        raise UnsettledError(Unknown(f"the number of nodes of {pool} cannot be told", pool.at))
    return number


def _fits(workload: Workload, pool: NodePool) -> bool:
    """Whether a workload may be placed on the nodes of a pool, by their taints and labels."""
    if pool.taints is None:
        raise UnsettledError(Unknown(f"the taints of {pool} cannot be told", pool.at))
    placement = workload.placement
    tolerations = placement.tolerations if placement is not None else ()
    if any(not _tolerates(taint, tolerations) for taint in pool.taints if taint.effect != "PreferNoSchedule"):
        return False
    if placement is None:
        return True
    if placement.node_selector is None or not placement.complete or any(each.required for each in placement.nodes):
        raise UnsettledError(Unknown(f"on which nodes {workload} may run cannot be told", workload.at))
    wanted = [(key, value) for key, value in placement.node_selector if _SYSTEM_LABELS.get(key) != value]
    if wanted and (pool.labels is None or any("/" in key and key not in dict(pool.labels) for key, _ in wanted)):
        raise UnsettledError(Unknown(f"the labels of the nodes of {pool} cannot be told", pool.at))
    return all((key, value) in (pool.labels or ()) for key, value in wanted)


def _tolerates(taint: Taint, tolerations: tuple[Toleration, ...]) -> bool:
    return any(
        each.key in {"", taint.key}
        and (each.operator == "Exists" or each.value == taint.value)
        and each.effect in {"", taint.effect}
        for each in tolerations
    )
