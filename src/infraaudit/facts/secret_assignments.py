"""Finds what a text assigns to names that call for a secret, by line and in time proportional to its length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts.secret_names import is_secret_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_TELLING = ("passw", "passphrase", "pass", "secret", "token", "credential", "key", "pwd", "salt", "dsn", "connection")
"""One of these stands in every name that calls for a secret, in lower case."""

_LONGEST_LINE = 20_000

_ASSIGNMENT = re.compile(
    r"""(?<![\w$.\-/{])["']?(?P<key>[A-Za-z_][\w.\-]{0,120})["']?[ \t]{0,20}(?P<sign>:=|=>|[:=])(?!=)[ \t]{0,20}"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.){0,4000}+)"|'(?P<single>[^']{0,4000})'|(?P<plain>[^\s"',;#][^\s,;]{0,4000}))"""
)
_OPTION = re.compile(
    r"""(?<![\w-])--?(?P<key>[A-Za-z][\w\-]{2,60})(?:[= \t]|["'],[ \t]{0,9}["'])"""
    r"""(?P<plain>[^\s"',;|&<>()-][^\s"',;|&<>()]{0,400})"""
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A key with the place of the value that is written for it, by offsets and without quotes."""

    key: str
    start: int
    end: int
    quoted: bool = False


def may_assign_secrets(text: str) -> bool:
    """Tell whether a text holds a word without which no name calls for a secret."""
    lower = text.lower()
    return any(word in lower for word in _TELLING)


def secret_assignments(text: str, *, options: bool = False) -> Iterator[Assignment]:
    """Yield what is assigned to secret-like names, in the order of the text; lines that are comments are passed over.

    Understood are ``KEY=value``, ``key: value``, ``"key": "value"`` and, with ``options``, ``--key value``.
    """
    for start, line in telling_lines(text):
        if line.lstrip()[:1] in {"#", ";"} or line.lstrip().startswith("//"):
            continue
        for hit in _ASSIGNMENT.finditer(line):
            if is_secret_name(hit.group("key")):
                group = next(name for name in ("double", "single", "plain") if hit.group(name) is not None)
                first, last = hit.span(group)
                yield Assignment(hit.group("key"), start + first, start + last, group != "plain")
        for hit in _OPTION.finditer(line) if options else ():
            if is_secret_name(hit.group("key")):
                yield Assignment(hit.group("key"), start + hit.start("plain"), start + hit.end("plain"))


def telling_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold such a word, with the offset of their start; a line of data without end is left out."""
    lower = text.lower()
    if len(lower) != len(text):
        # Few letters change their length with their case; such a text is read as it stands.
        lower = text
    starts: set[int] = set()
    for word in _TELLING:
        position = lower.find(word)
        while position >= 0:
            starts.add(text.rfind("\n", 0, position) + 1)
            position = lower.find(word, _next_line(text, position))
    for start in sorted(starts):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start <= _LONGEST_LINE:
            yield start, text[start:end].rstrip("\r")


def _next_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1
