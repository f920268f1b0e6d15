"""A drawing of the estate as a Mermaid flowchart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Datastore, Entity, Function, Gateway, Queue, Service, Topic, VirtualMachines, Workload
from infraaudit.reports.printable import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.reports.drawing import Drawing

_SHAPES: dict[type[Entity] | None, tuple[str, str]] = {
    None: ("[[", "]]"),
    Workload: ("[", "]"),
    Function: ("[/", "/]"),
    VirtualMachines: ("[", "]"),
    Datastore: ("[(", ")]"),
    Gateway: ("{{", "}}"),
    Queue: ("[[", "]]"),
    Topic: (">", "]"),
    Service: ("([", "])"),
}

_FAILING = "stroke:#c62828,stroke-width:3px"


def render(drawing: Drawing) -> str:
    """Return one flowchart with a line end, grouped by deployment, what fails in a class of its own."""
    return "\n".join(("flowchart LR", *_groups(drawing), *_links(drawing), *_marks(drawing))) + "\n"


def _groups(drawing: Drawing) -> Iterator[str]:
    for number, (group, positions) in enumerate(drawing.groups.items()):
        yield f'  subgraph d{number}["{escaped(group)}"]'
        for position in positions:
            node = drawing.nodes[position]
            opening, closing = _SHAPES[node.kind]
            yield f'    n{position}{opening}"{escaped(node.label)}"{closing}'
        yield "  end"


def _links(drawing: Drawing) -> Iterator[str]:
    for source, target, words in drawing.arrows:
        yield f'  n{source} -->|"{escaped(words)}"| n{target}'


def _marks(drawing: Drawing) -> Iterator[str]:
    failing = [f"n{position}" for position, node in enumerate(drawing.nodes) if node.failing]
    if failing:
        yield f"  classDef failing {_FAILING}"
        yield f"  class {','.join(failing)} failing"


def escaped(text: str) -> str:
    """Return a text as it may stand between the quotes of a label: what Mermaid reads becomes a code."""
    return "".join(f"#{ord(each)};" if each in _TELLING else each for each in visible(text))


_TELLING = frozenset('"#<>&`[]{}|\\')
