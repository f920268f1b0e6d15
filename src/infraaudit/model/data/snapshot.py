"""Copies that stand for themselves: snapshots of stores and volumes, and images that machines are started from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Faceted):
    """A snapshot or an image, or what shares one that is made elsewhere.

    ``source`` is the address of what it is a copy of, or its literal name. ``identifiers`` are its literal names.
    """

    source: Maybe[str]
    identifiers: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
