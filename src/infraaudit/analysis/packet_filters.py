"""Whether the lists of a network refuse what a firewall rule would let in from the internet."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.analysis.openings import ports_of, range_of
from infraaudit.model import (
    Attachment,
    Direction,
    EdgeKind,
    Gateway,
    Key,
    Known,
    PacketFilter,
    Placed,
    known_value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraaudit.model import Estate, FilterEntry, FirewallRule

_SUFFIX = "#attachment"
_WORLD = 0
"""The length of the prefix of all addresses."""


def refused_before(rule: FirewallRule, estate: Estate) -> PacketFilter | None:
    """Return a list that refuses what a rule admits from everywhere, where lists do so for all that the rule protects.

    What cannot be told refuses nothing.
    """
    ports = ports_of(rule)
    members: list[Attachment | Gateway] = [
        *estate.targets(rule, EdgeKind.PROTECTS, Attachment),
        *estate.targets(rule, EdgeKind.PROTECTS, Gateway),
    ]
    if not isinstance(ports, Known) or not members:
        return None
    lists = estate.derived(_by_subnet)
    found: PacketFilter | None = None
    for member in members:
        for address in _subnets(member, estate) or ("",):
            found = lists.get(Key(member.deployment.id, address))
            if found is None or not _refuses(found, ports.value):
                return None
    return found


def _by_subnet(estate: Estate) -> Mapping[Key, PacketFilter]:
    named: dict[Key, list[PacketFilter]] = defaultdict(list)
    for each in estate.of(PacketFilter):
        for subnet in each.subnets:
            named[Key(each.deployment.id, subnet)].append(each)
    return {key: lists[0] for key, lists in named.items() if len(lists) == 1}


def _subnets(member: Attachment | Gateway, estate: Estate) -> tuple[str, ...] | None:
    placed = estate.beside(member, member.address.removesuffix(_SUFFIX), Placed)
    location = placed.location if placed is not None else None
    return known_value(location.subnets) if location is not None else None


def _refuses(found: PacketFilter, ports: tuple[int, int]) -> bool:
    """Whether nothing of some ports gets in from everywhere; a list with something that cannot be told refuses none."""
    if not found.entries_complete:
        return False
    entries = [each for each in found.entries if known_value(each.direction) is not Direction.EGRESS]
    if not all(_is_told(each) for each in entries):
        return False
    ordered = sorted(entries, key=lambda each: known_value(each.number) or 0)
    return all(not _lets_in(ordered, port, version) for port in _edges(ordered, ports) for version in (4, 6))


def _is_told(entry: FilterEntry) -> bool:
    values = (entry.number, entry.allows, entry.direction, entry.protocol, entry.range)
    return all(isinstance(each, Known) for each in values) and _span(entry) is not None


def _span(entry: FilterEntry) -> tuple[int, int] | None:
    if known_value(entry.protocol) not in {"tcp", "udp", "all"}:
        return (1, 0)
    if known_value(entry.protocol) == "all":
        return (0, 65535)
    low, high = known_value(entry.from_port), known_value(entry.to_port)
    return (low, high) if low is not None and high is not None else None


def _edges(entries: Sequence[FilterEntry], ports: tuple[int, int]) -> set[int]:
    """Return the ports at which the answer of a list may change, and the first of all."""
    low, high = ports
    spans = [span for each in entries if (span := _span(each)) is not None]
    return {low, *(edge for first, last in spans for edge in (first, last + 1) if low <= edge <= high)}


def _lets_in(entries: Sequence[FilterEntry], port: int, version: int) -> bool:
    """Whether the first entry for everybody that speaks of a port lets it in; entries for some let in some alone."""
    for entry in entries:
        span, network = _span(entry), range_of(known_value(entry.range) or "")
        if span is None or network is None or network.version != version or not span[0] <= port <= span[1]:
            continue
        if known_value(entry.allows) and network.prefixlen < _HALF:
            return True
        if not known_value(entry.allows) and network.prefixlen == _WORLD:
            return False
    return False


_HALF = 8
"""The length of a prefix from which on a range is a small part of the internet."""
