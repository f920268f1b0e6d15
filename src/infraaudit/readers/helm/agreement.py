"""What the ways that a template may take agree on: all else of an object is unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraaudit.model import Node

Told = tuple["Node", str]
"""One object as it comes out in one way, and what that way depends on."""


def agreed(ways: Sequence[Told]) -> Node:
    """Return an object with what is the same in all ways, at the place that the first has it."""
    first, _ = ways[0]
    differing = next((why for node, why in ways[1:] if not _same(first, node)), None)
    if differing is None:
        return first
    nodes = [node for node, _ in ways]
    if all(node.is_mapping for node in nodes):
        return replace(first, content=_entries(ways))
    if all(node.is_list for node in nodes):
        parts = _matched([node.each() for node in nodes])
        if parts is not None:
            return replace(first, content=tuple(agreed(_with_whys(part, ways)) for part in parts))
    return replace(first, content=Unresolved(differing), text=None, structure=None)


def _entries(ways: Sequence[Told]) -> Mapping[str, Node]:
    tables = [(dict(node.items()), why) for node, why in ways]
    keys = dict.fromkeys(key for table, _ in tables for key in table)
    return {key: _entry([(table.get(key), why) for table, why in tables]) for key in keys}


def _entry(found: Sequence[tuple[Node | None, str]]) -> Node:
    present = [(node, why) for node, why in found if node is not None]
    if len(present) == len(found):
        return agreed(present)
    there, _ = present[0]
    lacking = next(index for index, (node, _) in enumerate(found) if node is None)
    # The first way has no reason of its own: what it differs in depends on the other one.
    why = found[lacking][1] or present[0][1]
    return replace(there, content=Unresolved(why), text=None, structure=None)


def _matched(lists: Sequence[Sequence[Node]]) -> list[list[Node]] | None:
    """Return the elements that belong together: by name where they have one, else by number; none where some lack."""
    named = [{_name(each): each for each in members} for members in lists]
    if all("" not in names and len(names) == len(members) for names, members in zip(named, lists, strict=True)):
        if any(names.keys() != named[0].keys() for names in named):
            return None
        return [[names[key] for names in named] for key in named[0]]
    if any(len(members) != len(lists[0]) for members in lists):
        return None
    return [list(part) for part in zip(*lists, strict=True)]


def _name(node: Node) -> str:
    content = node["name"].content if node.is_mapping else ""
    return content if isinstance(content, str) else ""


def _with_whys(part: Sequence[Node], ways: Sequence[Told]) -> list[Told]:
    return [(node, why) for node, (_, why) in zip(part, ways, strict=True)]


def _same(one: Node, other: Node) -> bool:
    """Tell whether two nodes hold the same, wherever that stands."""
    if one.is_mapping and other.is_mapping:
        ours, theirs = dict(one.items()), dict(other.items())
        return ours.keys() == theirs.keys() and all(_same(ours[key], theirs[key]) for key in ours)
    if one.is_list and other.is_list:
        ours_, theirs_ = one.each(), other.each()
        return len(ours_) == len(theirs_) and all(map(_same, ours_, theirs_))
    return type(one.content) is type(other.content) and one.content == other.content and one.text == other.text
