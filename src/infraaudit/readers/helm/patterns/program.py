"""What a regular expression is compiled to: a list of steps, and the sets of characters that some of them test."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of characters: ranges, general categories of Unicode, and whether what is in neither is meant."""

    ranges: tuple[tuple[str, str], ...] = ()
    categories: tuple[tuple[str, bool], ...] = ()
    negated: bool = False
    any_case: bool = False
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def holds(self, character: str) -> bool:
        """Tell whether a character is in the set."""
        known = self._known.get(character)
        if known is None:
            known = self._known[character] = self._found(character)
        return known

    def _found(self, character: str) -> bool:
        forms = {character, character.lower(), character.upper()} if self.any_case else {character}
        return any(self._has(form) for form in forms) != self.negated

    def _has(self, character: str) -> bool:
        if any(first <= character <= last for first, last in self.ranges):
            return True
        category = unicodedata.category(character) if self.categories and len(character) == 1 else ""
        return any(category.startswith(name) != negated for name, negated in self.categories)


@dataclass(frozen=True, slots=True)
class Test:
    """One character of a set."""

    characters: Characters


@dataclass(frozen=True, slots=True)
class Fork:
    """Two ways on, counted from here, the first one preferred."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Save:
    """Remember the position in a slot; two slots make a group."""

    slot: int


@dataclass(frozen=True, slots=True)
class Look:
    """A condition on the position: ``^``, ``$`` (``text`` or ``line``), a word boundary or its contrary."""

    kind: str


@dataclass(frozen=True, slots=True)
class End:
    """The expression has matched."""


Step = Test | Fork | Save | Look | End


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression. ``names`` are the numbers of the named groups."""

    steps: tuple[Step, ...]
    groups: int
    names: dict[str, int]
