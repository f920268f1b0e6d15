"""Where something runs: the zones of a region, and the subnets whose addresses it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
