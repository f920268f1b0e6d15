"""What a system is built of that its vendor takes off the market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from datetime import date

    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredComponent(Entity):
    """A part of a system of a kind that is withdrawn.

    ``product`` is what its vendor calls it and ``ends`` the day on which it stops. ``retired`` is whether this one is
    of that kind, for some types stand for what is withdrawn and for what stays. ``instead`` is what takes its place,
    in the words of its format.
    """

    product: str
    ends: Value[date]
    retired: Value[bool]
    instead: tuple[str, ...]
