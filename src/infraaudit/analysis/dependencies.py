"""What each component needs to work, and what stops working when components are lost.

A need is met by any one of several components, and a component works while all of its needs are met. That is more
than a path in a graph can say, so losses are carried on along needs instead of looking for cuts in paths.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from infraaudit.model import Container, Datastore, EdgeKind, Entity, Pooler, Workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.model import Edge, Estate, Key
    from infraaudit.source.span import Span

_ALTERNATIVES = frozenset({EdgeKind.EXPOSES})
"""Edges of one source that lead to stand-ins for each other, whatever their evidence."""

_NEEDING = frozenset({EdgeKind.EXPOSES, EdgeKind.ROUTES_TO, EdgeKind.CALLS, EdgeKind.READS})
"""Edges whose source does not work without the target. Of these, what one variable or route names is one need."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something without which a component does not work: one of ``any_of`` is enough.

    ``why`` is the evidence of the edge that told it, ``at`` its place, ``purpose`` what a store is used for.
    """

    any_of: tuple[Key, ...]
    why: str
    at: Span
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A component that stops because it needs what was lost, and ``followers`` that stop because of it in turn."""

    component: Entity
    need: Need
    followers: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class Dependencies:
    """The needs of every component. A store in a container is one component with the workload that runs it."""

    estate: Estate
    needs: Mapping[Key, tuple[Need, ...]]

    @staticmethod
    def of(estate: Estate) -> Dependencies:
        """Tell the needs from the edges of an estate."""
        groups: dict[Key, dict[tuple[EdgeKind, str], list[Edge]]] = defaultdict(lambda: defaultdict(list))
        for edge in estate.edges:
            if edge.kind in _NEEDING:
                evidence = "" if edge.kind in _ALTERNATIVES else edge.evidence
                groups[component_of(estate, edge.source)][edge.kind, evidence].append(edge)
        return Dependencies(estate, {key: tuple(_needs(estate, key, kinds.values())) for key, kinds in groups.items()})

    def behind(self, start: Entity) -> tuple[Entity, ...]:
        """Return a component and all that it needs, what those need included, nearest first."""
        found = {component_of(self.estate, start.key): None}
        for key in _growing(found):
            for need in self.needs.get(key, ()):
                found.update(dict.fromkeys(each for each in need.any_of if each not in found))
        return tuple(self._entities(found))

    def stopped_by(self, lost: Iterable[Entity]) -> dict[Key, Need | None]:
        """Return what stops when components are lost, in the order in which the loss spreads.

        Each comes with the need that is no longer met; the lost ones themselves have none.
        """
        stopped: dict[Key, Need | None] = {component_of(self.estate, each.key): None for each in lost}
        for key in _growing(stopped):
            for dependent, need in self._dependents.get(key, ()):
                if dependent not in stopped and all(each in stopped for each in need.any_of):
                    stopped[dependent] = need
        return stopped

    def affected_by(self, lost: Entity) -> tuple[Entity, ...]:
        """Return the components that stop without this one, in the order in which the loss spreads."""
        return tuple(self._entities(key for key, need in self.stopped_by((lost,)).items() if need is not None))

    def consequences(self, lost: Entity) -> tuple[Consequence, ...]:
        """Return the workloads that stop without this one: those that need it themselves, each with its followers."""
        stopped = self.stopped_by((lost,))
        workloads = {key: workload for key in stopped if (workload := self.estate.get(key, Workload)) is not None}
        leaders = self._leaders(stopped, workloads)
        return tuple(
            Consequence(
                workloads[key],
                need,
                tuple(
                    workloads[each] for each, leader in leaders.items() if leader == key != each and each in workloads
                ),
            )
            for key, need in stopped.items()
            if need is not None and leaders[key] == key
        )

    def _leaders(self, stopped: Mapping[Key, Need | None], workloads: Mapping[Key, Workload]) -> dict[Key, Key | None]:
        """Return for each component the first workload on the way by which the loss came to it, perhaps itself."""
        positions = {key: position for position, key in enumerate(stopped)}
        leaders: dict[Key, Key | None] = {}
        for key, need in stopped.items():
            last = max(need.any_of, key=positions.__getitem__) if need is not None else None
            leader = leaders[last] if last is not None else None
            leaders[key] = leader or (key if need is not None and key in workloads else None)
        return leaders

    @cached_property
    def _dependents(self) -> Mapping[Key, tuple[tuple[Key, Need], ...]]:
        dependents: dict[Key, list[tuple[Key, Need]]] = defaultdict(list)
        for key, needs in self.needs.items():
            for need in needs:
                for each in need.any_of:
                    dependents[each].append((key, need))
        return {key: tuple(pairs) for key, pairs in dependents.items()}

    def _entities(self, keys: Iterable[Key]) -> Iterator[Entity]:
        for key in keys:
            entity = self.estate.get(key, Entity)
            if entity is not None:
                yield entity


def component_of(estate: Estate, key: Key) -> Key:
    """Return what stands and falls with an entity: the workload of a container, and of a store in a container."""
    container = estate.get(key, Container)
    if container is not None:
        return estate.workload_of(container).key
    store = estate.get(key, Datastore)
    run = store if store is not None and not store.managed else estate.get(key, Pooler)
    carriers = estate.sources(run, EdgeKind.RUNS, Workload) if run is not None else ()
    return carriers[0].key if carriers else key


def _needs(estate: Estate, source: Key, groups: Iterable[list[Edge]]) -> Iterator[Need]:
    """Yield one need for each group of edges; what needs itself among others works as long as it works."""
    for edges in groups:
        any_of = tuple(dict.fromkeys(component_of(estate, edge.target) for edge in edges))
        if source not in any_of:
            yield Need(any_of, edges[0].evidence, edges[0].at, edges[0].purpose)


def _growing(found: Mapping[Key, object]) -> Iterator[Key]:
    """Yield the keys of a mapping, those included that are added meanwhile."""
    done = 0
    while done < len(found):
        for key in tuple(found)[done:]:
            yield key
            done += 1
