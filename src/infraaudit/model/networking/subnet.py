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
    """A private network. ``ranges`` are its address ranges in CIDR notation.

    ``makes_subnets`` is whether the cloud makes a subnet in each of its regions by itself, ``None`` where no cloud does
    that for its kind. ``identifiers`` are its literal names.
    """

    ranges: tuple[Value[str], ...] = ()
    makes_subnets: Value[bool] | None = None
    identifiers: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet(Faceted):
    """A part of a network.

    ``network`` is the address of the network, or its literal name. ``range`` is the address range in CIDR notation,
    ``usable`` how many addresses of it are left after those that the cloud keeps. ``zone`` is named as in
    :class:`Location`, absent where a subnet spans the zones of its region. ``egress`` is the way to the internet;
    where it is ``TRANSLATED``, ``nat`` is the address of the gateway. ``public_addresses`` is whether what starts
    here gets an address of the internet.
    ``reserved`` marks one that the cloud keeps for proxies and endpoints of its own. ``private_services`` is whether
    what has no address of the internet reaches the services of the cloud, ``None`` where endpoints decide that.
    """

    network: Maybe[str]
    range: Maybe[str]
    usable: Maybe[int]
    zone: Maybe[str]
    egress: Value[Egress]
    nat: Maybe[str]
    public_addresses: Value[bool]
    reserved: bool = False
    private_services: Value[bool] | None = None
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NatGateway(Entity):
    """What private subnets reach the internet through. ``zone`` is absent where it spans the zones of its region.

    ``logged`` is whether it writes down what it translates or drops, ``None`` where it cannot.
    """

    zone: Maybe[str]
    logged: Value[bool] | None = None
