"""Evaluates the body of a resource: arguments, nested blocks as lists, ``dynamic`` blocks expanded."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.model.node import Node
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.readers.terraform.language.values import elements, unresolved, why_unknown
from infraaudit.source.hcl_tree import Parentheses, Traversal, TupleExpression, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Attribute, Block, Body, Expression
    from infraaudit.source.span import Span

_DAMAGED = "a part of this block is not valid"
_REPEATING = frozenset({"count", "for_each"})
_NAMES_OF_ARGUMENTS = frozenset({"ignore_changes", "replace_triggered_by"})
"""Arguments of ``lifecycle`` that name arguments and are not evaluated."""


@dataclass(slots=True)
class _Group:
    """The nested blocks of one type. ``undecided`` are those of which the number cannot be told."""

    members: list[Node] = field(default_factory=list)
    undecided: list[Node] = field(default_factory=list)
    why: str = ""
    at: Span | None = None
    key_at: Span | None = None


def body_node(body: Body, scope: Scope, at: Span, head: Span, known: Mapping[str, Node] | None = None) -> Node:
    """Return the evaluated body. What cannot be found in it is missing at ``head``.

    ``ignore_changes`` holds names as text; ``provider`` is the text of its name. Where the number of blocks that a
    ``dynamic`` block makes cannot be told, the list of its type is ``open`` and ``dynamic`` holds one such block,
    so that its references are kept. ``known`` are arguments that are evaluated already.
    """
    entries: dict[str, Node] = {}
    for name, attribute in body.attributes.items():
        if name not in _REPEATING:
            value = known[name] if known and name in known else _argument(name, attribute.value, scope)
            entries[name] = value.under(attribute.name_at.span)
    groups: dict[str, _Group] = defaultdict(_Group)
    for block in body.blocks:
        _add_block(block, scope, groups)
    undecided: dict[str, Node] = {}
    for name, group in groups.items():
        place = group.at or at
        is_open = bool(group.undecided)
        entries[name] = Node(tuple(group.members), place, key_at=group.key_at or head, open=is_open, why_open=group.why)
        if is_open:
            undecided[name] = Node(tuple(group.undecided), place)
    if undecided:
        entries["dynamic"] = Node(undecided, at)
    return Node(entries, at, key_at=head, open=body.damaged, why_open=_DAMAGED)


def constants(body: Body, scope: Scope, names: Iterable[str]) -> dict[str, Node]:
    """Return the arguments that are the same for all instances: those that speak of none of the names of one."""
    words = [f"{name}." for name in names]
    return {
        name: _argument(name, attribute.value, scope)
        for name, attribute in body.attributes.items()
        if name not in _REPEATING and not any(word in attribute.value.at.source for word in words)
    }


_BLOCK = re.compile(r"(\w+)(?:\[(\d+)\]|\.(\d+))")
_STEP = re.compile(r"\.(?=\D)")


def written_at(body: Body, path: str) -> Attribute | None:
    """Return the argument at a path of a resource (``metadata[0].name``); blocks that are not written out hide it."""
    *steps, name = _STEP.split(path)
    for step in steps:
        match = _BLOCK.fullmatch(step)
        if match is None or any(each.type == "dynamic" for each in body.blocks):
            return None
        members = [each for each in body.blocks if each.type == match[1]]
        number = int(match[2] or match[3])
        if number >= len(members):
            return None
        body = members[number].body
    return body.attributes.get(name)


def _argument(name: str, expression: Expression, scope: Scope) -> Node:
    if name in _NAMES_OF_ARGUMENTS or (name == "provider" and isinstance(expression, Variable | Traversal)):
        return _as_written(expression)
    if name == "depends_on" and isinstance(expression, TupleExpression):
        items = tuple(evaluate(item, scope) for item in expression.items)
        return Node(items, expression.at.span)
    return evaluate(expression, scope)


def _as_written(expression: Expression) -> Node:
    """Return names as text: ``[desired_count]`` is a list of names, ``all`` the name itself."""
    if isinstance(expression, TupleExpression):
        return Node(tuple(_as_written(item) for item in expression.items), expression.at.span)
    if isinstance(expression, Parentheses):
        return _as_written(expression.inner)
    return Node(expression.at.source.strip('"'), expression.at.span)


def _add_block(block: Block, scope: Scope, groups: dict[str, _Group]) -> None:
    at, head = block.at.span, block.head.span
    if block.type != "dynamic" or not block.labels:
        group = groups[block.type]
        group.members.append(body_node(block.body, scope, at, head))
        group.at, group.key_at = group.at or at, group.key_at or head
        return
    group = groups[block.labels[0].text]
    group.at, group.key_at = group.at or at, group.key_at or head
    content = next((nested for nested in block.body.blocks if nested.type == "content"), None)
    repeat = block.body.attributes.get("for_each")
    if content is None or repeat is None:
        group.undecided.append(unresolved("a dynamic block lacks a part", at))
        return
    name = _iterator(block)
    collection = evaluate(repeat.value, scope)
    if collection.is_list or collection.is_mapping:
        for key, value in elements(collection):
            inner = scope.with_names({name: Node({"key": key, "value": value}, value.at)})
            group.members.append(body_node(content.body, inner, content.at.span, head))
    if not collection.complete or not (collection.is_list or collection.is_mapping):
        group.why = group.why or why_unknown(collection)
        element = unresolved(why_unknown(collection), repeat.value.at.span, collection)
        inner = scope.with_names({name: Node({"key": element, "value": element}, element.at)})
        group.undecided.append(body_node(content.body, inner, content.at.span, head))


def _iterator(block: Block) -> str:
    iterator = block.body.attributes.get("iterator")
    return iterator.value.at.source.strip('"') if iterator is not None else block.labels[0].text
