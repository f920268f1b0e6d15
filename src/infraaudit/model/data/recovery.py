"""How far back a loss throws a store, and what its owner said that it may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Recovery:
    """To what a store can be brought back.

    ``interval`` is the time in seconds between two points to which it can be, absent where there are none.
    ``retention`` is how many days such points are kept, ``setting`` the attribute that says so. ``finer`` is the
    attribute by which every moment can be had back, empty where the kind of store has none.
    """

    interval: Maybe[int]
    retention: Maybe[int]
    setting: str
    finer: str = ""


@dataclass(frozen=True, slots=True)
class Replica:
    """A copy of a store in another region that takes writes too. ``finer``: every moment of it can be had back."""

    region: Maybe[str]
    finer: Value[bool]
    at: Span


@dataclass(frozen=True, slots=True)
class Objective:
    """What was promised for a store: seconds of data that may be lost, seconds until it is back, days of copies."""

    point: Maybe[int]
    time: Maybe[int]
    retention: Maybe[int]
