"""Machines of a store that come and go by themselves: between which bounds, and whether they stop altogether."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much a store that grows by itself has at least and at most, in thousandths of the platform's ``unit``.

    ``most`` is absent where only the account bounds it. ``stops`` is whether it stops altogether when nobody asks, and
    ``idle`` after how many seconds without a request, absent where the platform decides that. ``setting`` is the
    attribute that decides it.
    """

    unit: str
    least: Value[int]
    most: Maybe[int]
    stops: Value[bool]
    idle: Maybe[int]
    setting: str
