"""The estate: every entity of a scan and the typed edges between them, in a fixed order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from infraaudit.model.compute.workload import Container, Workload
from infraaudit.model.entity import Entity, Key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from infraaudit.model.values import Maybe, Unknown, Value
    from infraaudit.source.span import Span

E = TypeVar("E", bound=Entity)
D = TypeVar("D")


class EdgeKind(StrEnum):
    """How one entity has to do with another; each reads as "source KIND target"."""

    CALLS = "calls"
    READS = "reads"
    RUNS = "runs"
    BUILDS = "builds"
    EXPOSES = "exposes"
    WATCHES = "watches"
    ROUTES_TO = "routes_to"
    MOUNTS = "mounts"
    SCALES = "scales"
    PROTECTS = "protects"
    DEAD_LETTERS_TO = "dead_letters_to"
    CONSUMES = "consumes"
    ENCRYPTS = "encrypts"
    REFERS_TO = "refers_to"
    STARTS = "starts"


@dataclass(frozen=True, slots=True)
class ConnectionPool:
    """How many connections each process of a client opens to a store.

    ``stated`` is what the files say for certain, or at least one a thread; ``expected`` adds what the client library
    opens by default. ``client`` names it, with the fact that it comes from. ``container`` is the address of the one
    whose processes open them. ``doubt`` is a stated size that cannot be told, where there is one. ``package`` is the
    dependency that told the library, and ``package_at`` the place where it is written. ``whole_copy`` tells that a
    copy opens them as a whole, and not each of its processes: it is a pooler.
    """

    least: int
    expected: int
    client: str
    fact: str
    at: Span
    container: str = ""
    doubt: Unknown[int] | None = None
    package: str = ""
    package_at: Span | None = None
    whole_copy: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation with the evidence for it: in words, and the place where it can be read.

    ``redelivery`` belongs to the edge from a task worker to its broker: after how many seconds the broker hands a task
    to another worker that the first has not acknowledged.
    """

    kind: EdgeKind
    source: Key
    target: Key
    evidence: str
    at: Span
    purpose: str = ""
    pool: ConnectionPool | None = None
    port: Maybe[int] | None = None
    redelivery: Value[int] | None = None


def _entity_order(entity: Entity) -> tuple[object, ...]:
    return (str(entity.key), type(entity).__name__, entity.at.order)


def _edge_order(edge: Edge) -> tuple[object, ...]:
    return (edge.kind, str(edge.source), str(edge.target), edge.at.order, edge.purpose, edge.evidence)


@dataclass(frozen=True)
class Estate:
    """All that a scan knows of a system. Order does not depend on the order of reading.

    ``today`` is the day for which it is judged, so that a run can be repeated; without it nothing has ended.
    """

    entities: tuple[Entity, ...]
    edges: tuple[Edge, ...] = ()
    today: date | None = None

    @staticmethod
    def of_parts(entities: Iterable[Entity], edges: Iterable[Edge] = ()) -> Estate:
        """Build an estate in its fixed order. Of entities with one key the first in order is kept."""
        ordered: dict[Key, Entity] = {}
        for entity in sorted(entities, key=_entity_order):
            ordered.setdefault(entity.key, entity)
        return Estate(tuple(ordered.values()), tuple(sorted(dict.fromkeys(edges), key=_edge_order)))

    @cached_property
    def _by_key(self) -> dict[Key, Entity]:
        index = {entity.key: entity for entity in self.entities}
        for workload in self.of(Workload):
            for container in (*workload.containers, *workload.init_containers):
                index[container.key] = container
        return index

    @cached_property
    def _by_type(self) -> dict[type, tuple[Entity, ...]]:
        groups: dict[type, list[Entity]] = defaultdict(list)
        for entity in self.entities:
            for kind in type(entity).__mro__:
                groups[kind].append(entity)
            if isinstance(entity, Workload):
                groups[Container].extend((*entity.containers, *entity.init_containers))
        return {kind: tuple(members) for kind, members in groups.items()}

    @cached_property
    def _by_deployment(self) -> dict[tuple[str, type], tuple[Entity, ...]]:
        groups: dict[tuple[str, type], list[Entity]] = defaultdict(list)
        for kind, members in self._by_type.items():
            for entity in members:
                groups[entity.deployment.id, kind].append(entity)
        return {key: tuple(members) for key, members in groups.items()}

    @cached_property
    def _outgoing(self) -> dict[tuple[Key, EdgeKind], tuple[Edge, ...]]:
        groups: dict[tuple[Key, EdgeKind], list[Edge]] = defaultdict(list)
        for edge in self.edges:
            groups[edge.source, edge.kind].append(edge)
        return {key: tuple(edges) for key, edges in groups.items()}

    @cached_property
    def _incoming(self) -> dict[tuple[Key, EdgeKind], tuple[Edge, ...]]:
        groups: dict[tuple[Key, EdgeKind], list[Edge]] = defaultdict(list)
        for edge in self.edges:
            groups[edge.target, edge.kind].append(edge)
        return {key: tuple(edges) for key, edges in groups.items()}

    @cached_property
    def _derived(self) -> dict[object, object]:
        return {}

    def derived(self, derive: Callable[[Estate], D]) -> D:
        """Return what a pure function makes of this estate; each function is called once."""
        if derive not in self._derived:
            self._derived[derive] = derive(self)
        return cast("D", self._derived[derive])

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """Return all entities of this type; containers are found inside their workloads."""
        return cast("tuple[E, ...]", self._by_type.get(kind, ()))

    def get(self, key: Key, kind: type[E]) -> E | None:
        """Return the entity with this key if it is of this type."""
        entity = self._by_key.get(key)
        return entity if isinstance(entity, kind) else None

    def beside(self, entity: Entity, address: str, kind: type[E]) -> E | None:
        """Return the entity at an address in the same deployment as ``entity``."""
        return self.get(Key(entity.deployment.id, address), kind)

    def workload_of(self, container: Container) -> Workload:
        """Return the workload that a container belongs to."""
        workload = self.beside(container, container.workload, Workload)
        if workload is None:
            message = f"{container.key} names a workload that is not in the estate: {container.workload}"
            raise LookupError(message)
        return workload

    def words_for(self, container: Container) -> str:
        """Return what to call a container in a message: its workload, and its own name where there are several."""
        workload = self.workload_of(container)
        alone = len(workload.containers) + len(workload.init_containers) == 1
        return str(workload) if alone else f"container {container.name} of {workload}"

    def edges_from(self, entity: Entity, kind: EdgeKind) -> tuple[Edge, ...]:
        """Return the edges of a kind that start at an entity."""
        return self._outgoing.get((entity.key, kind), ())

    def edges_to(self, entity: Entity, kind: EdgeKind) -> tuple[Edge, ...]:
        """Return the edges of a kind that end at an entity."""
        return self._incoming.get((entity.key, kind), ())

    def targets(self, entity: Entity, kind: EdgeKind, of: type[E]) -> tuple[E, ...]:
        """Return the entities of a type that edges of a kind lead to from ``entity``, each once."""
        found = (self.get(edge.target, of) for edge in self.edges_from(entity, kind))
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def sources(self, entity: Entity, kind: EdgeKind, of: type[E]) -> tuple[E, ...]:
        """Return the entities of a type from which edges of a kind lead to ``entity``, each once."""
        found = (self.get(edge.source, of) for edge in self.edges_to(entity, kind))
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def in_deployment(self, entity: Entity, kind: type[E]) -> tuple[E, ...]:
        """Return the entities of a type that are deployed together with ``entity``."""
        return cast("tuple[E, ...]", self._by_deployment.get((entity.deployment.id, kind), ()))

    def with_edges(self, edges: Iterable[Edge]) -> Estate:
        """Return this estate with more edges."""
        unique = dict.fromkeys((*self.edges, *edges))
        return replace(self, edges=tuple(sorted(unique, key=_edge_order))) if len(unique) > len(self.edges) else self

    def with_entities(self, entities: Iterable[Entity]) -> Estate:
        """Return this estate with entities added, or put in place of those with the same key."""
        changed = {entity.key: entity for entity in entities}
        if not changed:
            return self
        # What takes the place of another keeps its place, so only what is new has to be sorted in.
        kept = [changed.pop(each.key, each) for each in self.entities]
        return replace(self, entities=tuple(sorted((*kept, *changed.values()), key=_entity_order) if changed else kept))

    def with_containers(self, containers: Iterable[Container]) -> Estate:
        """Return this estate with containers put in place of those with the same key."""
        changed = {container.key: container for container in containers}
        if not changed:
            return self
        workloads = (
            replace(
                workload,
                containers=tuple(changed.get(each.key, each) for each in workload.containers),
                init_containers=tuple(changed.get(each.key, each) for each in workload.init_containers),
            )
            for workload in self.of(Workload)
        )
        return self.with_entities(workloads)
