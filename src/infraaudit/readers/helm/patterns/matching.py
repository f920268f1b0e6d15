"""Matches compiled expressions: all ways are followed at once, the preferred one first, so that no text takes long."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.helm.patterns.program import End, Fork, Look, Program, Save, Test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_WORK = 2_000_000
"""Characters times steps of one search or replacement; about two seconds."""

Slots = tuple[int | None, ...]


class TooMuchWorkError(Exception):
    """The text is too long for the expression."""


class Match:
    """Where an expression and its groups matched."""

    def __init__(self, text: str, program: Program, slots: Slots) -> None:
        self._text = text
        self._slots = slots
        self._names = program.names
        self.start = slots[0] or 0
        self.end = slots[1] or 0

    def group(self, number: int) -> str:
        """Return the text of a group; an empty one where it did not match or there is none."""
        if 2 * number + 1 >= len(self._slots):
            return ""
        start, end = self._slots[2 * number], self._slots[2 * number + 1]
        return "" if start is None or end is None else self._text[start:end]

    def expanded(self, template: str) -> str:
        """Return a replacement with ``$1``, ``${1}`` and ``${name}`` filled in."""
        return _REFERENCE.sub(self._referred, template)

    def _referred(self, found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        return self.group(int(name) if name.isdecimal() else self._names.get(name, len(self._slots)))


_REFERENCE = re.compile(r"\$(?:\{(\w+)\}|(\w+)|\$)")


def matches(program: Program, text: str) -> Iterator[Match]:
    """Yield the matches that do not overlap, as Go's ``FindAll`` does: none is empty right behind another."""
    at, before = 0, -1
    search = _Search(program, text)
    while at <= len(text):
        found = search.first(at)
        if found is None:
            return
        is_empty = found.end == at
        if not (is_empty and found.start == before):
            yield found
        before = found.end
        at = at + 1 if is_empty else found.end


def first_match(program: Program, text: str) -> Match | None:
    """Return the leftmost match."""
    return _Search(program, text).first(0)


def replaced(program: Program, text: str, new: Callable[[Match], str]) -> str:
    """Return a text with every match replaced, as Go's ``ReplaceAll`` does."""
    written: list[str] = []
    at, last = 0, 0
    search = _Search(program, text)
    while at <= len(text):
        found = search.first(at)
        if found is None:
            break
        written.append(text[last : found.start])
        if found.end > last or found.start == 0:
            written.append(new(found))
        last = found.end
        at = max(at + 1, found.end)
    return "".join((*written, text[last:]))


@dataclass(frozen=True, slots=True)
class _Ways:
    """The steps that wait for a character, the preferred one first, and all that were gone through to reach them."""

    open: dict[int, Slots] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)


class _Search:
    """Searches one text; the work of all searches counts together."""

    def __init__(self, program: Program, text: str) -> None:
        self._program = program
        self._text = text
        self._work = 0

    def first(self, start: int) -> Match | None:
        """Return the leftmost match from a position on."""
        best: Slots | None = None
        empty: Slots = (None,) * (2 * self._program.groups + 2)
        current = _Ways()
        for at in range(start, len(self._text) + 1):
            if best is None:
                self._follow(current, 0, empty, at)
            elif not current.open:
                break
            found, current = self._advanced(current, at)
            best = best if found is None else found
        return None if best is None else Match(self._text, self._program, best)

    def _advanced(self, current: _Ways, at: int) -> tuple[Slots | None, _Ways]:
        """Take one character with every way that is open; those behind one that has ended are given up."""
        following = _Ways()
        character = self._text[at : at + 1]
        self._work += len(current.seen)
        if self._work > MOST_WORK:
            raise TooMuchWorkError
        for position, slots in current.open.items():
            step = self._program.steps[position]
            if isinstance(step, End):
                return slots, following
            if isinstance(step, Test) and character and step.characters.holds(character):
                self._follow(following, position + 1, slots, at + 1)
        return None, following

    def _follow(self, ways: _Ways, position: int, slots: Slots, at: int) -> None:
        """Add the steps that can be reached without a character, in the order of preference."""
        waiting = [(position, slots)]
        while waiting:
            position, slots = waiting.pop()
            if position in ways.seen:
                continue
            ways.seen.add(position)
            match self._program.steps[position]:
                case Fork(first, second):
                    waiting.append((position + second, slots))
                    waiting.append((position + first, slots))
                case Save(slot):
                    waiting.append((position + 1, (*slots[:slot], at, *slots[slot + 1 :])))
                case Look() as look:
                    if self._sees(look, at):
                        waiting.append((position + 1, slots))
                case _:
                    ways.open[position] = slots

    def _sees(self, look: Look, at: int) -> bool:
        text = self._text
        match look.kind:
            case "text start":
                return at == 0
            case "text end":
                return at == len(text)
            case "line start":
                return at == 0 or text[at - 1] == "\n"
            case "line end":
                return at == len(text) or text[at] == "\n"
            case kind:
                is_boundary = _is_word(text[at - 1 : at] if at else "") != _is_word(text[at : at + 1])
                return is_boundary == (kind == "boundary")


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")
