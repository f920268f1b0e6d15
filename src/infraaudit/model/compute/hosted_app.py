"""Programs that a platform of a cloud runs from their code or image, behind a front end of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.compute.machine_guard import Guarded
from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedApp(Guarded, Faceted):
    """An app of a platform that deploys it, sends it requests and keeps what it says.

    ``slot_of`` is the address of the app whose next version it is, tried before both change places; empty for one that
    users call.
    """

    slot_of: str = ""
    facets: tuple[Facet, ...] = ()
    identifiers: tuple[str, ...] = ()
