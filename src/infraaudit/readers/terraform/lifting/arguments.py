"""Reads the arguments of a resource: nested blocks entered, embedded documents opened, absences given a place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.model.node import Missing, Node, Reference, Unresolved
from infraaudit.readers.terraform.language.embedded import describes_an_api, yaml_structure_of

if TYPE_CHECKING:
    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource
    from infraaudit.source.span import Span

_SEVERAL = "some of these blocks cannot be told"


def argument(resource: Resource, path: str) -> Node:
    """Return the argument at a dotted path; the blocks on the way are entered at the first of their kind.

    What is missing stands at the head of the block that would hold it, or of the resource.
    """
    return beneath(resource.body, path, resource.at)


def beneath(node: Node, path: str, head: Span) -> Node:
    """Return the argument at a dotted path below a block, ``head`` being the place of what is missing."""
    for key in path.split("."):
        node = first(node)
        head = node.key_at or head
        node = node[key]
    return Node(Missing(), head) if isinstance(node.content, Missing) else node


def block(resource: Resource, path: str) -> Node:
    """Return the first block at a dotted path."""
    node = first(argument(resource, path))
    return Node(Missing(), resource.at) if isinstance(node.content, Missing) else node


def first(node: Node) -> Node:
    """Return the first block of a list of blocks; a mapping stands for itself."""
    if not node.is_list:
        return node
    if node.open:
        return Node(Unresolved(node.why_open or _SEVERAL, mentions=node.mentions), node.at, node.key_at)
    members = node.each()
    if not members:
        return Node(Missing(), node.key_at or node.at)
    member = members[0]
    return member if member.key_at is not None else Node(member.content, member.at, node.key_at, member.open)


def blocks(node: Node) -> tuple[tuple[Node, ...], bool]:
    """Return the blocks of a list, and whether these are all of them."""
    if node.is_absent:
        return (), True
    if node.is_mapping:
        return (node,), True
    known = tuple(each for each in node.each() if each.is_mapping)
    return known, node.is_list and not node.open and len(known) == len(node.each())


def is_present(node: Node) -> bool:
    """Whether something certainly stands here: a value, a block or a reference."""
    return may_be_present(node) and (not node.is_unknown or isinstance(node.content, Reference))


def may_be_present(node: Node) -> bool:
    """Whether something stands here, or cannot be told not to. A list without members is nothing."""
    return not node.is_absent and not (node.is_list and not node.each() and not node.open)


def is_put_together(node: Node) -> bool:
    """Whether a text that cannot be told is surely there: all that is missing of it is what a resource will have.

    What a variable or a condition leaves open may be nothing at all.
    """
    return node.is_unknown and bool(node.mentions) and reason(node).startswith(node.mentions)


def reason(node: Node) -> str:
    """Return why an unknown node cannot be told."""
    value = node.string()
    return value.why if isinstance(value, Unknown) else "it cannot be told"


def document(node: Node) -> Node:
    """Return what an argument that holds JSON says, or YAML where it describes an API.

    The value behind ``jsonencode`` is taken as it was written, with its places; a text is parsed, and everything in
    it then stands at the argument.
    """
    if node.structure is not None:
        return node.structure
    if not isinstance(node.content, str):
        return node
    if describes_an_api(node.content):
        described = yaml_structure_of((node.content,), node.at)
        return Node(Unresolved("the description of the API is no YAML"), node.at) if described is None else described
    try:
        return _from_json(json.loads(node.content), node.at)
    except (ValueError, RecursionError):
        return Node(Unresolved("the text is not a JSON document"), node.at)


def _from_json(value: object, at: Span) -> Node:
    if isinstance(value, dict):
        return Node({str(key): _from_json(child, at) for key, child in value.items()}, at)
    if isinstance(value, list):
        return Node(tuple(_from_json(child, at) for child in value), at)
    if value is None or isinstance(value, str | int | float | bool):
        return Node(value, at)
    return Node(Unresolved("the text is not a JSON document"), at)


def is_true(node: Node) -> bool:
    """Whether true is certainly written here."""
    value = node.boolean()
    return isinstance(value, Known) and value.value


def literals(*values: Maybe[str] | None) -> tuple[str, ...]:
    """Return those texts that are known, each once."""
    known = (value.value for value in values if isinstance(value, Known))
    return tuple(dict.fromkeys(text for text in known if text))
