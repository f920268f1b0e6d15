"""Over which zones the copies of something are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Subnet, Unknown

if TYPE_CHECKING:
    from infraaudit.model import Estate, Gateway, Location, Maybe, NodePool, Workload


def zones_of(placed: Workload | NodePool | Gateway, estate: Estate) -> frozenset[str] | None:
    """Return the zones of something, stated or those of its subnets.

    ``None`` where they cannot be told, and no zone where the platform itself spreads over those of a region.
    """
    location = placed.location
    if location is None:
        return None
    stated = _known(location.zones)
    if stated:
        return frozenset(stated)
    by_subnet = _of_subnets(placed, location, estate)
    return (by_subnet or None) if isinstance(location.zones, Unknown) else by_subnet


def _of_subnets(placed: Workload | NodePool | Gateway, location: Location, estate: Estate) -> frozenset[str] | None:
    if isinstance(location.subnets, Absent):
        return frozenset()
    addresses = _known(location.subnets)
    if addresses is None:
        return None
    subnets = [estate.beside(placed, address, Subnet) for address in addresses]
    zones = [each.zone for each in subnets if each is not None]
    known = frozenset(zone.value for zone in zones if isinstance(zone, Known))
    return known if all(isinstance(zone, Known) for zone in zones) and len(zones) == len(addresses) else None


def _known(value: Maybe[tuple[str, ...]]) -> tuple[str, ...] | None:
    return value.value if isinstance(value, Known) else None
