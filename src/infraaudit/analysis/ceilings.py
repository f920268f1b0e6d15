"""What ends the growth of a workload, in the order in which it does: numbers beyond which further copies do not help.

Each ceiling is told by itself, as if all others stood where the files put them at most. One whose numbers cannot be
told is kept with the reason, for it may be the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.analysis.addresses import addresses_for, sharing_addresses
from infraaudit.analysis.connections import client_demands
from infraaudit.analysis.copies import autoscaler_of, least_copies, most_copies
from infraaudit.analysis.nodes import cluster_of, makes_machines, pools_of
from infraaudit.analysis.quotas import is_of_copies, members_of, taken_by_a_copy
from infraaudit.analysis.request_paths import request_path
from infraaudit.analysis.rooms import asked_by_a_copy, rooms_for
from infraaudit.analysis.volumes import claims_of, exclusive
from infraaudit.model import (
    KUBERNETES,
    Absent,
    Datastore,
    EdgeKind,
    Function,
    Known,
    ResourceQuota,
    Role,
    Unknown,
    UnsettledError,
    VirtualMachines,
    Workload,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.analysis.rooms import Room
    from infraaudit.model import Entrance, Estate, QuotaLimit, Value


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Something that ends growth: ``what`` it is, and the number of copies beyond which it does.

    ``sum`` is the arithmetic with its operands. ``doubt`` says what cannot be told of them, where the true number may
    be lower still. ``counts`` marks the number that is asked for, or that something scales to at most: the growth that
    its owner wants, whatever else allows.
    """

    what: str
    copies: Value[int]
    sum: str = ""
    doubt: str = ""
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Growth:
    """The ceilings of one workload, the lowest first, those that cannot be told last. ``present`` is what runs now."""

    workload: Workload
    present: Value[int]
    ceilings: tuple[Ceiling, ...]


_NOT_SCALED = frozenset({Role.AGENT, Role.DATASTORE, Role.JOB})
_RELATIONAL = frozenset({"postgres", "mysql", "mariadb"})


def growths(estate: Estate) -> tuple[Growth, ...]:
    """Return what ends the growth of each workload that can grow."""
    scaled = (each for each in estate.of(Workload) if not (each.deployment.local or each.runs_once or each.per_node))
    return tuple(growth_of(each, estate) for each in scaled if each.role not in _NOT_SCALED)


def growth_of(workload: Workload, estate: Estate) -> Growth:
    """Return what ends the growth of one workload."""
    found: list[Ceiling] = []
    for what, tell in _KINDS.items():
        try:
            found.extend(tell(workload, estate))
        except UnsettledError as unsettled:
            found.append(Ceiling(what, Unknown(unsettled.unknown.why, unsettled.unknown.at)))
    return Growth(workload, least_copies(workload, estate), tuple(sorted(found, key=_order)))


def _order(ceiling: Ceiling) -> tuple[bool, int]:
    copies = ceiling.copies
    return (False, copies.value) if isinstance(copies, Known) else (True, 0)


# -- on the way of a request -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bound:
    """A ceiling on the way behind an entrance: by how many times as much as now it lets through."""

    growth: Growth
    ceiling: Ceiling
    factor: float


def bounds_behind(entrance: Entrance, estate: Estate) -> tuple[Bound, ...]:
    """Return what ends the growth of what passes an entrance, in the order in which it does."""
    found: list[Bound] = []
    for component in request_path(entrance, estate).components:
        if isinstance(component, Workload) and component.role not in _NOT_SCALED:
            growth = growth_of(component, estate)
            present = growth.present.value if isinstance(growth.present, Known) else 0
            found.extend(
                Bound(growth, each, each.copies.value / present)
                for each in growth.ceilings
                if isinstance(each.copies, Known) and present
            )
    return tuple(sorted(found, key=lambda each: each.factor))


# -- each kind of ceiling --------------------------------------------------------------------------------------------


def _counted(workload: Workload, estate: Estate) -> Iterator[Ceiling]:
    scaler = autoscaler_of(workload, estate)
    if scaler is not None:
        yield Ceiling(f"{scaler} asks for no more", scaler.maximum, counts=True)
    elif not workload.platform.replaces_copies:
        yield Ceiling("the number is fixed, nothing scales it", workload.replicas, counts=True)


def _at_once(workload: Workload, _: Estate) -> Iterator[Ceiling]:
    if not isinstance(workload, Function):
        return
    own, shared = workload.most_at_once.settled(), workload.shared_at_once
    if isinstance(own, Known):
        yield Ceiling("events that it may work on at once", own)
    elif isinstance(shared, Known):
        yield Ceiling("events that the whole account may work on at once", shared, sum=shared.fact)


def _one_writer(workload: Workload, estate: Estate) -> Iterator[Ceiling]:
    if workload.single_by_design:
        yield Ceiling(workload.single_by_design, Known(1, workload.at))
    for container in workload.containers:
        for port in container.ports:
            if workload.platform.single_host and isinstance(port.published, Known):
                yield Ceiling(f"one copy alone can have port {port.published.value} of the machine", Known(1, port.at))
    for shared in claims_of(workload, estate):
        alone = exclusive(shared.claim)
        if isinstance(alone, Known) and alone.value:
            yield Ceiling(f"one node alone may mount the claim {shared.name}", Known(1, shared.at))


def _connections(workload: Workload, estate: Estate) -> Iterator[Ceiling]:
    for store in estate.targets(workload, EdgeKind.READS, Datastore):
        if store.engine in _RELATIONAL:
            try:
                yield _of_store(workload, store, estate)
            except UnsettledError as unsettled:
                why = unsettled.unknown
                yield Ceiling(f"connections of {store}", Unknown(why.why, why.at))


def _of_store(workload: Workload, store: Datastore, estate: Estate) -> Ceiling:
    demands = client_demands(store, estate)
    own = [each for each in demands if each.workload.key == workload.key]
    others = [each for each in demands if each.workload.key != workload.key]
    limit = store.max_connections.settled() if store.max_connections is not None else Absent(store.at)
    if isinstance(limit, Absent):
        raise UnsettledError(Unknown(f"the connection limit of {store} is not known", store.at))
    if not own:
        raise UnsettledError(Unknown(f"how many connections {workload} opens to {store} is not known", workload.at))
    each_copy = sum(each.processes * each.pool.expected for each in own)
    taken = sum(each.expected for each in others)
    left = limit.value - store.reserved_connections - taken
    copies = max(0, left // each_copy)
    doubts = [
        *(doubt for each in own for doubt in each.doubts_of_a_copy),
        *(doubt for each in others for doubt in each.doubts),
    ]
    minus = f" - {store.reserved_connections} reserved" if store.reserved_connections else ""
    minus += f" - {taken} of {', '.join(str(each.workload) for each in others)}" if taken else ""
    per_copy = " + ".join(f"{each.processes} x {each.pool.expected}" for each in own)
    assumed = any(each.pool.expected != each.pool.least for each in own)
    words = f"({limit.value}{minus}) / ({per_copy}) = {copies}" + (", pools by default" if assumed else "")
    return Ceiling(f"connections of {store}", Known(copies, limit.at), words, doubts[0].why if doubts else "")


def _addresses(workload: Workload, estate: Estate) -> Iterator[Ceiling]:
    if workload.location is None or isinstance(workload, Function | VirtualMachines):
        return
    if isinstance(workload.location.subnets, Absent):
        return
    available = addresses_for(workload, estate)
    others = sum(
        most_copies(each, estate).settled().value
        for each in sharing_addresses(workload, estate)
        if each.key != workload.key
    )
    left = max(0, available.value - others)
    words = f"{available.value} - {others} of others = {left}" if others else ""
    yield Ceiling("addresses of its subnets", Known(left, available.at), words)


def _nodes(workload: Workload, estate: Estate) -> Iterator[Ceiling]:
    if workload.platform != KUBERNETES:
        return
    cluster = cluster_of(workload, estate)
    if cluster is None:
        raise UnsettledError(Unknown("no cluster that it runs on is in the scan", workload.at))
    if cluster.makes_nodes.settled().value or makes_machines(estate):
        return
    if not pools_of(cluster, estate):
        raise UnsettledError(Unknown(f"the nodes of {cluster} are not in the scan", cluster.at))
    rooms = rooms_for(workload, estate)
    cpu, memory, doubt = asked_by_a_copy(workload)
    if doubt is not None:
        doubt.settled()
    if not cpu and not memory:
        raise UnsettledError(Unknown("its copies ask for nothing, so how many fit cannot be told", workload.at))
    fits = [(room, _fitting(room, cpu, memory)) for room in rooms]
    copies = sum(room.nodes.value * each for room, each in fits)
    words = " + ".join(f"{room.nodes.value} x {each} ({room.machine.value.name})" for room, each in fits)
    yield Ceiling("room on the nodes, were it alone there", Known(copies, workload.at), f"{words or '0'} = {copies}")


def _fitting(room: Room, cpu: int, memory: int) -> int:
    """Return how many copies fit on one machine, by what they ask for and by how many pods it takes."""
    machine = room.machine.value
    bounds = [have // ask for have, ask in ((machine.cpu, cpu), (machine.memory, memory)) if ask]
    pods = room.pool.pods_per_node
    most = pods.value if isinstance(pods, Known) else machine.pods
    return min([*bounds, *([most] if most is not None else [])])


def _quotas(workload: Workload, estate: Estate) -> Iterator[Ceiling]:
    for quota in estate.in_deployment(workload, ResourceQuota):
        members = members_of(quota, estate)
        if quota.scopes or quota.scope_requirements or workload not in members:
            continue
        for limit in quota.limits:
            most = limit.most.settled() if is_of_copies(limit) else None
            each = taken_by_a_copy(workload, limit) if isinstance(most, Known) else 0
            if isinstance(most, Known) and each:
                others = sum(_taken(other, limit, estate) for other in members if other.key != workload.key)
                copies = max(0, (most.value - others) // each)
                words = f"({most.value} - {others} of others) / {each} = {copies}"
                yield Ceiling(f"{limit.name} of {quota}", Known(copies, most.at), words)


def _taken(workload: Workload, limit: QuotaLimit, estate: Estate) -> int:
    return taken_by_a_copy(workload, limit) * most_copies(workload, estate).settled().value


_KINDS: dict[str, Callable[[Workload, Estate], Iterator[Ceiling]]] = {
    "the number that is asked for": _counted,
    "events at once": _at_once,
    "what one copy alone may have": _one_writer,
    "connections": _connections,
    "addresses of its subnets": _addresses,
    "room on the nodes": _nodes,
    "the quota of its namespace": _quotas,
}
"""The kinds of ceilings, each with the words for it where nothing of it can be told."""
