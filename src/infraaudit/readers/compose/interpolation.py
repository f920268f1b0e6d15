"""Interpolation of Compose files: ``$VAR``, ``${VAR}`` with its operators, and ``$$``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.source.span import Span, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-?+]")
_TEMPLATE = re.compile(r"\{%|<%|\{\{-?\s*(?!end\b|else\b)[A-Za-z_]\w*(?:\.\w+|\[[^\]]*\])*\s*(?:\||-?\}\})")
_DEEPEST = 20
_LONGEST = 60
"""Characters of a text that a message repeats."""

_NOT_KNOWN: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable that the project sets: its text, or why that is not known, and what set it."""

    text: str | None
    step: Step
    why: str = ""


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A text after interpolation, or why it is not known; the steps are what set its variables.

    ``partial`` is the text with the unknown parts left as they are written.
    """

    text: str | None
    partial: str
    why: str = ""
    steps: tuple[Step, ...] = ()

    def place(self, at: Span) -> Span:
        """Return a place with the steps on its trail."""
        for step in self.steps:
            at = at.via(step.what, step.at)
        return at


def is_template(text: str) -> bool:
    """Tell whether another program fills in this text first. Swarm's own ``{{.Node}}`` is not meant."""
    return _TEMPLATE.search(text) is not None


def interpolate(text: str, variables: Mapping[str, Setting], at: Span) -> Interpolated:
    """Interpolate a text that stands at a place. An invalid ``${`` makes it unknown."""
    if "$" not in text:
        return Interpolated(text, text)
    reader = _Reader(variables, at)
    result = reader.read(text, 0)
    partial = "".join(part if part is not None else raw for part, raw in result)
    known = not reader.why and all(part is not None for part, _ in result)
    return Interpolated(partial if known else None, partial, reader.why, tuple(dict.fromkeys(reader.steps)))


@dataclass
class _Reader:
    """Reads one text; the parts come with what was written for them."""

    variables: Mapping[str, Setting]
    at: Span
    why: str = ""
    steps: list[Step] = field(default_factory=list)

    def read(self, text: str, depth: int) -> list[tuple[str | None, str]]:
        parts: list[tuple[str | None, str]] = []
        index = 0
        while index < len(text):
            dollar = text.find("$", index)
            if dollar < 0:
                parts.append((text[index:], text[index:]))
                break
            parts.append((text[index:dollar], text[index:dollar]))
            value, index = self._dollar(text, dollar, depth)
            parts.append((value, text[dollar:index]))
        return parts

    def _dollar(self, text: str, start: int, depth: int) -> tuple[str | None, int]:
        """Return what stands for the dollar at ``start``, and the index behind it."""
        following = text[start + 1 : start + 2]
        if following == "$":
            return "$", start + 2
        if following == "{":
            end = closing_brace(text, start + 1)
            return self._braced(text[start + 2 : end], depth), end + 1
        match = _NAME.match(text, start + 1)
        if match is None:
            return self._unknown(f"{text[:_LONGEST]!r} holds a dollar sign that begins no variable"), start + 1
        return self._variable(match[0]), match.end()

    def _unknown(self, why: str) -> str | None:
        """Keep the first reason, and return what stands for a part that is not known."""
        self.why = self.why or why
        return _NOT_KNOWN

    def _variable(self, name: str) -> str | None:
        setting = self.variables.get(name)
        if setting is None:
            return self._unknown(f"the variable {name} is set neither in .env nor by a default")
        if setting.text is None:
            return self._unknown(setting.why)
        self.steps.append(setting.step)
        return setting.text

    def _braced(self, inner: str, depth: int) -> str | None:
        match = _NAME.match(inner)
        if match is None or depth > _DEEPEST:
            return self._unknown(f"${{{inner[:_LONGEST]}}} names no variable")
        name, rest = match[0], inner[match.end() :]
        if not rest:
            return self._variable(name)
        operator = _OPERATOR.match(rest)
        if operator is None:
            return self._unknown(f"${{{inner[:_LONGEST]}}} has an operator that Compose does not know")
        return self._operator(name, operator[0], rest[operator.end() :], depth)

    def _operator(self, name: str, operator: str, argument: str, depth: int) -> str | None:
        setting = self.variables.get(name)
        if setting is not None and setting.text is None:
            return self._unknown(setting.why)
        given = setting is not None and not (operator.startswith(":") and setting.text == "")
        if operator.endswith("+"):
            return self._nested(argument, depth) if given else self._unless_set(name)
        if given:
            return self._variable(name)
        if operator.endswith("?"):
            return self._unknown(f"the variable {name} must be set by whoever starts the project")
        self.steps.append(Step(f"the default in ${{{name}{operator}...}}", replace(self.at, trail=())))
        return self._nested(argument, depth)

    def _unless_set(self, name: str) -> str | None:
        """Return the text of ``${NAME+other}`` for a variable that is not set: nothing."""
        setting = self.variables.get(name)
        if setting is not None:
            self.steps.append(setting.step)
        return ""

    def _nested(self, argument: str, depth: int) -> str | None:
        parts = self.read(argument, depth + 1)
        known = [part for part, _ in parts if part is not None]
        return "".join(known) if len(known) == len(parts) else None


def closing_brace(text: str, start: int) -> int:
    """Return the index of the brace that closes the one at ``start``, or the end of the text."""
    depth = 0
    for index in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)


def split_outside(text: str, separator: str) -> list[tuple[int, int]]:
    """Return the ranges between separators that do not stand inside ``${...}``."""
    ranges: list[tuple[int, int]] = []
    start = index = 0
    while index < len(text):
        if text.startswith("${", index):
            index = closing_brace(text, index + 1)
        elif text[index] == separator:
            ranges.append((start, index))
            start = index + 1
        index += 1
    ranges.append((start, len(text)))
    return ranges
