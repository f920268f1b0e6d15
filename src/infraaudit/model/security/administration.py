"""The doors by which people come to machines that have no way from the internet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationDoor(Entity):
    """A service of a cloud that brings people to machines by SSH or RDP, after asking who they are.

    ``network`` is the address of the network whose machines it reaches, or its literal name.
    """

    network: Maybe[str]
    identifiers: tuple[str, ...] = ()
