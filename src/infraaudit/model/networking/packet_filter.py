"""Lists by which a network lets packets into its subnets or refuses them, before any firewall of what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.networking.network import Direction
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class FilterEntry:
    """One line of a list: the first by ``number`` that speaks of a packet decides.

    ``protocol`` is lower case, ``all`` for every protocol; the ports are absent then. ``range`` is the range of the
    other side in CIDR notation.
    """

    number: Value[int]
    allows: Value[bool]
    direction: Value[Direction]
    protocol: Value[str]
    from_port: Maybe[int]
    to_port: Maybe[int]
    range: Value[str]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketFilter(Entity):
    """A list for some subnets. What no entry speaks of is refused.

    ``subnets`` are the addresses of those subnets, ``subnets_complete`` being false where some cannot be told.
    ``entries_complete`` is false where there may be more entries.
    """

    subnets: tuple[str, ...] = ()
    subnets_complete: bool = True
    entries: tuple[FilterEntry, ...] = ()
    entries_complete: bool = True
