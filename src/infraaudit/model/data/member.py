"""The instances of a store that consists of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Member:
    """One instance, or ``count`` equal ones.

    ``machine`` is the class of its machine and ``memory`` that machine's memory in bytes. ``rank`` is its place in the
    row of those that take over, 0 being first; ``None`` where nothing ranks them.
    """

    address: str
    name: str
    at: Span
    machine: Maybe[str]
    memory: Maybe[int]
    rank: Value[int] | None = None
    count: int = 1
