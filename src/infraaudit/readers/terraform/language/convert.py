"""Conversions between Terraform's types: the automatic ones of operators and functions, and those of variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Reference, Unresolved
from infraaudit.readers.terraform.language.values import ListOf, MapOf, failed, number_text, set_of, unresolved
from infraaudit.source.hcl_lower import number_of
from infraaudit.source.hcl_tree import Call, Expression, Literal, ObjectExpression, TupleExpression, Variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.source.yaml_tree import Scalar

    Evaluate = Callable[[Expression], Node]

_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+([eE][-+]?[0-9]+)?")
_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})
_OPTIONAL_WITH_DEFAULT = 2


def as_text(scalar: Scalar) -> str | None:
    """Return a scalar as text; ``None`` where that is impossible."""
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, int | float):
        return number_text(scalar)
    return scalar


def as_number(scalar: Scalar) -> int | float | None:
    """Return a scalar as a number; ``None`` where that is impossible."""
    if isinstance(scalar, bool) or scalar is None:
        return None
    if isinstance(scalar, str):
        return number_of(scalar) if _NUMBER.fullmatch(scalar) else None
    return scalar


def as_truth(scalar: Scalar) -> bool | None:
    """Return a scalar as true or false; ``None`` where that is impossible."""
    if isinstance(scalar, bool):
        return scalar
    if isinstance(scalar, str):
        return True if scalar in _TRUE else False if scalar in _FALSE else None
    return None


_READERS: dict[str, Callable[[Scalar], Scalar]] = {"string": as_text, "number": as_number, "bool": as_truth}


def to_primitive(node: Node, wanted: str) -> Node:
    """Convert to string, number or bool. Null and what is unknown stay; what cannot be converted has failed."""
    content = node.content
    if content is None or isinstance(content, Reference):
        return node
    if isinstance(content, Unresolved):
        return _candidates(node, content, _READERS[wanted])
    if isinstance(content, str | int | float | bool):
        return _read(node, content, wanted)
    return failed(f"a {wanted} is needed, and this is a collection", node.at, node)


def _read(node: Node, content: str | float | bool, wanted: str) -> Node:  # noqa: FBT001 - one of the three scalars
    value = _READERS[wanted](content)
    if value is not None:
        return node if type(value) is type(content) else replace(node, content=value, text=None)
    if wanted == "string":
        return unresolved("the text of a long fraction is not computed", node.at)
    return failed(f"a {wanted} is needed, and this is none", node.at)


def _candidates(node: Node, content: Unresolved, read: Callable[[Scalar], Scalar]) -> Node:
    if not content.candidates:
        return node
    readings = tuple(read(each) for each in content.candidates)
    usable = () if any(each is None for each in readings) else readings
    return replace(node, content=replace(content, candidates=usable))


def to_type(node: Node, constraint: Expression, evaluate: Evaluate) -> Node:
    """Convert to a variable's type constraint. What cannot be converted stays as it is: Terraform refuses it."""
    if isinstance(constraint, Literal) and isinstance(constraint.value, str):
        return _simple(node, constraint.value)
    if isinstance(constraint, Variable):
        return _simple(node, constraint.name)
    if not isinstance(constraint, Call) or not constraint.arguments or node.is_unknown:
        return node
    inner = constraint.arguments[0]
    content = node.content
    if isinstance(content, tuple):
        return _list_to_type(node, content, (constraint.name, inner), evaluate)
    if isinstance(content, Mapping):
        return _mapping_to_type(node, content, (constraint.name, inner), evaluate)
    return node


def _list_to_type(node: Node, content: tuple[Node, ...], wanted: tuple[str, Expression], evaluate: Evaluate) -> Node:
    name, inner = wanted
    if name == "tuple" and isinstance(inner, TupleExpression):
        pairs = zip(content, inner.items, strict=False)
        return replace(node, content=tuple(to_type(item, type_, evaluate) for item, type_ in pairs))
    items = [to_type(item, inner, evaluate) for item in content]
    if name == "set":
        return replace(node, content=set_of(items))
    return replace(node, content=ListOf(items)) if name == "list" else node


def _mapping_to_type(
    node: Node, content: Mapping[str, Node], wanted: tuple[str, Expression], evaluate: Evaluate
) -> Node:
    name, inner = wanted
    if name == "map":
        return replace(node, content=MapOf({key: to_type(item, inner, evaluate) for key, item in content.items()}))
    if name == "object" and isinstance(inner, ObjectExpression):
        return _object(node, content, inner, evaluate)
    return node


def _simple(node: Node, name: str) -> Node:
    if name in _READERS:
        converted = to_primitive(node, name)
        return node if converted.content != node.content and not converted.is_scalar else converted
    if name in {"list", "set"} and isinstance(node.content, tuple):
        return replace(node, content=ListOf(node.content) if name == "list" else set_of(node.content))
    if name == "map" and isinstance(node.content, Mapping):
        return replace(node, content=MapOf(node.content))
    return node


def _object(node: Node, content: Mapping[str, Node], constraint: ObjectExpression, evaluate: Evaluate) -> Node:
    """Keep the declared attributes, converted, and put the defaults of ``optional`` in place of missing ones."""
    result: dict[str, Node] = {}
    for key, type_ in constraint.items:
        if not isinstance(key, Literal) or not isinstance(key.value, str):
            return node
        given = content.get(key.value)
        wanted, default = _optional(type_)
        if given is None and node.open:
            continue
        if given is None or (given.content is None and default is not None):
            given = evaluate(default) if default is not None else Node(None, node.at)
        result[key.value] = to_type(given, wanted, evaluate)
    return replace(node, content=result)


def _optional(type_: Expression) -> tuple[Expression, Expression | None]:
    if isinstance(type_, Call) and type_.name == "optional" and type_.arguments:
        default = type_.arguments[1] if len(type_.arguments) >= _OPTIONAL_WITH_DEFAULT else None
        return type_.arguments[0], default
    return type_, None
