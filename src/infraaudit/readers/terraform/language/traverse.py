"""Follows names and steps: ``var.x``, ``local.y[0]``, ``aws_sqs_queue.jobs.arn``, ``module.m[*].output``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Missing, Node, Reference, Unresolved
from infraaudit.readers.terraform.language.convert import as_number, as_text
from infraaudit.readers.terraform.language.scope import ModuleValue, UnknownInstances
from infraaudit.readers.terraform.language.values import (
    ListOf,
    SetOf,
    failed,
    is_failed,
    mentions_of,
    through,
    unresolved,
    why_unknown,
)
from infraaudit.source.hcl_tree import GetAttribute, GetIndex, Splat, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Expression, Place, TraversalStep
    from infraaudit.source.span import Span
    from infraaudit.source.yaml_tree import Scalar

    Evaluate = Callable[[Expression, Scope], Node]

_TYPE_AND_NAME = 2
_MOST_CANDIDATES = 16
_MODULE_NAMES = frozenset({"var", "local", "module"})


def traverse(root: Expression, steps: Sequence[TraversalStep], place: Place, scope: Scope, evaluate: Evaluate) -> Node:
    """Return what a name or an expression with the steps behind it stands for."""
    if not isinstance(root, Variable):
        return _follow(evaluate(root, scope), steps, scope, evaluate)
    if root.name in scope.names:
        return _named(root.name, _follow(scope.names[root.name], steps, scope, evaluate), steps, place)
    at = place.span
    names = _leading_names(steps)
    if root.name in _MODULE_NAMES and names:
        start = _from_module(root.name, names[0], at, scope)
        result = _follow(start, steps[1:], scope, evaluate)
        return result if isinstance(result.content, Reference) else through(result, f"{root.name}.{names[0]}", at)
    if root.name in _SINGULAR:
        return _singular(root.name, names, at, scope)
    return _from_resource((root.name, *names), steps, place, scope, evaluate)


def _named(name: str, value: Node, steps: Sequence[TraversalStep], place: Place) -> Node:
    """Return what the name of a ``for``, an instance or a ``dynamic`` block stands for: ``each.value`` has a trail."""
    if not steps:
        return value.under(None)
    repeated = isinstance(steps[0], GetAttribute) and steps[0].name == "value"
    if not repeated or isinstance(value.content, Reference | Unresolved):
        return value
    return through(value, f"{name}.value", place.span)


def _from_resource(
    names: Sequence[str], steps: Sequence[TraversalStep], place: Place, scope: Scope, evaluate: Evaluate
) -> Node:
    at = place.span
    if names[0] == "resource":
        names, steps = names[1:], steps[1:]
    data = bool(names) and names[0] == "data"
    type_and_name = names[1:] if data else names
    if len(type_and_name) < _TYPE_AND_NAME:
        return unresolved(f"{place.source} is not a value", at)
    value = scope.module.resource(type_and_name[0], type_and_name[1], at, data=data)
    rest = steps[_TYPE_AND_NAME:] if data else steps[1:]
    return _at_use(_follow(value, rest, scope, evaluate), at)


_SINGULAR = frozenset({"each", "count", "path", "terraform", "self", "ephemeral"})


def _leading_names(steps: Sequence[TraversalStep]) -> list[str]:
    names: list[str] = []
    for step in steps:
        if not isinstance(step, GetAttribute):
            break
        names.append(step.name)
    return names


def _from_module(kind: str, name: str, at: Span, scope: Scope) -> Node:
    if kind == "var":
        return scope.module.variable(name, at)
    if kind == "local":
        return scope.module.local(name, at)
    return scope.module.call(name, at)


def _at_use(node: Node, at: Span) -> Node:
    """Give a reference the place where it is written, steps included, and a value read from a resource its trail."""
    if node.reads is not None and not node.is_unknown:
        return through(node, f"{node.reads.target}.{node.reads.attribute}", at)
    if isinstance(node.content, Reference | Unresolved) and not node.at.trail:
        return replace(node, at=at)
    return node


def _singular(name: str, names: Sequence[str], at: Span, scope: Scope) -> Node:
    what = ".".join((name, *names[:1]))
    if name == "path" and names:
        path = scope.module.path(names[0])
        if path is not None:
            return Node(path, at)
    if name == "terraform":
        if names[:1] == ["workspace"] and scope.module.workspace:
            return Node(scope.module.workspace, at)
        return unresolved(f"{what} is chosen when Terraform runs", at)
    return unresolved(f"{what} is known only while Terraform runs", at)


# -- steps ---------------------------------------------------------------------------------------------------------


def _follow(node: Node, steps: Sequence[TraversalStep], scope: Scope, evaluate: Evaluate) -> Node:
    for index, step in enumerate(steps):
        if isinstance(step, GetAttribute):
            node = get_attribute(node, step.name, step.at.span, scope)
        elif isinstance(step, GetIndex):
            node = get_index(node, evaluate(step.key, scope), step.at.span)
        else:
            node = _splat(node, step, scope, evaluate)
            return _follow(node, steps[index + 1 :], scope, evaluate)
    return node


def get_attribute(node: Node, name: str, at: Span, scope: Scope) -> Node:
    """Return ``node.name``."""
    content = node.content
    if isinstance(content, Mapping):
        return _member(node, content, name, at)
    if isinstance(content, Reference):
        return scope.module.attribute(content, f"{content.attribute}.{name}" if content.attribute else name, at)
    if isinstance(content, ModuleValue) and content.outputs is not None and not content.many:
        return content.outputs.output(name, at)
    if isinstance(content, Unresolved):
        return _part_of(node, content)
    return failed(f"there is nothing that could have the attribute {name}", at)


def _part_of(node: Node, content: Unresolved) -> Node:
    if is_failed(node):
        return node
    return replace(node, content=Unresolved(content.why, mentions=content.mentions), structure=None)


def _member(node: Node, content: Mapping[str, Node], name: str, at: Span) -> Node:
    child = content.get(name)
    if child is not None:
        return child.under(None)
    if node.open:
        return unresolved(node.why_open or "a part of the object cannot be told", at, node)
    return failed(f"the object has no attribute {name}", at)


def get_index(node: Node, key: Node, at: Span) -> Node:
    """Return ``node[key]``."""
    content = node.content
    if isinstance(content, Unresolved):
        return _instance_of(node, content, at)
    if is_failed(key) or key.content is None or isinstance(key.content, Mapping | tuple):
        return failed("the key of an index is not a number or a text", at, key)
    if isinstance(key.content, Unresolved | Reference | Missing):
        return _unknown_index(node, key, at)
    if isinstance(content, tuple) and not isinstance(content, SetOf):
        return _element(node, content, key.content, at)
    return _keyed(node, as_text(key.content), at)


def _instance_of(node: Node, content: Unresolved, at: Span) -> Node:
    """Return one of instances that cannot be told."""
    if isinstance(content, UnknownInstances):
        return Node(Reference(content.target), at)
    if isinstance(content, ModuleValue):
        return replace(node, content=replace(content, many=False))
    return _part_of(node, content)


def _keyed(node: Node, key: str | None, at: Span) -> Node:
    content = node.content
    if key is not None and isinstance(content, Mapping):
        return _member(node, content, key, at)
    if isinstance(content, Reference):
        if not content.attribute:
            return node
        return replace(node, content=Reference(content.target, f"{content.attribute}[{key}]"))
    return failed("there is nothing to take an element of", at)


def _element(node: Node, content: tuple[Node, ...], key: Scalar, at: Span) -> Node:
    number = as_number(key)
    if number is None or number != int(number) or number < 0:
        return failed("the index of a list is a whole number from 0", at)
    if number < len(content):
        return content[int(number)].under(None)
    if node.open:
        return unresolved(node.why_open or "a part of the list cannot be told", at, node)
    return failed(f"the list has {len(content)} elements and no index {number}", at)


def _unknown_index(node: Node, key: Node, at: Span) -> Node:
    """Return an element under a key that is not known: one of all elements, where they are known scalars."""
    content = node.content
    members = tuple(content.values()) if isinstance(content, Mapping) else node.each()
    scalars = tuple(member.content for member in members if isinstance(member.content, str | int | float | bool))
    targets = {member.content.target for member in members if isinstance(member.content, Reference)}
    if isinstance(content, Reference):
        targets.add(content.target)
    complete = not node.open and len(scalars) == len(members) <= _MOST_CANDIDATES
    distinct = tuple({(type(each), each): each for each in scalars}.values())
    return Node(Unresolved(why_unknown(key), distinct if complete else (), mentions_of((key, node))), at)


def _splat(node: Node, step: Splat, scope: Scope, evaluate: Evaluate) -> Node:
    content = node.content
    at = step.at.span
    if isinstance(content, tuple):
        items = tuple(_follow(item, step.steps, scope, evaluate) for item in content)
        failure = next((item for item in items if is_failed(item)), None)
        if failure is not None:
            return failure
        kind = ListOf if isinstance(content, ListOf | SetOf) else tuple
        return Node(kind(items), node.at, open=node.open, why_open=node.why_open)
    if content is None:
        return Node((), at)
    if isinstance(content, Reference) and content.attribute:
        return unresolved(why_unknown(node), at, node)
    if isinstance(content, Unresolved) and not (isinstance(content, ModuleValue) and not content.many):
        return _part_of(node, content)
    return Node((_follow(node, step.steps, scope, evaluate),), node.at)
