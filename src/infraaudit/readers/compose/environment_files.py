"""Files of variables: the ``.env`` file of a project and the ``env_file`` entries of a service."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import ChainMap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.compose.interpolation import Setting, interpolate
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Span, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.source.file import SourceFile

_HEAD = re.compile(r"(?:export[ \t]+)?([^\s=:#]+)[ \t]*([=:]|$)", re.MULTILINE)
_NAME = re.compile(r"[\w.\-\[\]]+")
_ESCAPE = re.compile(r"\\([abcfnrtv$\"\\])")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$", "c": "\\c"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable of a file: its text, or why that is not known, and the place of its value."""

    name: str
    text: str | None
    why: str
    at: Span


@dataclass(frozen=True, slots=True)
class EnvironmentFile:
    """The variables of a file in order, and the first thing wrong with it."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def read_environment_file(file: SourceFile, outer: Mapping[str, Setting], *, raw: bool = False) -> EnvironmentFile:
    """Read a file of variables. ``outer`` are the variables that win over those of the file when one refers to another.

    A ``raw`` file has no quotes and no interpolation. Reading ends at the first line that the client refuses.
    """
    return _raw_file(file) if raw else _Reader(file, dict(outer)).read()


def _raw_file(file: SourceFile) -> EnvironmentFile:
    entries: list[Entry] = []
    for number, line in enumerate(file.lines, start=1):
        name, separator, text = line.partition("=")
        if separator and not line.startswith("#"):
            at = Span(file.path, number, len(name) + 2, number, len(line) + 1)
            entries.append(Entry(name.strip(), text, "", at))
    return EnvironmentFile(tuple(entries), ())


@dataclass
class _Reader:
    """Reads one file from top to bottom."""

    file: SourceFile
    outer: dict[str, Setting]
    _entries: list[Entry] = field(default_factory=list)
    _own: dict[str, Setting] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)

    def read(self) -> EnvironmentFile:
        text = self.file.text.replace("\r\n", "\n") if "\r" in self.file.text else self.file.text
        position = 0
        while (position := _next_statement(text, position)) < len(text):
            match = _HEAD.match(text, position)
            if match is None or not _NAME.fullmatch(match[1]):
                return EnvironmentFile(tuple(self._entries), (self._problem(text, position),))
            if not match[2]:
                self._inherited(match[1], self._span(text, match.start(1), match.end(1)))
                position = match.end()
                continue
            position = self._value(match[1], text, match.end())
            if position < 0:
                return EnvironmentFile(tuple(self._entries), (self._problem(text, match.start()),))
        return EnvironmentFile(tuple(self._entries), ())

    def _problem(self, text: str, position: int) -> Problem:
        at = self._span(text, position, position)
        return Problem(ProblemKind.SYNTAX, at, "a line that is no variable with a value; the rest is not read")

    def _span(self, text: str, start: int, end: int) -> Span:
        if not self._starts:
            self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        first, last = bisect_right(self._starts, start), bisect_right(self._starts, end)
        left, right = start - self._starts[first - 1], end - self._starts[last - 1]
        return Span(self.file.path, first, left + 1, last, right + 1)

    def _inherited(self, name: str, at: Span) -> None:
        """Take a name without a value: it comes from the variables around the file, if they have it."""
        setting = self.outer.get(name)
        if setting is not None:
            self._add(name, setting.text, setting.why, at)

    def _value(self, name: str, text: str, position: int) -> int:
        """Read a value and return the index behind it, -1 where a quote is never closed."""
        while position < len(text) and text[position] in " \t":
            position += 1
        quote = text[position : position + 1]
        if quote and quote in "'\"":
            end = _closing_quote(text, position)
            if end < 0:
                return -1
            body = text[position + 1 : end].replace("\\" + quote, quote)
            at = self._span(text, position, end + 1)
            if quote == '"':
                self._interpolated(name, _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), body), at)
            else:
                self._add(name, body, "", at)
            return end + 1
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        value = text[position:stop].partition(" #")[0].rstrip()
        self._interpolated(name, value, self._span(text, position, position + len(value)))
        return stop

    def _interpolated(self, name: str, text: str, at: Span) -> None:
        result = interpolate(text, ChainMap(self.outer, self._own), at)
        self._add(name, result.text, result.why, result.place(at))

    def _add(self, name: str, text: str | None, why: str, at: Span) -> None:
        self._entries.append(Entry(name, text, why, at))
        self._own[name] = Setting(text, Step(f"the file {self.file.path}", at), why)


def _next_statement(text: str, position: int) -> int:
    """Return the index of the next statement: blanks and comments are passed over."""
    while position < len(text):
        if text[position].isspace():
            position += 1
        elif text[position] == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        else:
            break
    return position


def _closing_quote(text: str, start: int) -> int:
    index = start + 1
    while index < len(text):
        if text[index] == "\\":
            index += 2
            continue
        if text[index] == text[start]:
            return index
        index += 1
    return -1


def settings_of(file: EnvironmentFile, what: str) -> dict[str, Setting]:
    """Return the variables of a file for interpolation; ``what`` names the file on the trail of a value."""
    return {entry.name: Setting(entry.text, Step(what, entry.at), entry.why) for entry in file.entries}
