"""Looks up the settings of a server: in its options, its variables and its configuration file, else its default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infraaudit.joins.processes.words import HOLE, Variables, Word
from infraaudit.model import Absent, Known, Unknown, default

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.facts import Row
    from infraaudit.model import Maybe
    from infraaudit.source.span import Span

_SHORT = 2
_MOST_DIGITS = 9
_TRUE = frozenset({"1", "true", "yes", "on", "t", "y"})


@dataclass(frozen=True)
class Settings:
    """Where the settings of one started server come from, the strongest first.

    ``words`` are its arguments, ``more`` the options that a variable holds (``GUNICORN_CMD_ARGS``), and ``file`` what
    its configuration file sets. ``gap`` says why a setting that is found nowhere may be set all the same.
    """

    row: Row
    words: tuple[Word, ...]
    variables: Variables
    at: Span
    more: tuple[Word, ...] = ()
    file: Mapping[str, Word] = field(default_factory=dict)
    gap: str = ""

    def options(self, names: list[str]) -> tuple[Word, ...]:
        """Return the values that options have on the command line, else in the variable that holds options."""
        return _values(self.words, names) or _values(self.more, names)

    def has(self, names: list[str]) -> bool:
        """Tell whether one of these options without a value is given."""
        return any(word.text in names for word in (*self.words, *self.more))

    @property
    def opening(self) -> str:
        """Why options may be given that cannot be seen, empty where all of them can."""
        for words in (self.words, self.more):
            for before, word in zip(("", *(each.text for each in words)), words, strict=False):
                is_value = before.startswith("-") and len(before) > 1 and "=" not in before
                if word.text.startswith(HOLE) and not is_value:
                    return word.why or "a part of the command is not known"
        return ""

    def find(self, name: str) -> Word | None:
        """Return the word that sets a setting, ``None`` where nothing surely does.

        A word that is a hole stands for "something may set it, and it cannot be told".
        """
        column: Mapping[str, Any] = self.row.get(name, {})
        given = self.options(column.get("options", []))
        if given:
            return given[-1]
        if self.opening and column.get("options"):
            return Word(HOLE, self.at, name, self.opening)
        for variable in column.get("variables", []):
            found = self.variables.get(variable, self.at)
            if found is not None:
                return found
        for variable in column.get("by_version", []):
            found = self.variables.get(variable, self.at)
            if found is not None:
                return Word(HOLE, found.at, found.shown, f"only some versions read {variable}")
        return self._find_in_file(column, name)

    def _find_in_file(self, column: Mapping[str, Any], name: str) -> Word | None:
        if column.get("setting") in self.file:
            return self.file[column["setting"]]
        if self.gap and "setting" in column:
            return Word(HOLE, self.at, name, self.gap)
        late = (self.variables.get(variable, self.at) for variable in column.get("late_variables", []))
        return next((found for found in late if found is not None), None)

    def text(self, name: str) -> Maybe[str]:
        """Return a setting as text, or its default."""
        return self._or_default(name, self.find(name))

    def number(self, name: str) -> Maybe[int]:
        """Return a setting as a whole number, or its default."""
        column: Mapping[str, Any] = self.row.get(name, {})
        if "fixed" in column:
            return default(int(column["fixed"]), self.at, self.row.words)
        found = self.find(name)
        if found is None:
            return self._default_number(column)
        value = found.value()
        if isinstance(value, Unknown):
            return Unknown(value.why, value.at)
        number = whole_number(value.value)
        if number is None:
            return Unknown(f"{name} is not a whole number", value.at)
        return Known(number // int(column.get("divisor", 1)), value.at)

    def _default_number(self, column: Mapping[str, Any]) -> Maybe[int]:
        fallback = column.get("default")
        if "in_code" in column:
            return Unknown(f"the application may set it, and otherwise it is {column['in_code']}", self.at)
        return Absent(self.at) if fallback is None else default(int(fallback), self.at, self.row.words)

    def switched_on(self, name: str) -> bool:
        """Tell whether a switch is surely on."""
        column: Mapping[str, Any] = self.row.get(name, {})
        if self.has(column.get("off", [])):
            return False
        if any(word.text.split("=", 1)[0] in column.get("options", []) for word in (*self.words, *self.more)):
            return True
        named = [self.variables.get(variable, self.at) for variable in column.get("variables", [])]
        named.append(self.file.get(column.get("setting", "")))
        return any(word is not None and word.text.strip().lower() in _TRUE for word in named)

    def _or_default(self, name: str, found: Word | None) -> Maybe[str]:
        if found is not None:
            return found.value()
        column: Mapping[str, Any] = self.row.get(name, {})
        if "in_code" in column:
            return Unknown(f"the application may set it, and otherwise it is {column['in_code']}", self.at)
        fallback = column.get("default")
        return Absent(self.at) if fallback is None else default(str(fallback), self.at, self.row.words)


def whole_number(text: str) -> int | None:
    """Return a whole number of reasonable length, ``None`` for any other text."""
    digits = text.strip()
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS else None


def _values(words: tuple[Word, ...], names: list[str]) -> tuple[Word, ...]:
    """Return the values of options, written apart, joined by ``=`` or right behind a short option."""
    found: list[Word] = []
    for index, word in enumerate(words):
        if word.text in names:
            if index + 1 < len(words):
                found.append(words[index + 1])
            continue
        for name in names:
            short = len(name) == _SHORT and name.startswith("-")
            if word.text.startswith(name + "=") and not short:
                found.append(_part(word, word.text[len(name) + 1 :]))
            elif short and word.text.startswith(name) and not word.text.startswith("--"):
                found.append(_part(word, word.text[_SHORT:].removeprefix("=")))
    return tuple(found)


def _part(word: Word, text: str) -> Word:
    return Word(text, word.at, word.shown, word.why, word.cpus)
