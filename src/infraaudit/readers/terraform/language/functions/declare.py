"""How a function is declared: its parameters in Terraform's types, and what it computes from plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any

from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.language.convert import to_primitive
from infraaudit.readers.terraform.language.values import (
    ListOf,
    Plain,
    failed,
    from_plain,
    mentions_of,
    plain,
    scalar_node,
    unknown_of,
    unresolved,
)

if TYPE_CHECKING:
    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Expression
    from infraaudit.source.span import Span

_PRIMITIVES = frozenset({"string", "number", "bool"})
_MOST_CANDIDATES = 16


class NotComputedError(Exception):
    """The function is not computed for these arguments, though Terraform would; the text says why."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """One call: the values given, the place of the call, and what the files functions need."""

    values: tuple[Node, ...]
    at: Span
    scope: Scope
    evaluate: Callable[[Expression, Scope], Node]


Function = Callable[[Arguments], Node]


def pure(
    *parameters: str,
    compute: Callable[..., Plain],
    optional: int = 0,
    rest: str | None = None,
    null: bool = False,
    makes_a_list: bool = False,
) -> Function:
    """Declare a function of wholly known values.

    ``parameters`` are ``string``, ``number``, ``bool``, ``strings`` (a list of them), ``numbers``, ``list`` or ``any``;
    the last ``optional`` of them may be left out, and ``rest`` takes any number more.
    ``null`` lets null in. ``makes_a_list`` is for those whose result is a list, whose elements have one type.
    """

    def function(arguments: Arguments) -> Node:
        given = arguments.values
        at = arguments.at
        if len(given) < len(parameters) - optional or (rest is None and len(given) > len(parameters)):
            return failed("the function does not take this number of arguments", at, *given)
        kinds = [*parameters, *([rest or ""] * (len(given) - len(parameters)))]
        converted = [_converted(node, kind, at) for node, kind in zip(given, kinds, strict=False)]
        if not null and any(node.content is None for node in converted):
            return failed("an argument is null", at, *given)
        unknown = unknown_of(converted, at)
        if unknown is not None:
            return _with_candidates(unknown, converted, compute, at)
        result = _computed(converted, compute, at)
        return replace(result, content=ListOf(result.each())) if makes_a_list and result.is_list else result

    return function


def _computed(values: list[Node], compute: Callable[..., Plain], at: Span) -> Node:
    try:
        return from_plain(compute(*(plain(value) for value in values)), at)
    except NotComputedError as reason:
        return unresolved(str(reason), at, *values)
    except (ValueError, TypeError, ArithmeticError, DecimalException, LookupError, RecursionError) as error:
        return failed(f"the function refuses its arguments: {type(error).__name__}", at, *values)


def _with_candidates(unknown: Node, values: list[Node], compute: Callable[..., Plain], at: Span) -> Node:
    """Compute for each candidate where one argument alone is not known."""
    positions = [index for index, value in enumerate(values) if value.is_unknown]
    content = values[positions[0]].content if len(positions) == 1 else None
    if not isinstance(content, Unresolved) or not 0 < len(content.candidates) <= _MOST_CANDIDATES:
        return unknown
    others = [value for index, value in enumerate(values) if index != positions[0]]
    if unknown_of(others, at) is not None:
        return unknown
    results: list[str | int | float | bool] = []
    for candidate in content.candidates:
        trial = [*values[: positions[0]], scalar_node(candidate, at), *values[positions[0] + 1 :]]
        outcome = _computed(trial, compute, at).content
        if not isinstance(outcome, str | int | float | bool):
            return unknown
        results.append(outcome)
    return Node(Unresolved(content.why, tuple(dict.fromkeys(results)), mentions_of(values)), at)


def _converted(node: Node, kind: str, at: Span) -> Node:
    if kind in _PRIMITIVES:
        return to_primitive(node, kind)
    if kind == "any" or node.is_unknown or node.content is None:
        return node
    if not node.is_list:
        return failed("a list is needed", at, node)
    if kind in {"strings", "numbers"}:
        items = tuple(to_primitive(item, kind.removesuffix("s")) for item in node.each())
        return replace(node, content=items)
    return node


def number(value: Any) -> Plain:  # noqa: ANN401 - a number of any kind that Python computed with
    """Return a computed number as a plain one, whole where it is whole."""
    if isinstance(value, int):
        return value
    as_float = float(value)
    if as_float != as_float or as_float in {float("inf"), float("-inf")}:  # noqa: PLR0124 - the test for NaN
        message = "not a finite number"
        raise ValueError(message)
    return int(Decimal(repr(as_float))) if as_float.is_integer() else as_float
