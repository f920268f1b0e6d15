"""A finding as a policy states it: what is wrong here, where, by what arithmetic, and how heavy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span


class Severity(IntEnum):
    """How much a finding matters to the system. It says nothing about how sure it is: findings are sure."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """The name in lower case, as reports print it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Factor:
    """Something about the context that changes the severity: by so many steps, or to at most ``ceiling``."""

    why: str
    steps: int = 0
    ceiling: Severity | None = None
    floor: Severity | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A further place that the reader should look at, with a few words on what stands there."""

    at: Span
    label: str


@dataclass(frozen=True, slots=True)
class Operand:
    """One number of the arithmetic. ``assumed`` marks a default that stands in for what nobody wrote."""

    name: str
    value: str
    at: Span | None = None
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check yields for a subject that fails.

    ``at`` is the value to change, ``says`` what is wrong in the owner's own names, lower case, without a full stop.
    ``label`` stands under the underlined value. ``operands`` are the numbers, ``sum`` the line of arithmetic.
    ``part`` tells several findings of one subject apart (a container's name, a variable) and must not contain line
    numbers, for it goes into the fingerprint. ``fix`` replaces the general advice where more can be said.
    """

    at: Span
    says: str
    label: str = ""
    places: tuple[Place, ...] = ()
    operands: tuple[Operand, ...] = ()
    sum: str = ""
    factors: tuple[Factor, ...] = ()
    part: str = ""
    fix: str = ""


Findings = Iterator[Finding]
"""What a check returns: it yields each finding and falls silent for a subject that passes."""
