"""What each dialect makes of a scalar of YAML, as a value and as a key.

PyYAML's own resolver is not used: it follows YAML 1.1, which reads ``22:22`` as 1342 and ``2024-01-01`` as a date.
"""

from __future__ import annotations

import base64
import math
import re
import struct
from datetime import date
from typing import TYPE_CHECKING

from infraaudit.source.yaml_tree import Dialect, YamlMapping, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.yaml_tree import Scalar, YamlNode

_LONGEST_NUMBER = 100
"""Characters above which digits stay text: no platform reads such a number, and Python refuses to."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_GO_INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
_GO_BASES = {"x": 16, "o": 8, "b": 2}
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NOT_FINITE = {
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
_CORE_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_BOOLEANS = {
    word: value
    for value, words in ((True, ("y", "yes", "on")), (False, ("n", "no", "off")))
    for lower in words
    for word in (lower, lower.capitalize(), lower.upper())
}
_WORDS = {
    Dialect.CORE: _CORE_WORDS,
    Dialect.KUBERNETES: {**_CORE_WORDS, **_OLD_BOOLEANS},
    Dialect.KUSTOMIZE: _CORE_WORDS,
}
_STARTS_OF_NUMBERS = tuple("0123456789.+-")
_STARTS_OF_OTHERS = (*_STARTS_OF_NUMBERS, *"yYnNtTfFoO~")
"""With what the text of a scalar begins that may be no text."""

_TAGS = "tag:yaml.org,2002:"
_STRING_TAG = f"{_TAGS}str"
_RESOLVED_TAGS = frozenset({f"{_TAGS}{name}" for name in ("int", "float", "bool", "null")})
_BINARY_TAG = f"{_TAGS}binary"
_LARGEST_SIGNED = 2**63
_LARGEST = 2**64
_MOST_DIGITS = 6
"""Digits before the point from which on Go writes the shortest form of a float with an exponent."""


def resolve_scalar(scalar: YamlScalar, dialect: Dialect) -> Scalar:
    """Return what a program of this dialect makes of a scalar."""
    is_go = dialect is not Dialect.CORE
    is_text = not scalar.plain and not (is_go and scalar.tag in _RESOLVED_TAGS)
    if is_text or scalar.tag in {_STRING_TAG, _BINARY_TAG}:
        return _decoded(scalar.text) if is_go and scalar.tag == _BINARY_TAG else scalar.text
    text = scalar.text
    if text in _WORDS[dialect]:
        return _WORDS[dialect][text]
    if len(text) > _LONGEST_NUMBER or not text.startswith(_STARTS_OF_NUMBERS):
        return text
    if dialect is Dialect.KUSTOMIZE and _DATE.fullmatch(text):
        return _time_of(text)
    return _as_json(_go_number(text)) if is_go else _number(text)


def resolve_key(scalar: YamlScalar, dialect: Dialect) -> str | None:
    """Return the text that a program of this dialect makes of the key of a mapping; ``None`` for one that it refuses.

    JSON has text alone for keys: ``on`` is ``true`` to Kubernetes, and ``0o17`` is ``15``. Kustomize refuses those
    that are no text.
    """
    is_text = scalar.text != "" and not scalar.text.startswith(_STARTS_OF_OTHERS)
    if dialect is Dialect.CORE or (is_text and scalar.tag is None):
        return scalar.text
    value = resolve_scalar(scalar, dialect)
    if isinstance(value, str):
        is_time = dialect is Dialect.KUSTOMIZE and scalar.plain and value != scalar.text
        return None if is_time else value
    if dialect is Dialect.KUSTOMIZE or value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    number = _go_number(scalar.text)
    if isinstance(number, int):
        return str(number) if number < _LARGEST_SIGNED else None
    return go_key_float(number) if isinstance(number, float) else scalar.text


def refused_keys(tree: YamlNode, dialect: Dialect) -> Iterator[YamlScalar]:
    """Yield the keys of a tree that a program of this dialect refuses."""
    if isinstance(tree, YamlSequence):
        for item in tree.items:
            yield from refused_keys(item, dialect)
    elif isinstance(tree, YamlMapping):
        for key, value in tree.pairs:
            if isinstance(key, YamlScalar) and resolve_key(key, dialect) is None:
                yield key
            yield from refused_keys(value, dialect)


def _number(text: str) -> Scalar:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 0)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return int(number) if "." not in text and number.is_integer() and abs(number) < _LARGEST_SIGNED else number
    return _NOT_FINITE.get(text.lower(), text)


def _go_number(text: str) -> int | float | str:
    """Return the number that Go reads in a text, or the text where it reads none."""
    if text.lower() in _NOT_FINITE:
        return _NOT_FINITE[text.lower()]
    plain = text if text.startswith(".") else text.replace("_", "")
    match = _GO_INTEGER.fullmatch(plain)
    if match:
        sign, digits = match.groups()
        base = _GO_BASES.get(digits[1:2].lower(), 8 if digits.startswith("0") else 10)
        number = int(f"{sign}{digits}", base)
        if -_LARGEST_SIGNED <= number < _LARGEST:
            return number
    if _FLOAT.fullmatch(plain):
        fraction = float(plain)
        return fraction if math.isfinite(fraction) else text
    return text


def _as_json(number: float | str) -> Scalar:
    """Return a number as JSON has it: one that is whole has no point."""
    if isinstance(number, float) and number.is_integer() and abs(number) < _LARGEST_SIGNED:
        return int(number)
    return number


def go_key_float(number: float) -> str:
    """Return the text of a float as a key: its shortest form with single precision, which is less than it has."""
    if not math.isfinite(number):
        return {"inf": ".inf", "-inf": "-.inf"}.get(str(number), ".nan")
    try:
        single = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return "-.inf" if number < 0 else ".inf"
    shortest = next(
        text
        for digits in range(9)
        if _single(float(text := f"{single:.{digits}e}")) == single or digits == 8  # noqa: PLR2004 - nine digits tell any two apart
    )
    mantissa, _, power = shortest.partition("e")
    exponent = int(power)
    if exponent < -4 or exponent >= _MOST_DIGITS:  # noqa: PLR2004 - the bound of Go's %g
        return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{exponent:+03d}"
    digits_after = max(len(mantissa.lstrip("-").replace(".", "")) - 1 - exponent, 0)
    return f"{single:.{digits_after}f}"


def _single(number: float) -> float:
    unpacked: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return unpacked


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode()
    except ValueError:
        return text


def _time_of(text: str) -> str:
    year, month, day = (int(part) for part in text.split("-"))
    try:
        return f"{date(year, month, day).isoformat()}T00:00:00Z"
    except ValueError:
        return text
