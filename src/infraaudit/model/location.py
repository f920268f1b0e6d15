"""Where something runs: the zones of a region, and the subnets whose addresses it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe


@dataclass(frozen=True, slots=True)
class Location:
    """The zones and subnets among which the copies of something are placed.

    ``zones`` are the names of zones, or the expressions that pick them where the names are known only after apply:
    two that differ are two zones. They are absent where the platform itself spreads over the zones of a region.
    ``subnets`` are addresses of subnets in the same deployment, absent where none of them is used.
    """

    zones: Maybe[tuple[str, ...]]
    subnets: Maybe[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Entity):
    """Something that is placed in a cloud: what runs, what carries it and what stands before it.

    ``location`` is where it is placed, as far as that is chosen. ``interruptible`` is whether every copy or node of it
    can be taken back by the platform at any time (spot capacity). Each is ``None`` where that is no matter of it.
    """

    location: Location | None = None
    interruptible: Maybe[bool] | None = None
