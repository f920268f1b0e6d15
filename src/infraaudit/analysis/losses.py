"""What goes when a component, a zone or a pool of nodes is lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.analysis.dependencies import component_of
from infraaudit.analysis.nodes import cluster_of, fits, makes_machines, pools_of
from infraaudit.analysis.zones import zones_of
from infraaudit.model import (
    KUBERNETES,
    ClusterKind,
    Datastore,
    Entity,
    Gateway,
    NodePool,
    Queue,
    Survives,
    Topic,
    Unknown,
    UnsettledError,
    Workload,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Estate


class LossKind(StrEnum):
    """What can be lost."""

    COMPONENT = "component"
    ZONE = "zone"
    NODE_POOL = "node-pool"


@dataclass(frozen=True, slots=True)
class Loss:
    """What a loss takes: entities that are gone, and those of which it cannot be told, each with the reason."""

    gone: tuple[Entity, ...]
    doubts: tuple[tuple[Entity, str], ...] = ()


_COMPONENTS = Workload | Datastore | Gateway | Queue | Topic


def names_of(kind: LossKind, estate: Estate) -> tuple[str, ...]:
    """Return the names that can be lost: what a person may write after the kind."""
    match kind:
        case LossKind.COMPONENT:
            names = {name for each in _components(estate) for name in (each.name, each.address)}
        case LossKind.ZONE:
            names = {zone for each in _placed(estate) for zone in zones_of(each, estate) or ()}
        case LossKind.NODE_POOL:
            names = {name for each in estate.of(NodePool) for name in (each.name, each.address)}
    return tuple(sorted(names))


def loss_of(kind: LossKind, name: str, estate: Estate) -> Loss:
    """Tell what is gone with what a person named. Nothing is gone where nothing has that name."""
    match kind:
        case LossKind.COMPONENT:
            found = dict.fromkeys(
                component_of(estate, each.key) for each in _components(estate) if name in {each.name, each.address}
            )
            return Loss(tuple(each for key in found if (each := estate.get(key, Entity)) is not None))
        case LossKind.ZONE:
            return _loss_of_zone(name, estate)
        case LossKind.NODE_POOL:
            pools = tuple(each for each in estate.of(NodePool) if name in {each.name, each.address})
            return _loss_of_pools(pools, estate)


def _components(estate: Estate) -> Iterator[Entity]:
    return (each for each in estate.entities if isinstance(each, _COMPONENTS))


# -- zones ---------------------------------------------------------------------------------------------------------


def _placed(estate: Estate) -> Iterator[Workload | NodePool]:
    yield from estate.of(Workload)
    yield from estate.of(NodePool)


def _loss_of_zone(zone: str, estate: Estate) -> Loss:
    gone: list[Entity] = []
    doubts: list[tuple[Entity, str]] = []
    for each in _placed(estate):
        zones = zones_of(each, estate)
        if zones is None and each.location is not None:
            doubts.append((each, "in which zones it runs cannot be told"))
        elif zones and zones <= _named(zone, zones):
            gone.append(each)
    for store in estate.of(Datastore):
        if store.failover is None:
            continue
        survives = store.failover.survives
        if isinstance(survives, Unknown):
            doubts.append((store, survives.why))
        elif survives.value is not Survives.ZONE:
            doubts.append((store, "it is in one zone, which is not written"))
    lost = Loss(tuple(gone), tuple(doubts))
    pools = _loss_of_pools(tuple(each for each in gone if isinstance(each, NodePool)), estate)
    return Loss((*lost.gone, *(each for each in pools.gone if each not in gone)), (*lost.doubts, *pools.doubts))


def _named(zone: str, zones: Iterable[str]) -> set[str]:
    """Return those zones that a person may mean: by the whole name, or by the letter or number that ends it."""
    return {each for each in zones if each == zone or (len(zone) == 1 and each.endswith(zone))}


# -- pools of nodes --------------------------------------------------------------------------------------------------


def _loss_of_pools(lost: tuple[NodePool, ...], estate: Estate) -> Loss:
    """Tell which workloads may run on none of the nodes that are left, by taints, labels and what they ask of nodes."""
    gone: list[Entity] = [*lost]
    doubts: list[tuple[Entity, str]] = []
    kept = [each for each in lost if each.platform is not ClusterKind.ECS]
    for workload in estate.of(Workload) if kept else ():
        if workload.platform != KUBERNETES or workload.deployment.local or workload.runs_once:
            continue
        try:
            if _has_no_other(workload, kept, estate):
                gone.append(workload)
        except UnsettledError as unsettled:
            doubts.append((workload, f"whether other nodes take it cannot be told: {unsettled.unknown.why}"))
    return Loss(tuple(gone), tuple(doubts))


def _has_no_other(workload: Workload, lost: list[NodePool], estate: Estate) -> bool:
    """Whether a workload runs on lost nodes and no others take it. Ends the check where that cannot be told."""
    cluster = cluster_of(workload, estate)
    if cluster is None:
        raise UnsettledError(Unknown("the scan does not show one cluster that it runs on", workload.at))
    pools = pools_of(cluster, estate)
    if not any(each in lost for each in pools) or cluster.makes_nodes.settled().value or makes_machines(estate):
        return False
    doubts: list[UnsettledError] = []
    for pool in pools:
        if pool in lost:
            continue
        try:
            if fits(workload, pool):
                return False
        except UnsettledError as unsettled:
            doubts.append(unsettled)
    if not any(_may_fit(workload, each) for each in pools if each in lost):
        return False
    if doubts:
        raise doubts[0]
    return True


def _may_fit(workload: Workload, pool: NodePool) -> bool:
    try:
        return fits(workload, pool)
    except UnsettledError:
        return True
