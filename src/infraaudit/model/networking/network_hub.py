"""What joins several private networks, of several accounts perhaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkHub(Entity):
    """A crossing of private networks, or a door of one of them to others.

    ``accepts_all`` is whether whoever asks is let in without anybody's saying so. ``one_table`` is whether all that
    join share one table of routes, so that each reaches each; ``None`` where it has no such table.
    """

    accepts_all: Value[bool]
    one_table: Value[bool] | None = None
