"""Values with a memory: known and where from, absent, or unknown and what would settle it.

There is no boolean test on purpose. A check calls :meth:`settled` and either goes on with a known value or ends
for that subject, so that an unknown can become neither a finding nor a pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.source.span import Span

T = TypeVar("T")
U = TypeVar("U")
T_co = TypeVar("T_co", covariant=True)


class UnsettledError(Exception):
    """A check met a value that it needs and nobody knows; the engine turns this into "could not tell"."""

    def __init__(self, unknown: Unknown[object]) -> None:
        super().__init__(unknown.why)
        self.unknown = unknown


@dataclass(frozen=True, slots=True)
class Known(Generic[T_co]):
    """A value that is certain.

    ``stated`` is false for a platform's default, and ``fact`` then names the default and its source.
    """

    value: T_co
    at: Span
    stated: bool = True
    fact: str = ""

    def settled(self) -> Known[T_co]:
        """Return this value."""
        return self

    def map(self, change: Callable[[T_co], U]) -> Known[U]:
        """Return the changed value with the same memory."""
        return Known(change(self.value), self.at, self.stated, self.fact)


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing was written, and nothing stands in for it. ``at`` is the place where it could stand."""

    at: Span

    def settled(self) -> Absent:
        """Return this absence: it is certain."""
        return self

    def map(self, _: Callable[[T], U]) -> Absent:
        """Return this absence: there is nothing to change."""
        return self


@dataclass(frozen=True, slots=True)
class Unknown(Generic[T_co]):
    """A value that cannot be told from the files.

    ``why`` completes the sentence "cannot be told, because ..."; it names what would settle it.
    ``candidates`` holds the only values possible, where they can be listed. ``mentions`` are the addresses of
    the entities that the expression refers to, so that an edge can be drawn though the text is not known.
    """

    why: str
    at: Span
    candidates: tuple[T_co, ...] = ()
    mentions: tuple[str, ...] = ()

    def settled(self) -> NoReturn:
        """End the check for this subject."""
        raise UnsettledError(self)

    def map(self, change: Callable[[T_co], U]) -> Unknown[U]:
        """Return the unknown with its candidates changed alike."""
        return Unknown(self.why, self.at, tuple(change(each) for each in self.candidates), self.mentions)


Value = Known[T] | Unknown[T]
"""A value that always exists: stated, defaulted by the platform, or unknown."""

Maybe = Known[T] | Absent | Unknown[T]
"""A value that may be missing."""


def default(value: T, at: Span, fact: str) -> Known[T]:
    """Return a platform's default. ``at`` is where a stated value would stand; ``fact`` says who says so."""
    return Known(value, at, stated=False, fact=fact)


def or_default(value: Maybe[T], fallback: T, fact: str) -> Value[T]:
    """Put the platform's default in place of an absence."""
    if isinstance(value, Absent):
        return default(fallback, value.at, fact)
    return value


def known_value(value: Maybe[T]) -> T | None:
    """Return the value if it is known, else ``None``: for joins, which may ignore what they cannot tell."""
    return value.value if isinstance(value, Known) else None


def may_mean(value: Maybe[str], address: str) -> bool:
    """Whether a value that cannot be told may be this address: it mentions it, or mentions nothing."""
    return isinstance(value, Unknown) and (not value.mentions or address in value.mentions)
