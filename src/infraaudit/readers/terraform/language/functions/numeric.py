"""Functions on numbers."""

from __future__ import annotations

import math
import re
import string
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.declare import Function, number, pure

if TYPE_CHECKING:
    from infraaudit.readers.terraform.language.values import Plain

_EXACT = Context(prec=160)
_LARGEST_POWER = 1_000
_SMALLEST_BASE = 2
_LARGEST_BASE = 62
_LETTERS_OF_TWO_CASES = 36
"""The base beyond which small and capital letters are different digits."""

_DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
_WHOLE_NUMBER = re.compile(r"([-+]?)([0-9a-zA-Z]+)", re.ASCII)


def _power(base: float, exponent: float) -> Plain:
    if abs(exponent) > _LARGEST_POWER or abs(base) > 10**15:
        raise ValueError
    result = base**exponent
    if isinstance(result, complex):
        raise TypeError
    return number(float(result))


def _logarithm(value: float, base: float) -> Plain:
    return number(math.log(value) / math.log(base))


def _parse_integer(text: Plain, base: float) -> Plain:
    if not isinstance(text, str) or not _SMALLEST_BASE <= base <= _LARGEST_BASE or len(text) > _LARGEST_POWER:
        raise ValueError
    digits = _WHOLE_NUMBER.fullmatch(text)
    if digits is None:
        raise ValueError
    result = 0
    for letter in digits[2] if base > _LETTERS_OF_TWO_CASES else digits[2].lower():
        value = _DIGITS.index(letter)
        if value >= base:
            raise ValueError
        result = result * int(base) + value
    return -result if digits[1] == "-" else result


def _sum(values: list[float]) -> Plain:
    if not values:
        raise ValueError
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    return int(total) if total == total.to_integral_value() else float(total)


def _sign(value: float) -> Plain:
    if value != int(value):
        raise ValueError
    return (value > 0) - (value < 0)


NUMERIC: dict[str, Function] = {
    "abs": pure("number", compute=abs),
    "ceil": pure("number", compute=math.ceil),
    "floor": pure("number", compute=math.floor),
    "log": pure("number", "number", compute=_logarithm),
    "max": pure("number", compute=lambda *values: max(values), rest="number"),
    "min": pure("number", compute=lambda *values: min(values), rest="number"),
    "parseint": pure("any", "number", compute=_parse_integer),
    "pow": pure("number", "number", compute=_power),
    "signum": pure("number", compute=_sign),
    "sum": pure("numbers", compute=_sum),
}
