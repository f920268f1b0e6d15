"""The one type that several values are brought to where Terraform needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.convert import to_primitive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.model.node import Node


def unified(node: Node, among: Iterable[Node]) -> Node:
    """Return a scalar as text where a text is among the values: a number can become text, not the reverse."""
    if isinstance(node.content, bool | int | float) and _mixed(among):
        return to_primitive(node, "string")
    return node


def unified_all(nodes: Iterable[Node]) -> list[Node]:
    """Bring the scalars of a list to one type."""
    kept = list(nodes)
    if not _mixed(kept):
        return kept
    return [to_primitive(node, "string") if isinstance(node.content, bool | int | float) else node for node in kept]


def _mixed(nodes: Iterable[Node]) -> bool:
    kinds = {
        "bool" if isinstance(node.content, bool) else "number" if isinstance(node.content, int | float) else "string"
        for node in nodes
        if isinstance(node.content, bool | int | float | str)
    }
    return len(kinds) > 1
