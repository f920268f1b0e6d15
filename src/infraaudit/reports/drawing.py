"""What a picture of the estate shows: nodes, the groups they stand in, and the arrows between them.

A picture of more than ``MOST_NODES`` nodes cannot be read, so nodes are put together until it can: first those of one
kind with the same neighbours, then all of one kind in a deployment, then each deployment, then all deployments of one
format. Nothing is left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import (
    Container,
    Datastore,
    Entity,
    Entrance,
    Function,
    Gateway,
    Key,
    Queue,
    Service,
    Topic,
    VirtualMachines,
    Workload,
)
from infraaudit.policy import Severity
from infraaudit.reports.printable import count

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from infraaudit.engine.result import Result
    from infraaudit.model import Edge, Estate

MOST_NODES = 60
"""Nodes beyond which a picture cannot be read."""

KINDS: dict[type[Entity], str] = {
    Workload: "workload",
    Function: "function",
    VirtualMachines: "machine",
    Datastore: "store",
    Gateway: "gateway",
    Queue: "queue",
    Topic: "topic",
    Service: "service",
}
"""What is drawn, and what to call several of it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One node: an entity, or several put together. ``kind`` is a class of ``KINDS``, ``None`` for a mixture."""

    label: str
    group: str
    kind: type[Entity] | None
    failing: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The nodes in order, and the arrows between their positions with the words on them."""

    nodes: tuple[Drawn, ...]
    arrows: tuple[tuple[int, int, str], ...]

    @property
    def groups(self) -> dict[str, list[int]]:
        """The positions of the nodes of each group, the groups in order."""
        groups: dict[str, list[int]] = defaultdict(list)
        for position, node in enumerate(self.nodes):
            groups[node.group].append(position)
        return dict(sorted(groups.items()))


def drawing_of(estate: Estate, deployment: str = "", failing: Collection[Key] = frozenset()) -> Drawing:
    """Return what to draw: of all deployments, or of one. ``failing`` are the entities to mark."""
    drawn = [each for each in estate.entities if type(each) in KINDS and deployment in {"", each.deployment.id}]
    arrows = _arrows(estate, {entity.key for entity in drawn})
    marked = {_shown(estate, key) for key in failing}
    for alike in (_each_alone, _by_neighbours(arrows), _by_kind, _by_deployment, _by_format):
        members: dict[object, list[Entity]] = defaultdict(list)
        for entity in drawn:
            members[alike(entity)].append(entity)
        if len(members) <= MOST_NODES:
            break
    return _drawing(list(members.values()), arrows, marked)


def failing_parts(result: Result) -> frozenset[Key]:
    """Return the entities of which a finding of at least medium weight is active."""
    heavy = (each for each in result.active if each.severity >= Severity.MEDIUM)
    return frozenset(Key(each.deployment, each.address) for finding in heavy for each in finding.instances)


def _drawing(nodes: list[list[Entity]], arrows: Mapping[tuple[Key, Key, str], None], marked: set[Key]) -> Drawing:
    positions = {entity.key: position for position, members in enumerate(nodes) for entity in members}
    ends = ((positions[source], positions[target], words) for source, target, words in arrows)
    return Drawing(
        tuple(_node(members, marked) for members in nodes),
        tuple(dict.fromkeys(arrow for arrow in ends if arrow[0] != arrow[1])),
    )


def _node(members: list[Entity], marked: set[Key]) -> Drawn:
    kinds = {type(each) for each in members}
    kind = kinds.pop() if len(kinds) == 1 else None
    return Drawn(_label(members), _group(members), kind, any(each.key in marked for each in members))


def _label(members: list[Entity]) -> str:
    if len(members) == 1:
        return str(members[0])
    numbers = ((KINDS[kind], sum(type(each) is kind for each in members)) for kind in KINDS)
    words = ", ".join(count(number, noun) for noun, number in numbers if number)
    return f"{words}: {_examples(members)}" if "," not in words else words


def _group(members: list[Entity]) -> str:
    """Return the deployment of the members, or the format of several deployments."""
    deployments = {each.deployment.id for each in members}
    return deployments.pop() if len(deployments) == 1 else _by_format(members[0])


_EXAMPLES = 3


def _examples(members: list[Entity]) -> str:
    names = ", ".join(each.name for each in members[:_EXAMPLES])
    return names if len(members) <= _EXAMPLES else f"{names} ..."


# -- which nodes are put together ------------------------------------------------------------------------------------


def _each_alone(entity: Entity) -> object:
    return entity.key


def _by_neighbours(arrows: Mapping[tuple[Key, Key, str], None]) -> Callable[[Entity], object]:
    """Put together what is of one kind and deployment and has the same arrows."""
    around: dict[Key, set[tuple[str, Key, str]]] = defaultdict(set)
    for source, target, words in arrows:
        around[source].add(("to", target, words))
        around[target].add(("from", source, words))

    def alike(entity: Entity) -> object:
        return entity.deployment.id, type(entity), frozenset(around.get(entity.key, ()))

    return alike


def _by_kind(entity: Entity) -> object:
    return entity.deployment.id, type(entity)


def _by_deployment(entity: Entity) -> object:
    return entity.deployment.id


def _by_format(entity: Entity) -> str:
    return entity.deployment.id.partition(":")[0]


# -- arrows ----------------------------------------------------------------------------------------------------------


def _arrows(estate: Estate, drawn: set[Key]) -> dict[tuple[Key, Key, str], None]:
    """Return the arrows between drawn entities, each pair and kind once."""
    return dict.fromkeys(_between(estate, drawn))


def _between(estate: Estate, drawn: set[Key]) -> Iterator[tuple[Key, Key, str]]:
    for edge in estate.edges:
        source, target = _shown(estate, edge.source), _shown(estate, edge.target)
        if source in drawn and target in drawn and source != target:
            yield source, target, _words(edge)


def _shown(estate: Estate, key: Key) -> Key:
    """Return what stands for an entity in the picture: for a container its workload, for an entrance its door."""
    entity = estate.get(key, Entity)
    if isinstance(entity, Container):
        return estate.workload_of(entity).key
    return entity.opens if isinstance(entity, Entrance) else key


def _words(edge: Edge) -> str:
    words = edge.kind.value.replace("_", " ")
    return f"{words} ({edge.purpose})" if edge.purpose else words
