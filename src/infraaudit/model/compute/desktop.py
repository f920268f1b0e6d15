"""Desktops that a cloud runs for people, with the volumes that their files lie on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop(Faceted):
    """A desktop of one person."""

    facets: tuple[Facet, ...] = ()
