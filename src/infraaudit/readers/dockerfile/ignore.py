"""Which files of a build context a ``.dockerignore`` keeps from the builder, by the rules of Docker.

They are not those of Git: a pattern counts from the root of the context, and of all patterns the last that fits wins.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from enum import Enum

_LONGEST = 1000
"""Characters of a pattern beyond which it is passed over."""

_MOST = 2000


class _Wild(Enum):
    ONE = "?"
    SEGMENT = "*"
    ANYTHING = "**"
    FOLDERS = "**/"


_FEW = 2
_EXPRESSIONS: dict[object, str] = {
    _Wild.ONE: "[^/]",
    _Wild.SEGMENT: "[^/]*",
    _Wild.ANYTHING: ".*",
    _Wild.FOLDERS: "(?:.*/)?",
}
_MAY_BE_EMPTY = frozenset({_Wild.SEGMENT, _Wild.ANYTHING, _Wild.FOLDERS})


@dataclass(frozen=True, slots=True)
class _Class:
    """A set of characters as ``[a-z]`` or ``[^a-z]``; it never fits a slash."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool

    def fits(self, char: str) -> bool:
        return char != "/" and any(first <= char <= last for first, last in self.ranges) is not self.negated


_Token = str | _Wild | _Class


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern. ``plain`` is its text where it holds no wildcard, ``quick`` an expression where it holds few."""

    tokens: tuple[_Token, ...]
    keeps: bool
    plain: str | None = None
    quick: re.Pattern[str] | None = None

    def fits(self, path: str) -> bool:
        if self.plain is not None:
            return path == self.plain
        return self.quick.fullmatch(path) is not None if self.quick is not None else _fits(self.tokens, path)


@dataclass(frozen=True, slots=True)
class DockerIgnore:
    """The rules of one file in order."""

    rules: tuple[_Rule, ...] = ()
    _last: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def hides(self, path: str) -> bool:
        """Tell whether the builder does not get a file; ``path`` starts at the root of the context."""
        last = self._last_of(path)
        return last >= 0 and not self.rules[last].keeps

    def _last_of(self, path: str) -> int:
        """Return the number of the last rule that fits a path or a folder above it, -1 where none does."""
        last, end = -1, 0
        while end < len(path):
            following = path.find("/", end + 1)
            end = following if following >= 0 else len(path)
            here = path[:end]
            if here not in self._last:
                numbers = range(len(self.rules) - 1, last, -1)
                self._last[here] = next((each for each in numbers if self.rules[each].fits(here)), last)
            last = self._last[here]
        return last


def read_ignore(lines: list[str]) -> DockerIgnore:
    """Read the lines of a ``.dockerignore``. A line that is no pattern counts for nothing."""
    rules = (_rule(line) for line in lines[:_MOST])
    return DockerIgnore(tuple(rule for rule in rules if rule is not None))


def _rule(line: str) -> _Rule | None:
    if line.startswith("#"):
        return None
    text = line.strip()
    keeps = text.startswith("!")
    text = text[1:].strip() if keeps else text
    if not text or len(text) > _LONGEST:
        return None
    clean = posixpath.normpath(text).lstrip("/")
    tokens = _tokens(clean) if clean not in {"", "."} else None
    if tokens is None:
        return None
    if all(isinstance(token, str) for token in tokens):
        return _Rule(tokens, keeps, plain="".join(str(token) for token in tokens))
    return _Rule(tokens, keeps, quick=_expression(tokens))


def _expression(tokens: tuple[_Token, ...]) -> re.Pattern[str] | None:
    """Return an expression for a pattern of so few wildcards that matching it cannot take long."""
    few = sum(token in _MAY_BE_EMPTY for token in tokens) <= _FEW
    if not few or any(isinstance(token, _Class) for token in tokens):
        return None
    return re.compile("".join(_EXPRESSIONS.get(token) or re.escape(str(token)) for token in tokens), re.DOTALL)


def _tokens(pattern: str) -> tuple[_Token, ...] | None:
    """Return the parts of a pattern, ``None`` where it cannot be read."""
    tokens: list[_Token] = []
    index = 0
    while index < len(pattern):
        char = pattern[index]
        if char == "*":
            wild, index = _star(pattern, index)
            tokens.append(wild)
        elif char == "[":
            found = _class(pattern, index)
            if found is None:
                return None
            tokens.append(found[0])
            index = found[1]
        elif char == "\\" and index + 1 == len(pattern):
            return None
        else:
            index += char == "\\"
            tokens.append(_Wild.ONE if char == "?" else pattern[index])
            index += 1
    return tuple(tokens)


def _star(pattern: str, index: int) -> tuple[_Wild, int]:
    if not pattern.startswith("**", index):
        return _Wild.SEGMENT, index + 1
    return (_Wild.FOLDERS, index + 3) if pattern.startswith("**/", index) else (_Wild.ANYTHING, index + 2)


def _class(pattern: str, index: int) -> tuple[_Class, int] | None:
    index += 1
    negated = pattern[index : index + 1] == "^"
    index += negated
    ranges: list[tuple[str, str]] = []
    while index < len(pattern) and (pattern[index] != "]" or not ranges):
        first, index = _member(pattern, index)
        last = first
        if pattern[index : index + 1] == "-" and pattern[index + 1 : index + 2] not in {"", "]"}:
            last, index = _member(pattern, index + 1)
        ranges.append((first, last))
    return (_Class(tuple(ranges), negated), index + 1) if index < len(pattern) else None


def _member(pattern: str, index: int) -> tuple[str, int]:
    index += pattern[index] == "\\" and index + 1 < len(pattern)
    return pattern[index], index + 1


def _fits(tokens: tuple[_Token, ...], path: str) -> bool:
    """Match with all states at once, so that no pattern takes more than its length times that of the path."""
    states = _reached({0}, tokens)
    for char in path:
        stay: set[int] = set()
        reached: set[int] = set()
        for state in states:
            token = tokens[state] if state < len(tokens) else None
            if token is _Wild.ANYTHING or (token is _Wild.SEGMENT and char != "/"):
                reached.add(state)
            elif token is _Wild.FOLDERS:
                stay.add(state)
                reached.update({state + 1} if char == "/" else ())
            elif token is not None and _takes(token, char):
                reached.add(state + 1)
        states = stay | _reached(reached, tokens)
        if not states:
            return False
    return len(tokens) in states


def _takes(token: _Token, char: str) -> bool:
    if isinstance(token, _Class):
        return token.fits(char)
    return char != "/" if token is _Wild.ONE else char == token


def _reached(states: set[int], tokens: tuple[_Token, ...]) -> set[int]:
    """Add what stands behind wildcards that may be empty; ``**/`` may be so only where it is reached."""
    found = set(states)
    for state in states:
        following = state
        while following < len(tokens) and tokens[following] in _MAY_BE_EMPTY:
            following += 1
            found.add(following)
    return found
