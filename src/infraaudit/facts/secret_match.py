"""What the detector says of one place in a text, and how it reads the surroundings of that place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_SURROUNDINGS = 400
"""Characters of a line that are looked at on either side of a match, so that a file of one line stays cheap."""

_DEEPEST_BLOCK = 400
"""Lines that are walked back from inside a block of text to the key that it stands under."""


class Family(StrEnum):
    """The classes of match that a text alone can tell."""

    TOKEN = "token"  # noqa: S105 - the name of a class
    PRIVATE_KEY = "private key"
    CONNECTION = "connection"
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One secret in a text, by character offsets and never by value.

    ``start`` and ``end`` enclose exactly the secret part; ``whole`` is where the thing begins that it is a part of (the
    scheme of a URL). ``hint`` is the vendor's public prefix, at the start of the secret part. ``restricted`` marks what
    cannot be used by itself or is limited by its owner, ``weak`` a well-known password. ``expires`` is the last day
    of a token that names one.
    """

    detector: str
    family: Family
    kind: str
    provider: str
    start: int
    end: int
    whole: int
    hint: str = ""
    restricted: bool = False
    weak: bool = False
    host: str = ""
    expires: date | None = None

    def overlaps(self, other: Match) -> bool:
        """Tell whether two matches share a character."""
        return self.whole < other.end and other.whole < self.end


def line_bounds(text: str, offset: int) -> tuple[int, int]:
    """Return where the line around an offset starts and ends, the line end excluded."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return start, len(text) if end < 0 else end


def around(text: str, start: int, end: int) -> str:
    """Return the line that holds a stretch, cut to its nearer surroundings."""
    left, right = line_bounds(text, start)[0], line_bounds(text, end)[1]
    return text[max(left, start - _SURROUNDINGS) : min(right, end + _SURROUNDINGS)]


_KEY = re.compile(r"""([A-Za-z_][\w.\-/]{0,100})["']?[ \t]{0,20}(?::=|=>|[:=])[ \t]{0,20}["']?""")
_INSTRUCTION = re.compile(r"^[ \t]{0,20}(?:ENV|ARG|LABEL|export)[ \t]{1,20}([\w.\-]{1,100})[ \t]{1,20}", re.IGNORECASE)
_NAMED = re.compile(r"""(?<![\w.\-])["']?name["']?[ \t]{0,20}[:=][ \t]{0,20}["']?([\w.\-/]{1,100})""")
_OPENER = re.compile(
    r"""^([ \t]*)(?:-[ \t]+)?["']?([A-Za-z_.][\w.\-/]*)["']?[ \t]*[:=][ \t]*(?:[|>][-+\d]*|<<[-~]?\w+)[ \t]*$"""
)
_VALUE_KEYS = frozenset({"value", "default", "string_value", "stringvalue"})
_VARIABLE = re.compile(r"""^[ \t]*variable[ \t]+["']?([\w\-]+)""")


def key_name(text: str, whole: int) -> str:
    """Return the name of the key under which something stands, ``""`` where none can be told.

    Understood are ``KEY=``, ``key:``, ``"key":``, ``ENV KEY``, pairs of ``name`` and ``value``, the default of a
    Terraform variable, and the key above a block of text.
    """
    start, end = line_bounds(text, whole)
    before = text[max(start, whole - _SURROUNDINGS) : whole]
    keys = [each for each in _KEY.findall(before) if each.lower() not in {"http", "https"}]
    if keys:
        key: str = keys[-1]
        return _real_name(text, start, end, before) if key.lower() in _VALUE_KEYS else key
    instruction = _INSTRUCTION.match(before)
    if instruction:
        return instruction.group(1)
    return _block_name(text, start)


def _real_name(text: str, start: int, end: int, before: str) -> str:
    """Return the name beside a ``value``: on its line, or on the lines next to it."""
    same = _NAMED.findall(before)
    if same:
        return str(same[-1])
    above = text[max(0, start - 1200) : max(start - 1, 0)].split("\n")
    for line in (*reversed(above[-6:]), *text[end + 1 : end + 300].split("\n")[:2]):
        named = _NAMED.search(line)
        if named:
            return named.group(1)
        variable = _VARIABLE.match(line)
        if variable:
            return variable.group(1)
        if line.strip() in {"}", "{", "},"}:
            break
    return ""


def _block_name(text: str, start: int) -> str:
    """Return the key that opens the block of text around a line that has no key of its own."""
    end = start
    for _ in range(_DEEPEST_BLOCK):
        if end == 0:
            return ""
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start : end - 1][:_SURROUNDINGS].rstrip("\r")
        opener = _OPENER.match(line)
        if opener:
            return opener.group(2)
        end = start
    return ""
