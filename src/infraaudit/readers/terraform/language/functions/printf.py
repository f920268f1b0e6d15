"""``format`` and ``formatlist``: the verbs that configurations use."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.convert import as_number, as_text, as_truth
from infraaudit.readers.terraform.language.functions.declare import NotComputedError
from infraaudit.readers.terraform.language.functions.json_text import json_text

if TYPE_CHECKING:
    from infraaudit.readers.terraform.language.values import Plain

_VERB = re.compile(
    r"%(%|(?P<flags>[-+ 0#]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?:\[(?P<index>\d+)\])?(?P<verb>.))"
)
_WIDEST = 1_000
_SMALLEST_EXPONENT = -4
_LARGEST_EXPONENT = 6
"""From this exponent on ``%g`` writes one, as Go does for numbers of any length."""


def formatted(template: str, *values: Plain) -> str:
    """Return the text of ``format``."""
    taken: list[int] = []

    def one(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        position = int(match["index"]) - 1 if match["index"] else (taken[-1] + 1 if taken else 0)
        taken.append(position)
        return _verb(match, values[position])

    if re.sub(_VERB, "", template).count("%"):
        raise ValueError
    text = _VERB.sub(one, template)
    indexed = any(match["index"] for match in _VERB.finditer(template))
    if not indexed and len(taken) != len(values):
        raise ValueError
    return text


def formatted_list(template: str, *values: Plain) -> Plain:
    """Return the texts of ``formatlist``: lists are walked together, single values stand in each text."""
    lengths = {len(value) for value in values if isinstance(value, list)}
    if len(lengths) > 1:
        raise ValueError
    count = lengths.pop() if lengths else 1
    return [
        formatted(template, *(value[index] if isinstance(value, list) else value for value in values))
        for index in range(count)
    ]


def _verb(match: re.Match[str], value: Plain) -> str:
    width = int(match["width"] or 0)
    if width > _WIDEST or int(match["precision"] or 0) > _WIDEST:
        raise ValueError
    text = _written(match, value)
    if "-" in match["flags"]:
        return text.ljust(width)
    if "0" in match["flags"]:
        return text.zfill(width) if match["verb"] not in "sqv" else text.rjust(width, "0")
    return text.rjust(width)


def _written(match: re.Match[str], value: Plain) -> str:
    verb = match["verb"]
    if verb in "sq":
        text = _text(value)
        if match["precision"]:
            text = text[: int(match["precision"])]
        return json_text(text) if verb == "q" else text
    if verb == "v":
        if value is None:
            message = "whether a null has a type, which decides what is written, is not tracked"
            raise NotComputedError(message)
        if match["flags"] == "#":
            return json_text(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            _text(value)
            return _shortest(value, None, "g", "")
        return _text(value) if not isinstance(value, dict | list) else json_text(value)
    if verb == "t":
        truth = as_truth(value) if not isinstance(value, dict | list) else None
        if truth is None:
            raise ValueError
        return str(truth).lower()
    return _number(match, value)


def _text(value: Plain) -> str:
    if value is None or isinstance(value, dict | list):
        raise ValueError
    text = as_text(value)
    if text is None:
        message = "the text of a long fraction is not computed"
        raise NotComputedError(message)
    return text


def _number(match: re.Match[str], value: Plain) -> str:
    number = as_number(value) if not isinstance(value, dict | list) else None
    if number is None:
        raise ValueError
    verb = match["verb"]
    sign = "+" if "+" in match["flags"] else " " if " " in match["flags"] else ""
    if verb in "dboxX":
        if number != int(number):
            raise ValueError
        text = format(int(number), f"{sign}{'#' if '#' in match['flags'] else ''}{verb}")
        return text.replace("0o", "0").replace("0X", "0X")
    if verb in "feE":
        places = 6 if match["precision"] is None else int(match["precision"])
        exact = Decimal(repr(number)) if number else Decimal("0e0").scaleb(-places if verb != "f" else 0)
        return _two_digits(format(exact, f"{sign}.{places}{verb}"))
    if verb in "gG":
        return _shortest(number, match["precision"], verb, sign)
    raise ValueError


def _shortest(number: float, precision: str | None, verb: str, sign: str) -> str:
    """Return ``%g``: without an exponent where that is from -4 to 5, or below the precision."""
    if precision is not None:
        return _two_digits(format(Decimal(repr(number)), f"{sign}.{precision}{verb}"))
    exact = Decimal(repr(number)).normalize()
    if exact == 0 or _SMALLEST_EXPONENT <= exact.adjusted() < _LARGEST_EXPONENT:
        return format(exact, f"{sign}f")
    return _two_digits(format(exact, f"{sign}{'e' if verb == 'g' else 'E'}"))


def _two_digits(text: str) -> str:
    """Write an exponent with two digits or more."""
    return re.sub(r"([eE][-+])(\d)$", r"\g<1>0\2", text)
