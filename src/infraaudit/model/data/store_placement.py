"""Where a managed store takes its addresses from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlacement(Entity):
    """The subnets of one store that chooses any.

    ``store`` is its address in the same deployment. ``subnets`` are the addresses of the subnets in which it may stand,
    unknown where some are not in the scan.
    """

    store: str
    subnets: Value[tuple[str, ...]]
