"""The tree of a shell line or script, as far as it is needed to tell what is started. Nothing is ever run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ShellSyntaxError(ValueError):
    """The text is no shell that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Simple:
    """One simple command: its words as written, the assignments before them, and where it stands in the text.

    ``redirections`` are the operators alone. ``inner`` are the commands of the substitutions in its words. A test in
    brackets is a simple command as well, and its closing bracket is its last word.
    """

    words: tuple[str, ...]
    assignments: tuple[str, ...]
    redirections: tuple[str, ...]
    start: int
    end: int
    inner: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """An expression in double parentheses, whose result is never told."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An ``if``: conditions with what follows if they hold; the condition of ``else`` is ``None``."""

    arms: tuple[tuple[Body | None, Body], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A ``case``: the subject, and the patterns with what follows if one of them fits."""

    subject: str
    arms: tuple[tuple[tuple[str, ...], Body], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A ``for``, ``while``, ``until`` or ``select``."""

    body: Body


@dataclass(frozen=True, slots=True)
class Group:
    """Commands in braces, or in parentheses, where a shell of their own runs them."""

    body: Body
    subshell: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is defined and not yet called."""

    name: str
    body: Body


Statement = Simple | Arithmetic | Choice | Case | Loop | Group | Function


@dataclass(frozen=True, slots=True)
class Item:
    """One pipeline of a list. ``connector`` is ``&&``, ``||`` or empty, and stands before it."""

    connector: str
    stages: tuple[Statement, ...]
    negated: bool
    background: bool


Body = tuple[Item, ...]


def commands_of(body: Body) -> Iterator[Simple]:
    """Yield every simple command of a text in its order, whatever decides whether it is run."""
    for item in body:
        for stage in item.stages:
            yield from _within(stage)


def _within(stage: Statement) -> Iterator[Simple]:
    match stage:
        case Simple():
            yield stage
            for inner in stage.inner:
                yield from commands_of(inner)
        case Choice():
            for condition, then in stage.arms:
                yield from commands_of(condition or ())
                yield from commands_of(then)
        case Case():
            for _, then in stage.arms:
                yield from commands_of(then)
        case Loop() | Group() | Function():
            yield from commands_of(stage.body)
        case _:
            return
