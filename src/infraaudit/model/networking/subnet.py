"""Where addresses come from and which way traffic leaves: networks, subnets and NAT gateways."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity
from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe, Value


class Egress(StrEnum):
    """Which way traffic to the internet leaves a subnet."""

    DIRECT = "an internet gateway"
    TRANSLATED = "address translation"
    ELSEWHERE = "another network"
    NONE = "no way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Faceted):
    """A private network. ``ranges`` are its address ranges in CIDR notation."""

    ranges: tuple[Value[str], ...] = ()
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet(Faceted):
    """A part of a network.

    ``network`` is the address of the network, or its literal name. ``range`` is the address range in CIDR notation,
    ``usable`` how many addresses of it are left after those that the cloud keeps. ``zone`` is named as in
    :class:`Location`, absent where a subnet spans the zones of its region. ``egress`` is the way to the internet;
    where it is ``TRANSLATED``, ``nat`` is the address of the gateway. ``public_addresses`` is whether what starts
    here gets an address of the internet.
    """

    network: Maybe[str]
    range: Maybe[str]
    usable: Maybe[int]
    zone: Maybe[str]
    egress: Value[Egress]
    nat: Maybe[str]
    public_addresses: Value[bool]
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NatGateway(Entity):
    """What private subnets reach the internet through. ``zone`` is absent where it spans the zones of its region."""

    zone: Maybe[str]
