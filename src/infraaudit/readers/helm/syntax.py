"""The syntax tree of a Go template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.readers.helm.cells import Place


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Dot:
    """The value that is worked on: ``.``."""


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``; the name holds its dollar sign."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """The name of a function, called with the other words of its command."""

    name: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of a value: ``.a.b``, ``$x.a``, ``(pipeline).a``; ``lenient`` marks the last, which forgives a nil."""

    base: Operand
    names: tuple[str, ...]
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands, each one's result the last argument of the next, with the variables that take the result."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...]
    assigns: bool
    place: Place
    source: str


Operand = Literal | Dot | Variable | Call | Fields | Pipeline


@dataclass(frozen=True, slots=True)
class Words:
    """Text between actions."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Action:
    """``{{ pipeline }}``."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Branch:
    """``if`` or ``with``."""

    word: str
    pipeline: Pipeline
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """``range``."""

    pipeline: Pipeline
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """``break`` or ``continue``."""

    word: str


@dataclass(frozen=True, slots=True)
class Use:
    """``template "name" pipeline``; without a pipeline the template works on nothing."""

    name: str
    pipeline: Pipeline | None
    place: Place


Statement = Words | Action | Branch | Loop | Jump | Use


@dataclass(frozen=True, slots=True)
class Template:
    """One file: its own statements, and the templates that it defines."""

    body: tuple[Statement, ...]
    defines: tuple[tuple[str, tuple[Statement, ...]], ...]
