"""Functions that compare, choose, count and tell types."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import (
    NIL,
    Cell,
    LackingError,
    Undecided,
    common_origin,
    list_of,
    text_of,
    truth,
    undecided_in,
)
from infraaudit.readers.helm.functions.semver import satisfies, version_of
from infraaudit.readers.helm.functions.wrapping import (
    cell_of,
    handled,
    number,
    plain,
    pure,
    refuse,
    shown,
    whole,
    why_undecided,
)
from infraaudit.readers.helm.go_text import type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from infraaudit.readers.helm.evaluator import Engine, Function


def _kind(cell: Cell) -> str:  # noqa: PLR0911 - one kind of value a line
    match cell.data:
        case None:
            return "invalid"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float64"
        case str():
            return "string"
        case list():
            return "slice"
        case _:
            return "map"


def _equal(one: Cell, other: Cell) -> bool:
    left, right = _kind(one), _kind(other)
    if "invalid" in {left, right}:
        return left == right
    if left != right:
        message = f"incompatible types for comparison: {left} and {right}"
        raise refuse(message)
    if left in {"slice", "map"}:
        message = "non-comparable type"
        raise refuse(message)
    return one.data == other.data


def _eq(one: Cell, *others: Cell) -> bool:
    return any(_equal(one, other) for other in others)


def _ordered(test: Callable[[int], bool]) -> Callable[[Cell, Cell], bool]:
    def compared(one: Cell, other: Cell) -> bool:
        left, right = _kind(one), _kind(other)
        if left != right or left not in {"int", "float64", "string"}:
            message = f"incompatible types for comparison: {left} and {right}"
            raise refuse(message)
        a, b = plain(one), plain(other)
        return test((a > b) - (a < b))

    return compared


def _not(_: Engine, arguments: Sequence[Cell]) -> Cell:
    (cell,) = arguments
    holds = truth(cell)
    return cell if holds is None else Cell(not holds)


def _default(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    """Choose between a value and what stands in for it; of an undecided value nobody knows whether it is empty."""
    if len(arguments) == 1:
        return arguments[0]
    fallback, cell = arguments
    return _first_set(engine, (cell, fallback))


def _coalesce(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    return _first_set(engine, (*arguments, NIL))


def _first_set(engine: Engine, cells: Sequence[Cell]) -> Cell:
    for cell in cells[:-1]:
        holds = truth(cell)
        if holds is None:
            return Cell(Undecided(why_undecided(engine, (cell,))))
        if holds:
            return cell
    return cells[-1]


def _ternary(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    yes, no, condition = arguments
    holds = truth(condition)
    if holds is None:
        return Cell(Undecided(why_undecided(engine, (condition,))))
    return yes if holds else no


def _empty(_: Engine, arguments: Sequence[Cell]) -> Cell:
    return _not(_, arguments)


def _all(*cells: Cell) -> bool:
    return all(truth(each) for each in cells)


def _any(*cells: Cell) -> bool:
    return any(truth(each) for each in cells)


def _required(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    message, cell = arguments
    if cell.data is None or (isinstance(cell.data, str) and not cell.data):
        raise LackingError(str(shown(engine, message)))
    return cell


def _fail(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    raise refuse(str(shown(engine, arguments[0])))


def _folded(change: Callable[[int, int], int]) -> Callable[..., int]:
    def folded(*cells: Cell) -> int:
        result, *rest = (whole(each) for each in cells)
        for each in rest:
            result = change(result, each)
        if abs(result) >= 2**63:
            message = "a number is too large"
            raise refuse(message)
        return result

    return folded


def _quotient(one: int, other: int) -> int:
    return int(math.copysign(abs(one) // abs(other), one * other)) if one else 0


def _float_folded(change: Callable[[float, float], float]) -> Callable[..., float]:
    def folded(*cells: Cell) -> float:
        result, *rest = (number(each) for each in cells)
        for each in rest:
            result = change(result, each)
        return result

    return folded


def _round(cell: Cell, places: Cell, *_: Cell) -> float:
    power = 10.0 ** min(whole(places), 15)
    return math.floor(number(cell) * power + 0.5) / power


def _int(cell: Cell) -> int:
    return whole(cell)


def _kind_of(cell: Cell) -> str:
    return _kind(cell)


def _is_kind(kind: Cell, cell: Cell) -> bool:
    return text_of(kind) == _kind(cell)


def _is_type(name: Cell, cell: Cell) -> bool:
    return text_of(name) == type_name(cell)


def _told(function: Callable[..., object]) -> Function:
    """Wrap a function of the kind of its last argument, which may hold what is undecided."""

    def told(engine: Engine, arguments: Sequence[Cell]) -> Cell:
        if any(isinstance(each.data, Undecided) for each in arguments):
            return Cell(Undecided(why_undecided(engine, arguments), filled=True))
        return Cell(cell_of(function(*arguments)).data)

    return told


def _deep_equal(one: Cell, other: Cell) -> bool:
    return _same(plain(one), plain(other))


def _same(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(each, other[key]) for key, each in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def _semver_compare(constraint: Cell, version: Cell) -> bool:
    return satisfies(version_of(text_of(version)), text_of(constraint))


def _semver(cell: Cell) -> dict[str, object]:
    version = version_of(text_of(cell))
    major, minor, patch = version.numbers
    return {"Major": major, "Minor": minor, "Patch": patch, "Prerelease": version.before, "Original": text_of(cell)}


def _number_or(fallback: Callable[[Cell], object]) -> Function:
    """Wrap a cast: its result keeps the place of its argument."""

    def cast(engine: Engine, arguments: Sequence[Cell]) -> Cell:
        if any(undecided_in(each) for each in arguments):
            return Cell(Undecided(why_undecided(engine, arguments)))
        (cell,) = arguments
        result = fallback(cell)
        return Cell(result if isinstance(result, int | float) else None, common_origin(arguments))

    return cast


def _mod(one: Cell, other: Cell) -> int:
    return int(math.fmod(whole(one), whole(other)))


LOGIC: Mapping[str, Function] = {
    "eq": pure(_eq),
    "ne": pure(lambda one, other: not _equal(one, other)),
    "lt": pure(_ordered(lambda sign: sign < 0)),
    "le": pure(_ordered(lambda sign: sign <= 0)),
    "gt": pure(_ordered(lambda sign: sign > 0)),
    "ge": pure(_ordered(lambda sign: sign >= 0)),
    "not": _not,
    "empty": _empty,
    "default": _default,
    "coalesce": _coalesce,
    "ternary": _ternary,
    "all": pure(_all),
    "any": pure(_any),
    "required": _required,
    "fail": _fail,
    "add": pure(_folded(lambda one, other: one + other)),
    "add1": pure(lambda cell: whole(cell) + 1),
    "sub": pure(_folded(lambda one, other: one - other)),
    "mul": pure(_folded(lambda one, other: one * other)),
    "div": pure(_folded(_quotient)),
    "mod": pure(_mod),
    "max": pure(_folded(max)),
    "min": pure(_folded(min)),
    "biggest": pure(_folded(max)),
    "addf": pure(_float_folded(lambda one, other: one + other)),
    "subf": pure(_float_folded(lambda one, other: one - other)),
    "mulf": pure(_float_folded(lambda one, other: one * other)),
    "divf": pure(_float_folded(lambda one, other: one / other)),
    "floor": pure(lambda cell: float(math.floor(number(cell)))),
    "ceil": pure(lambda cell: float(math.ceil(number(cell)))),
    "round": pure(_round),
    "int": _number_or(_int),
    "int64": _number_or(_int),
    "atoi": _number_or(_int),
    "toDecimal": pure(lambda cell: int(str(shown_number(cell)), 8)),
    "float64": _number_or(number),
    "kindOf": _told(_kind_of),
    "kindIs": _told(_is_kind),
    "typeOf": _told(type_name),
    "typeIs": _told(_is_type),
    "typeIsLike": _told(_is_type),
    "deepEqual": pure(_deep_equal),
    "semverCompare": pure(_semver_compare),
    "semver": pure(_semver),
    "toStrings": pure(lambda cell: [str(plain(each)) for each in list_of(cell)]),
    "lookup": handled(lambda *_: Cell({})),
}


def shown_number(cell: Cell) -> int:
    """Return the digits of a number for a cast from octal."""
    return whole(cell)
