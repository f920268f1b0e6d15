"""What is seen of a thing: that it is, that it is left out, or that it cannot be assessed, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span


class Sight(StrEnum):
    """Whether something is seen. ``NONE`` is where the question makes no sense."""

    YES = "yes"
    MISSING = "missing"
    UNTOLD = "not assessable"
    NONE = "not asked"


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: ``why`` it is believed, and the place that says so."""

    sight: Sight
    why: str = ""
    at: Span | None = None

    @property
    def is_seen(self) -> bool:
        """Whether it surely is seen."""
        return self.sight is Sight.YES

    @property
    def is_missing(self) -> bool:
        """Whether it surely is left out."""
        return self.sight is Sight.MISSING


UNASKED = Cell(Sight.NONE)
"""The answer to a question that makes no sense of a subject."""


def seen(why: str, at: Span) -> Cell:
    """Return that something is seen."""
    return Cell(Sight.YES, why, at)


def missing(why: str, at: Span) -> Cell:
    """Return that something is left out."""
    return Cell(Sight.MISSING, why, at)


def untold(why: str, at: Span) -> Cell:
    """Return that something cannot be assessed."""
    return Cell(Sight.UNTOLD, why, at)
