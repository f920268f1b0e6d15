"""Changes trees of values without touching the original: each part that was not changed keeps its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.model.node import Missing
from infraaudit.source.yaml_parse import DEEPEST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infraaudit.source.span import Span
    from infraaudit.source.yaml_tree import Scalar

MOST_NODES = 100_000
"""Values in one object; a cluster keeps none with more than 1.5 MB of text."""

MOST_CHARACTERS = 16 * 1024 * 1024
"""Characters in the texts of one object; as above, with room for files that are generated from."""

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None


def text_node(text: str, at: Span) -> Node:
    """Return a scalar that is a text."""
    return Node(text, at, text=text)


def scalar_node(value: Scalar, at: Span, text: str | None = None) -> Node:
    """Return a scalar."""
    return Node(value, at, text=str(value) if text is None else text)


def with_child(node: Node, key: str, child: Node | None) -> Node:
    """Return a mapping with a child put under a key, or taken away where it is ``None``."""
    entries = dict(node.items())
    if child is None:
        entries.pop(key, None)
    else:
        entries[key] = child
    return replace(node, content=entries)


def edit(node: Node, path: Sequence[str], change: Callable[[Node], Node], create_at: Span | None = None) -> Node:
    """Change what stands at a path; ``name[]`` leads into each element of a list.

    What is not there stays away, unless ``create_at`` gives the place that made it: then mappings are put on the
    way, and ``change`` is asked with an absent node.
    """
    if not path:
        return change(node)
    step, rest = path[0], path[1:]
    if step.endswith("[]"):
        return _edit_each(node, step.removesuffix("[]"), rest, change, create_at)
    if not node.is_mapping:
        return node
    child = node[step]
    if child.is_absent:
        if create_at is None:
            return node
        child = Node({}, create_at) if rest else Node(Missing(), create_at)
    changed = edit(child, rest, change, create_at)
    return node if changed is child else with_child(node, step, changed)


def _edit_each(
    node: Node, field: str, rest: Sequence[str], change: Callable[[Node], Node], create_at: Span | None
) -> Node:
    elements = node[field]
    if not node.is_mapping or not elements.is_list:
        return node
    items = tuple(edit(item, rest, change, create_at) for item in elements.each())
    if all(new is old for new, old in zip(items, elements.each(), strict=True)):
        return node
    return with_child(node, field, replace(elements, content=items))


def placed(node: Node, place: Callable[[Span], Span]) -> Node:
    """Return the tree with every place changed alike."""
    content = node.content
    if node.is_mapping:
        content = {key: placed(child, place) for key, child in node.items()}
    elif isinstance(content, tuple):
        content = tuple(placed(child, place) for child in content)
    key_at = None if node.key_at is None else place(node.key_at)
    return replace(node, content=content, at=place(node.at), key_at=key_at)


def is_too_large(node: Node) -> bool:
    """Tell whether an object has grown beyond what a cluster would ever hold: copies of copies do that."""
    waiting = [(node, 1)]
    count = size = 0
    while waiting:
        each, depth = waiting.pop()
        count += 1
        size += len(each.content) if isinstance(each.content, str) else 0
        if count > MOST_NODES or size > MOST_CHARACTERS or depth > DEEPEST:
            return True
        waiting.extend((child, depth + 1) for _, child in each.items())
        waiting.extend((child, depth + 1) for child in each.each())
    return False


def told(node: Node) -> bool:
    """Tell whether every part of a value is known."""
    if node.open or node.is_unknown:
        return False
    children = [child for _, child in node.items()] or list(node.each())
    return all(told(child) for child in children)


def plain(node: Node) -> Plain:
    """Return the bare value; only where :func:`told`."""
    if node.is_mapping:
        return {key: plain(child) for key, child in node.items()}
    if node.is_list:
        return [plain(child) for child in node.each()]
    return node.content if isinstance(node.content, str | int | float | bool) else None
