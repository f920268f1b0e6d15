"""A drawing of the estate in the DOT language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Datastore, Entity, Function, Gateway, Queue, Service, Topic, VirtualMachines, Workload
from infraaudit.reports.printable import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.reports.drawing import Drawing, Drawn

_SHAPES: dict[type[Entity] | None, str] = {
    None: "folder",
    Workload: "box",
    Function: "parallelogram",
    VirtualMachines: "box3d",
    Datastore: "cylinder",
    Gateway: "hexagon",
    Queue: "cds",
    Topic: "rarrow",
    Service: "ellipse",
}


def render(drawing: Drawing) -> str:
    """Return one directed graph with a line end, a cluster for each deployment, what fails in red."""
    return "\n".join(("digraph system {", "  rankdir=LR;", *_groups(drawing), *_links(drawing), "}")) + "\n"


def _groups(drawing: Drawing) -> Iterator[str]:
    for number, (group, positions) in enumerate(drawing.groups.items()):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={quoted(group)};"
        for position in positions:
            yield f"    n{position} [{_attributes(drawing.nodes[position])}];"
        yield "  }"


def _attributes(node: Drawn) -> str:
    mark = ', color="#c62828", penwidth=3' if node.failing else ""
    return f"label={quoted(node.label)}, shape={_SHAPES[node.kind]}{mark}"


def _links(drawing: Drawing) -> Iterator[str]:
    for source, target, words in drawing.arrows:
        yield f"  n{source} -> n{target} [label={quoted(words)}];"


def quoted(text: str) -> str:
    """Return a text as a string of DOT: a backslash starts an escape there, and a quote ends it."""
    inside = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'
