"""The YAML tree: nodes that know their spans, and what each dialect makes of a plain scalar.

PyYAML's own resolver is not used: it follows YAML 1.1, which reads ``22:22`` as 1342 and ``2024-01-01`` as a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span

Scalar = str | int | float | bool | None


class Dialect(Enum):
    """Which program will read the file, for programs disagree on what a plain scalar means."""

    CORE = auto()
    """YAML 1.2 core schema: Compose, Helm values."""

    KUBERNETES = auto()
    """The core schema, with the booleans and octals of YAML 1.1 that the Go library of Kubernetes keeps."""


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """A scalar as written: its text after unquoting, and whether it was plain."""

    text: str
    plain: bool
    tag: str | None
    at: Span


@dataclass(frozen=True, slots=True)
class YamlSequence:
    """A list of nodes."""

    items: tuple[YamlNode, ...]
    tag: str | None
    at: Span


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """Pairs in the order written; a key may be any node, and a duplicate stays in the list."""

    pairs: tuple[tuple[YamlNode, YamlNode], ...]
    tag: str | None
    at: Span


YamlNode = YamlScalar | YamlSequence | YamlMapping


_LONGEST_NUMBER = 100
"""Characters above which digits stay text: no platform reads such a number, and Python refuses to."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OLD_OCTAL = re.compile(r"[-+]?0[0-7]+")
_GROUPED = re.compile(r"[-+]?[0-9]+_[0-9_]*(?:\.[0-9_]*)?")
_NOT_FINITE = {
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_BOOLEANS = {
    word: value
    for value, words in ((True, ("y", "yes", "on")), (False, ("n", "no", "off")))
    for lower in words
    for word in (lower, lower.capitalize(), lower.upper())
}
_STRING_TAG = "tag:yaml.org,2002:str"


def resolve_scalar(scalar: YamlScalar, dialect: Dialect) -> Scalar:
    """Return what a program of this dialect makes of a scalar."""
    if not scalar.plain or scalar.tag == _STRING_TAG:
        return scalar.text
    text = scalar.text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if dialect is Dialect.KUBERNETES and text in _OLD_BOOLEANS:
        return _OLD_BOOLEANS[text]
    if dialect is Dialect.KUBERNETES and _GROUPED.fullmatch(text):
        text = text.replace("_", "")
    return _number(text, dialect) if len(text) <= _LONGEST_NUMBER else text


def _number(text: str, dialect: Dialect) -> Scalar:
    if dialect is Dialect.KUBERNETES and _OLD_OCTAL.fullmatch(text):
        return int(text, 8)
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text, 0)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return int(number) if "." not in text and number.is_integer() and abs(number) < 2**63 else number
    return _NOT_FINITE.get(text.lower(), text)
