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
    from collections.abc import Iterable

    from infraaudit.model import Estate, NodeAffinity, Taint, Toleration

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
    return tuple(pool for pool in pools if fits(workload, pool))


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


def fits(workload: Workload, pool: NodePool) -> bool:
    """Whether a workload may be placed on the nodes of a pool, by their taints and labels.

    Ends the check where that cannot be told.
    """
    if pool.taints is None:
        raise UnsettledError(Unknown(f"the taints of {pool} cannot be told", pool.at))
    placement = workload.placement
    tolerations = placement.tolerations if placement is not None else ()
    if any(not _tolerates(taint, tolerations) for taint in pool.taints if taint.effect != "PreferNoSchedule"):
        return False
    if placement is None:
        return True
    if placement.node_selector is None or not placement.complete:
        raise UnsettledError(Unknown(f"on which nodes {workload} may run cannot be told", workload.at))
    wanted = [(key, value) for key, value in placement.node_selector if _SYSTEM_LABELS.get(key) != value]
    labels = _labels(pool, [key for key, _ in wanted]) if wanted else {}
    if any(labels.get(key) != value for key, value in wanted):
        return False
    required = [each for each in placement.nodes if each.required]
    return not required or _meets_one(required, workload, pool)


def _labels(pool: NodePool, keys: Iterable[str]) -> dict[str, str]:
    """Return the labels of the nodes of a pool. Ends the check where a cloud may put one of these keys on them."""
    if pool.labels is None or any("/" in key and key not in dict(pool.labels) for key in keys):
        raise UnsettledError(Unknown(f"the labels of the nodes of {pool} cannot be told", pool.at))
    return dict(pool.labels)


def _meets_one(required: list[NodeAffinity], workload: Workload, pool: NodePool) -> bool:
    """Whether nodes meet one of several choices. Ends the check where none is surely met and one of them may be."""
    doubts: list[Unknown[object]] = []
    for each in required:
        selector = each.selector
        if isinstance(selector, Unknown):
            doubts.append(Unknown(selector.why, selector.at))
        elif isinstance(selector, Known):
            keys = [one.key for one in selector.value.requirements if one.key not in _SYSTEM_LABELS]
            try:
                labels = _labels(pool, keys) if keys else {}
            except UnsettledError as unsettled:
                doubts.append(unsettled.unknown)
                continue
            if selector.value.selects(tuple({**_SYSTEM_LABELS, **labels}.items())):
                return True
    if doubts:
        why = f"on which nodes {workload} may run cannot be told: {doubts[0].why}"
        raise UnsettledError(Unknown(why, doubts[0].at))
    return False


def _tolerates(taint: Taint, tolerations: tuple[Toleration, ...]) -> bool:
    return any(
        each.key in {"", taint.key}
        and (each.operator == "Exists" or each.value == taint.value)
        and each.effect in {"", taint.effect}
        for each in tolerations
    )
