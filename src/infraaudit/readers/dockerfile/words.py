"""The words of an instruction and what becomes of them: quotes, escapes and variables, as the builder treats them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.readers.dockerfile.text import PlacedText
    from infraaudit.source.span import Step

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*|[0-9@*#])(.*)", re.DOTALL)
_DEEPEST = 20
_LONGEST = 60
"""Characters of a text that a message repeats."""

_BLANKS = " \t\r\n\v\f"


def word_ranges(text: str, escape: str = "\\") -> list[tuple[int, int]]:
    """Return the ranges of the words of a text: blanks divide them, except within quotes and after an escape."""
    ranges: list[tuple[int, int]] = []
    start: int | None = None
    quote = ""
    index = 0
    while index < len(text):
        char = text[index]
        if not quote and char in _BLANKS:
            if start is not None:
                ranges.append((start, index))
                start = None
            index += 1
            continue
        start = index if start is None else start
        if char == escape and quote != "'":
            index += 1
        elif char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        index += 1
    if start is not None:
        ranges.append((start, len(text)))
    return ranges


def raw_words(text: str) -> list[str]:
    """Return the words of a text as written, quotes included."""
    return [text[start:end] for start, end in word_ranges(text)]


def placed_words(text: PlacedText, escape: str) -> list[PlacedText]:
    """Return the words of a text as written, with their places."""
    return [text.part(start, end) for start, end in word_ranges(text.text, escape)]


def string_array(text: str) -> tuple[str, ...] | None:
    """Return the strings of a JSON array, ``None`` where the text is anything else: then it is a shell line."""
    if not text.startswith("["):
        return None
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return None
    return tuple(items)


def is_string_array(text: str) -> bool:
    """Tell whether a text is a JSON array of strings."""
    return string_array(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Variable:
    """What a name stands for: its text, or why that is not known.

    ``unset`` tells that the name has no value unless the one who builds gives it one, so that ``:-`` takes effect.
    """

    text: str | None
    why: str = ""
    unset: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word after expansion: its text, or why that is not known, and the variables on the way."""

    text: str | None
    why: str = ""
    steps: tuple[Step, ...] = ()


def expand(word: str, lookup: Callable[[str], Variable], escape: str = "\\", depth: int = 0) -> Expansion:
    """Remove quotes and put in variables. The text is unknown as a whole where a part of it is.

    ``depth`` counts how deep defaults are nested in defaults.
    """
    if depth > _DEEPEST:
        return Expansion(None, "defaults are nested too deep to be followed")
    expander = _Expander(word, lookup, escape, depth)
    text = expander.text()
    return Expansion(None if expander.why else text, expander.why, tuple(dict.fromkeys(expander.steps)))


@dataclass
class _Expander:
    """Walks over one word."""

    word: str
    lookup: Callable[[str], Variable]
    escape: str
    depth: int
    why: str = ""
    steps: list[Step] = field(default_factory=list)
    _at: int = 0

    def text(self) -> str:
        """Expand the whole word."""
        out: list[str] = []
        while self._at < len(self.word):
            char = self.word[self._at]
            self._at += 1
            if char == "'":
                out.append(self._literal())
            elif char == '"':
                out.append(self._quoted())
            elif char == "$":
                out.append(self._dollar())
            elif char == self.escape and self._at < len(self.word):
                out.append(self.word[self._at])
                self._at += 1
            else:
                out.append(char)
        return "".join(out)

    def _literal(self) -> str:
        end = self.word.find("'", self._at)
        end = len(self.word) if end < 0 else end
        text = self.word[self._at : end]
        self._at = end + 1
        return text

    def _quoted(self) -> str:
        out: list[str] = []
        while self._at < len(self.word):
            char = self.word[self._at]
            self._at += 1
            if char == '"':
                break
            following = self.word[self._at : self._at + 1]
            if char == "$":
                out.append(self._dollar())
            elif char == self.escape and following and following in f'"${self.escape}':
                out.append(following)
                self._at += 1
            else:
                out.append(char)
        return "".join(out)

    def _dollar(self) -> str:
        if self.word[self._at : self._at + 1] == "{":
            return self._braced()
        match = _NAME.match(self.word, self._at)
        if match is None:
            return "$"
        self._at = match.end()
        return self._plain(self.lookup(match[0]))

    def _plain(self, variable: Variable) -> str:
        if variable.text is None:
            self.why = self.why or variable.why
            return ""
        self.steps.extend(variable.steps)
        return variable.text

    def _braced(self) -> str:
        start = self._at + 1
        end = _closing_brace(self.word, self._at)
        self._at = end + 1
        match = _BRACED.fullmatch(self.word[start:end])
        if match is None:
            self.why = (
                self.why or f"the substitution ${{{self.word[start:end][:_LONGEST]}}} is not one that a builder knows"
            )
            return ""
        name, rest = match.groups()
        variable = self.lookup(name)
        return self._plain(variable) if not rest else self._operator(variable, rest)

    def _operator(self, variable: Variable, rest: str) -> str:
        colon = rest.startswith(":")
        operator, argument = rest[colon : colon + 1], rest[colon + 1 :]
        if not operator or operator not in "-+?":
            self.why = self.why or f"the substitution {rest[:_LONGEST]!r} is not computed"
            return ""
        if variable.text is None and not variable.unset:
            return self._plain(variable)
        given = variable.text is not None and not (colon and variable.text == "")
        if operator == "+":
            return self._nested(argument) if given else ""
        if given or operator == "?":
            return self._plain(variable)
        return self._nested(argument)

    def _nested(self, argument: str) -> str:
        inner = expand(argument, self.lookup, self.escape, self.depth + 1)
        self.steps.extend(inner.steps)
        if inner.text is None:
            self.why = self.why or inner.why
            return ""
        return inner.text


def _closing_brace(word: str, start: int) -> int:
    """Return the index of the brace that closes the one at ``start``, or the end of the word."""
    depth = 0
    for index in range(start, len(word)):
        depth += {"{": 1, "}": -1}.get(word[index], 0)
        if depth == 0:
            return index
    return len(word)
