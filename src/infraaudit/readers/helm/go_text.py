"""Prints values as Go does: what ``{{ value }}``, ``print`` and ``printf`` give."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, ChartError, Native, Piece, Text, Undecided, pieces_of, refuse_too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_EXPONENT_FROM = 21
_SHORTEST = 6
_SMALLEST = -4


def go_float(number: float) -> str:
    """Return a float as Go's ``%v`` prints it: an exponent from the seventh digit on, unless the digits fill it."""
    if math.isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    if math.isnan(number):
        return "NaN"
    if number == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    exponent = _with_exponent(number)
    digits, _, power = exponent.partition("e")
    significant = len(digits.replace("-", "").replace(".", ""))
    limit = _EXPONENT_FROM if significant > int(power) + 1 else _SHORTEST
    if not _SMALLEST <= int(power) < limit:
        return exponent
    return json_float(number)


def _with_exponent(number: float) -> str:
    text = repr(number).lower()
    digits, _, power = text.partition("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").partition(".")
    shift = int(power or 0) + len(whole) - 1
    joined = (whole + fraction).lstrip("0")
    shift -= len(whole + fraction) - len(joined) if whole.strip("0") == "" else 0
    joined = joined.rstrip("0") or "0"
    mantissa = joined[0] + ("." + joined[1:] if len(joined) > 1 else "")
    return f"{sign}{mantissa}e{'-' if shift < 0 else '+'}{abs(shift):02d}"


def json_float(number: float) -> str:
    """Return a float as JSON and YAML have it: a whole number without a point."""
    if not math.isfinite(number):
        return {"inf": ".inf", "-inf": "-.inf"}.get(str(number), ".nan")
    if number.is_integer() and abs(number) < 1e21:  # noqa: PLR2004 - from here on JSON writes an exponent
        return str(int(number))
    if abs(number) < 1e-6 or abs(number) >= 1e21:  # noqa: PLR2004 - see above
        return _with_exponent(number)
    return f"{number:.20f}".rstrip("0") if "e" in repr(number) else repr(number)


def printed(cell: Cell, stand_in: Callable[[Undecided], str]) -> Text:
    """Return the text that printing a value gives; ``stand_in`` names what stands for an undecided one."""
    data = cell.data
    if isinstance(data, Text):
        return data
    if isinstance(data, dict | list):
        refuse_too_large(cell)
    if isinstance(data, str):
        return Text.of((Piece(data, None, cell.origin),))
    return Text.of((Piece("" if data is None else _shown(data, stand_in), None, cell.origin),))


def _shown(data: object, stand_in: Callable[[Undecided], str]) -> str:  # noqa: PLR0911 - one kind of value a line
    match data:
        case None:
            return "<nil>"
        case bool():
            return str(data).lower()
        case float():
            return go_float(data)
        case list():
            return "[" + " ".join(_shown(each.data, stand_in) for each in data) + "]"
        case dict():
            pairs = (f"{key}:{_shown(data[key].data, stand_in)}" for key in sorted(data))
            return "map[" + " ".join(pairs) + "]"
        case Undecided():
            return stand_in(data)
        case Native():
            return data.shown
        case _:
            return str(data)


_VERB = re.compile(r"%([-+# 0]*)(\d+|\*)?(?:\.(\d+))?([a-zA-Z%])")


def formatted(pattern: str, arguments: Sequence[Cell], stand_in: Callable[[Undecided], str]) -> Text:
    """Return what ``printf`` gives, each argument's text with its own place."""
    pieces: list[Piece] = []
    rest = list(arguments)
    offset = 0
    for found in _VERB.finditer(pattern):
        pieces.append(Piece(pattern[offset : found.start()]))
        offset = found.end()
        if found[4] == "%":
            pieces.append(Piece("%"))
        elif not rest:
            pieces.append(Piece(f"%!{found[4]}(MISSING)"))
        else:
            pieces.extend(_verb(found, rest.pop(0), stand_in))
    pieces.append(Piece(pattern[offset:]))
    return Text.of(pieces)


def _verb(found: re.Match[str], cell: Cell, stand_in: Callable[[Undecided], str]) -> Sequence[Piece]:
    flags, width, precision, verb = found.groups()
    if width == "*":
        message = "a width that is an argument"
        raise ChartError(message)
    refuse_too_large(cell)
    data = cell.data
    plain = not (flags or width or precision)
    if isinstance(data, Undecided) or (verb in "sv" and plain and isinstance(data, str)):
        return pieces_of(cell, printed(cell, stand_in))
    text = _converted(verb, data, precision, stand_in)
    if width and "-" in flags:
        text = text.ljust(int(width[:4]))
    elif width:
        text = text.zfill(int(width[:4])) if "0" in flags and verb in "dfx" else text.rjust(int(width[:4]))
    return (Piece(text, None, cell.origin),)


def _converted(verb: str, data: object, precision: str | None, stand_in: Callable[[Undecided], str]) -> str:  # noqa: PLR0911 - one verb a line
    if verb == "v" or (verb == "s" and isinstance(data, str | list | dict)):
        text = _shown(data, stand_in)
        return text[: int(precision)] if precision and verb == "s" else text
    if verb == "q" and isinstance(data, str):
        return json.dumps(data, ensure_ascii=False)
    if verb == "t" and isinstance(data, bool):
        return str(data).lower()
    if verb in "dxXo" and isinstance(data, int) and not isinstance(data, bool):
        return format(data, verb)
    if verb in "feg" and isinstance(data, float):
        return format(data, f".{(precision or '6')[:2]}{verb}") if verb != "g" else go_float(data)
    if verb in "xX" and isinstance(data, str):
        return data.encode().hex()
    return f"%!{verb}({_type_name(data)}={_shown(data, stand_in)})" if data is not None else f"%!{verb}(<nil>)"


def _type_name(data: object) -> str:
    match data:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float64"
        case list():
            return "[]interface {}"
        case dict():
            return "map[string]interface {}"
        case _:
            return "string"


def type_name(cell: Cell) -> str:
    """Return Go's name of a value's type."""
    return "<nil>" if cell.data is None else _type_name(cell.data)
