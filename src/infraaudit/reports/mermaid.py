"""The estate as a Mermaid flowchart: what runs, what keeps data, what stands at the door, and who calls whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from infraaudit.model import (
    Container,
    Datastore,
    Entity,
    Function,
    Gateway,
    Queue,
    Service,
    Topic,
    VirtualMachines,
    Workload,
)
from infraaudit.reports.printable import count, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Edge, Estate, Key

MOST_NODES = 60
"""Nodes beyond which a picture cannot be read."""

_SHAPES: dict[type[Entity], tuple[str, str]] = {
    Workload: ("[", "]"),
    Function: ("[/", "/]"),
    VirtualMachines: ("[", "]"),
    Datastore: ("[(", ")]"),
    Gateway: ("{{", "}}"),
    Queue: ("[[", "]]"),
    Topic: (">", "]"),
    Service: ("([", "])"),
}


def render(estate: Estate, deployment: str = "") -> str:
    """Return one flowchart with a line end, grouped by deployment.

    ``deployment`` limits the view to one. Where there are more than ``MOST_NODES``, the best connected are drawn and
    a node says how many are not.
    """
    drawn = [entity for entity in estate.entities if type(entity) in _SHAPES and _wanted(entity, deployment)]
    edges = _edges(estate, {entity.key for entity in drawn})
    kept = _best_connected(drawn, edges)
    numbers = {entity.key: f"n{number}" for number, entity in enumerate(kept)}
    lines = ["flowchart LR", *_groups(kept, numbers), *_links(edges, numbers)]
    if len(kept) < len(drawn):
        lines.append(f'  more["{count(len(drawn) - len(kept), "more node")} not drawn"]')
    return "\n".join(lines) + "\n"


def _wanted(entity: Entity, deployment: str) -> bool:
    return not deployment or entity.deployment.id == deployment


def _edges(estate: Estate, drawn: set[Key]) -> list[tuple[Key, Key, str]]:
    """Return the edges between drawn nodes, each pair and kind once; a container stands for its workload."""
    found: dict[tuple[Key, Key, str], None] = {}
    for edge in estate.edges:
        source, target = _node(estate, edge.source), _node(estate, edge.target)
        if source in drawn and target in drawn and source != target:
            found[source, target, _words(edge)] = None
    return list(found)


def _node(estate: Estate, key: Key) -> Key:
    container = estate.get(key, Container)
    return estate.workload_of(container).key if container is not None else key


def _words(edge: Edge) -> str:
    words = edge.kind.value.replace("_", " ")
    return f"{words} ({edge.purpose})" if edge.purpose else words


def _best_connected(drawn: list[Entity], edges: list[tuple[Key, Key, str]]) -> list[Entity]:
    degrees = Counter(key for source, target, _ in edges for key in (source, target))
    ranked = sorted(drawn, key=lambda entity: (-degrees[entity.key], str(entity.key)))
    kept = {entity.key for entity in ranked[:MOST_NODES]}
    return [entity for entity in drawn if entity.key in kept]


def _groups(kept: list[Entity], numbers: dict[Key, str]) -> Iterator[str]:
    groups: dict[str, list[Entity]] = defaultdict(list)
    for entity in kept:
        groups[entity.deployment.id].append(entity)
    for number, (deployment, members) in enumerate(sorted(groups.items())):
        yield f'  subgraph d{number}["{escaped(deployment)}"]'
        for entity in members:
            opening, closing = _SHAPES[type(entity)]
            yield f'    {numbers[entity.key]}{opening}"{escaped(str(entity))}"{closing}'
        yield "  end"


def _links(edges: list[tuple[Key, Key, str]], numbers: dict[Key, str]) -> Iterator[str]:
    for source, target, words in edges:
        if source in numbers and target in numbers:
            yield f'  {numbers[source]} -->|"{escaped(words)}"| {numbers[target]}'


def escaped(text: str) -> str:
    """Return a text as it may stand between the quotes of a label: what Mermaid reads becomes a code."""
    return "".join(f"#{ord(each)};" if each in _TELLING else each for each in visible(text))


_TELLING = frozenset('"#<>&`[]{}|\\')
