"""The operators of HCL on values that may not be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Context, Decimal, DecimalException
from fractions import Fraction
from operator import add, mul, sub, truediv
from typing import TYPE_CHECKING

from infraaudit.model.node import Missing, Node, Reference, Unresolved
from infraaudit.readers.terraform.language.convert import to_primitive
from infraaudit.readers.terraform.language.values import (
    ListOf,
    MapOf,
    SetOf,
    failed,
    is_failed,
    mentions_of,
    number_text,
    scalar_node,
    unknown_of,
    unresolved,
    why_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.source.span import Span
    from infraaudit.source.yaml_tree import Scalar

_EXACT = Context(prec=160)
_LARGEST_EXPONENT = 400
_MOST_CANDIDATES = 16
_BINARY_DIGITS = 512
_LOGIC = {"&&": False, "||": True}
"""The logical operators, each with the operand that decides it alone."""


def unary(operator: str, operand: Node, at: Span) -> Node:
    """Return ``-x`` or ``!x``."""
    value = to_primitive(operand, "number" if operator == "-" else "bool")
    content = value.content
    if isinstance(content, Unresolved) and content.candidates:
        changed = tuple(_negated(each) for each in content.candidates)
        return Node(replace(content, candidates=changed), at)
    if not value.is_scalar:
        return _not_known(at, value)
    if operator == "-" and value.content == 0:
        return unresolved("minus zero is not computed with", at, operand)
    return scalar_node(_negated(_scalar(value)), at)


def _negated(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        return not value
    return -value if isinstance(value, int | float) else value


def binary(operator: str, left: Node, right: Node, at: Span) -> Node:
    """Return the result of an operator between two values."""
    if operator in _LOGIC:
        return _logic(operator, left, right, at)
    if operator in {"==", "!="}:
        return _by_candidates(left, right, at, lambda one, other: _equality(operator, one, other, at))
    return _by_candidates(left, right, at, lambda one, other: _arithmetic(operator, one, other, at))


def _logic(operator: str, left: Node, right: Node, at: Span) -> Node:
    """Compute ``&&`` and ``||``: since Terraform 1.12 a left side that decides spares the right one."""
    deciding = _LOGIC[operator]
    sides = (to_primitive(left, "bool"), to_primitive(right, "bool"))
    if sides[0].content is deciding:
        return Node(deciding, at)
    for side in sides:
        if side.content is None or is_failed(side):
            return _not_known(at, side)
    if any(side.content is deciding for side in sides):
        return Node(deciding, at)
    for side in sides:
        if not side.is_scalar:
            return _not_known(at, side, *sides)
    return Node(not deciding, at)


def _by_candidates(left: Node, right: Node, at: Span, compute: Callable[[Node, Node], Node]) -> Node:
    """Compute for every candidate of an unknown side; where all come out the same, the result is known."""
    result = compute(left, right)
    if result.is_scalar or is_failed(result):
        return result
    lefts, rights = _possible(left), _possible(right)
    if not lefts or not rights or len(lefts) * len(rights) > _MOST_CANDIDATES:
        return result
    outcomes = [compute(one, other) for one in lefts for other in rights]
    if not all(outcome.is_scalar for outcome in outcomes):
        return result
    values = tuple(dict.fromkeys((type(outcome.content), _scalar(outcome)) for outcome in outcomes))
    if len(values) == 1:
        return outcomes[0]
    content = Unresolved(why_unknown(result), tuple(value for _, value in values), mentions_of((left, right)))
    return Node(content, at)


def _possible(node: Node) -> tuple[Node, ...]:
    if isinstance(node.content, Unresolved):
        return tuple(scalar_node(candidate, node.at) for candidate in node.content.candidates)
    return (node,) if node.is_scalar else ()


def _scalar(node: Node) -> Scalar:
    return node.content if isinstance(node.content, str | int | float | bool) else None


def _not_known(at: Span, *parts: Node) -> Node:
    """Return what an operation gives when one of its parts is null, failed or unknown."""
    if parts[0].content is None:
        return failed("an operand is null", at)
    return unknown_of(parts, at) or failed("an operand is not of the type that is needed", at)


def _arithmetic(operator: str, left: Node, right: Node, at: Span) -> Node:
    sides = (to_primitive(left, "number"), to_primitive(right, "number"))
    for side in sides:
        if not side.is_scalar:
            return _not_known(at, side, *sides)
    one, other = (number_of_node(side) for side in sides)
    if operator in _COMPARISONS:
        return Node(_COMPARISONS[operator](one, other), at)
    return _computed(operator, one, other, sides, at)


def _computed(operator: str, one: Decimal, other: Decimal, sides: tuple[Node, ...], at: Span) -> Node:
    if any(isinstance(side.content, float) and number_text(side.content) is None for side in sides):
        return unresolved("a long fraction is not computed with", at, *sides)
    if other == 0 and operator in {"/", "%"}:
        return unresolved("a division by zero is not computed with", at, *sides)
    try:
        result = _COMPUTATIONS[operator](one, other)
    except DecimalException:
        return failed("the numbers are too large", at)
    if not _alike_in_binary(operator, one, other, result):
        return unresolved("a fraction that is rounded in binary is not computed", at, *sides)
    return decimal_node(result, at)


def _alike_in_binary(operator: str, one: Decimal, other: Decimal, result: Decimal) -> bool:
    """Whether the decimal result is the one that Terraform gets, which computes with 512 binary digits."""
    if one == one.to_integral_value() and other == other.to_integral_value() and operator != "/":
        return True
    if not result.is_finite() or max(abs(each.adjusted()) for each in (one, other, result)) > _LARGEST_EXPONENT:
        return True
    left, right = _binary(Fraction(one)), _binary(Fraction(other))
    if operator == "%":
        whole = _binary(left / right)
        computed = left - _binary(right * (abs(whole) // 1 * (1 if whole > 0 else -1)))
    else:
        computed = _FRACTIONS[operator](left, right)
    return _binary(computed) == _binary(Fraction(result))


def _binary(number: Fraction) -> Fraction:
    """Round to the nearest number of 512 binary digits, halves to the even one."""
    if number == 0:
        return number
    shift = abs(number.numerator).bit_length() - number.denominator.bit_length() - _BINARY_DIGITS
    scale = Fraction(2) ** shift
    scaled = abs(number) / scale
    while scaled >= 1 << _BINARY_DIGITS:
        scale, scaled = scale * 2, scaled / 2
    while scaled < 1 << (_BINARY_DIGITS - 1):
        scale, scaled = scale / 2, scaled * 2
    rounded = round(scaled) * scale
    return rounded if number > 0 else -rounded


def number_of_node(node: Node) -> Decimal:
    """Return a known number exactly as it is written in decimal."""
    content = node.content
    if isinstance(content, float):
        return Decimal(repr(content))
    return Decimal(content) if isinstance(content, int) else Decimal(0)


def decimal_node(number: Decimal, at: Span) -> Node:
    """Return a node for a computed number, whole where it is whole."""
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        return failed("the number is too large", at)
    if number == number.to_integral_value():
        return scalar_node(int(number), at)
    if float(number).is_integer():
        return unresolved("a long fraction is not computed with", at)
    return scalar_node(float(number), at)


def _remainder(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.remainder(one, other)


_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
_FRACTIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": truediv,
}
_COMPUTATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "/": _EXACT.divide,
    "%": _remainder,
}


# -- equality ------------------------------------------------------------------------------------------------------


def _equality(operator: str, left: Node, right: Node, at: Span) -> Node:
    same = equal(left, right)
    if same is None:
        reason = unknown_of((left, right), at)
        return reason or unresolved("collections of different kinds are not compared", at, left, right)
    return Node(same if operator == "==" else not same, at)


def equal(left: Node, right: Node) -> bool | None:
    """Tell whether two values are equal, the types included; ``None`` where it cannot be told."""
    one, other = left.content, right.content
    if isinstance(one, Unresolved | Reference | Missing) or isinstance(other, Unresolved | Reference | Missing):
        return None
    if one is None or other is None:
        return one is None and other is None
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _equal_lists(left, right)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _equal_mappings(left, right)
    return _type_of(one) == _type_of(other) and one == other


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _equal_lists(left: Node, right: Node) -> bool | None:
    one, other = left.each(), right.each()
    kinds = {kind for kind in (ListOf, SetOf) for side in (one, other) if isinstance(side, kind)}
    if left.open or right.open or len(kinds) > 1 or (kinds and type(one) is not type(other)):
        return None
    if len(one) != len(other):
        return False
    return _all_equal([equal(mine, yours) for mine, yours in zip(one, other, strict=True)])


def _equal_mappings(left: Node, right: Node) -> bool | None:
    one, other = dict(left.items()), dict(right.items())
    if left.open or right.open or isinstance(left.content, MapOf) != isinstance(right.content, MapOf):
        return None
    if one.keys() != other.keys():
        return False
    return _all_equal([equal(one[key], other[key]) for key in one])


def _all_equal(verdicts: list[bool | None]) -> bool | None:
    if False in verdicts:
        return False
    return None if None in verdicts else True
