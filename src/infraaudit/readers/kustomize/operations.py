"""Applies the operations of a JSON patch (RFC 6902) to an object."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.trees import is_too_large, plain, told, with_child

if TYPE_CHECKING:
    from infraaudit.model import Node

_MOST_COPIES = 100
"""Copies in one patch: each can double the object."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def apply_operations(body: Node, operations: Node) -> Node:
    """Apply the operations in their order. Raises ``BuildError`` for one that does not fit the object."""
    copies = 0
    for each in operations.each():
        body = _apply(body, each)
        copies += known_value(each["op"].string()) == "copy"
        if copies > _MOST_COPIES or (copies and is_too_large(body)):
            raise _unfit(each, "the object grows too large")
    if is_too_large(body):
        raise _unfit(operations, "the object grows too large")
    return body


def _apply(body: Node, operation: Node) -> Node:
    name = known_value(operation["op"].string()) or ""
    path = _pointer(operation, "path")
    match name:
        case "add":
            return _put(body, path, operation["value"], operation, insert=True)
        case "replace":
            _found(body, path, operation)
            return _put(body, path, operation["value"], operation, insert=False)
        case "remove":
            return _remove(body, path, operation)
        case "move" | "copy":
            origin = _pointer(operation, "from")
            value = _found(body, origin, operation)
            source = _remove(body, origin, operation) if name == "move" else body
            return _put(source, path, value, operation, insert=True)
        case "test":
            value = _found(body, path, operation)
            if told(value) and plain(value) != plain(operation["value"]):
                raise _unfit(operation, "its test fails")
            return body
    raise _unfit(operation, f"it has no operation {name!r}")


def _pointer(operation: Node, field: str) -> tuple[str, ...]:
    text = known_value(operation[field].string())
    if not text or not text.startswith("/"):
        raise _unfit(operation, f"its {field} is no JSON pointer")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def _unfit(operation: Node, why: str) -> BuildError:
    path = known_value(operation["path"].string()) or "?"
    message = f"the patch of {path} does not fit: {why}"
    return BuildError(message, operation["path"].at)


def _found(node: Node, path: tuple[str, ...], operation: Node) -> Node:
    for part in path:
        node = _child(node, part, operation)
    return node


def _child(node: Node, part: str, operation: Node) -> Node:
    if node.is_list:
        return node.each()[_index(node, part, operation, len(node.each()) - 1)]
    child = dict(node.items()).get(part)
    if child is None:
        raise _unfit(operation, f"nothing stands under {part!r}")
    return child


def _index(node: Node, part: str, operation: Node, last: int) -> int:
    if part == "-":
        return len(node.each())
    if not _INDEX.fullmatch(part) or int(part) > last:
        raise _unfit(operation, f"the list has no place {part}")
    return int(part)


def _put(node: Node, path: tuple[str, ...], value: Node, operation: Node, *, insert: bool) -> Node:
    part, rest = path[0], path[1:]
    if rest:
        return _with(node, part, _put(_child(node, part, operation), rest, value, operation, insert=insert), operation)
    if node.is_mapping:
        return with_child(node, part, value)
    if node.is_list and insert:
        index = _index(node, part, operation, len(node.each()))
        return replace(node, content=(*node.each()[:index], value, *node.each()[index:]))
    return _with(node, part, value, operation)


def _with(node: Node, part: str, child: Node, operation: Node) -> Node:
    if node.is_mapping:
        return with_child(node, part, child)
    if not node.is_list:
        raise _unfit(operation, f"what holds {part!r} is neither a mapping nor a list")
    index = _index(node, part, operation, len(node.each()) - 1)
    return replace(node, content=(*node.each()[:index], child, *node.each()[index + 1 :]))


def _remove(node: Node, path: tuple[str, ...], operation: Node) -> Node:
    part, rest = path[0], path[1:]
    child = _child(node, part, operation)
    if rest:
        return _with(node, part, _remove(child, rest, operation), operation)
    if node.is_mapping:
        return with_child(node, part, None)
    index = int(part)
    return replace(node, content=(*node.each()[:index], *node.each()[index + 1 :]))
