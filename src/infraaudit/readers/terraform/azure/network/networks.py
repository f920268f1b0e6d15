"""Lifts the virtual networks of Azure with their subnets, and the gateways by which these reach the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Egress,
    FacetName,
    Known,
    NatGateway,
    Network,
    Subnet,
    Unknown,
    default,
    known_value,
)
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.observability.flow_logs import flows_logged
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed
from infraaudit.readers.terraform.lifting.ranges import usable_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

SUBNET = "azurerm_subnet"
"""The type of a subnet that is written by itself."""

_NETWORK = "azurerm_virtual_network"
_ELSEWHERE = frozenset({"virtualappliance", "virtualnetworkgateway", "vnetlocal"})
_WORLD = frozenset({"0.0.0.0/0", "internet"})
_WAYS = {"internet": Egress.DIRECT, "none": Egress.NONE, **dict.fromkeys(_ELSEWHERE, Egress.ELSEWHERE)}
"""Where a route may lead, in lower case."""

_BY_AGE = "default_outbound_access_enabled is not written, and without it the age of the network decides"


def lift_networks(resources: Resources) -> Iterator[Network]:
    """Lift ``azurerm_virtual_network``."""
    for resource in resources.of_type(_NETWORK):
        ranges = (each.string() for each in argument(resource, "address_space").each())
        yield Network(
            **resource.head,
            ranges=tuple(each for each in ranges if not isinstance(each, Absent)),
            facets=facets_of(resource, resources, {FacetName.FLOWS_LOGGED: flows_logged(resource, resources)}),
        )


def lift_nat_gateways(resources: Resources) -> Iterator[NatGateway]:
    """Lift ``azurerm_nat_gateway``."""
    for resource in resources.of_type("azurerm_nat_gateway"):
        yield NatGateway(**resource.head, zone=_zone(resource))


def _zone(resource: Resource) -> Maybe[str]:
    """Return the zone of a gateway. Without one, Azure picks it, unless the kind spans all zones."""
    node = argument(resource, "zones")
    names = [each.string() for each in node.each()]
    if len(names) == 1 and node.complete:
        return names[0]
    if len(names) > 1 or known_value(argument(resource, "sku_name").string()) == "StandardV2":
        return Absent(node.at)
    return Unknown("Azure picks the zone of the gateway", node.at)


def lift_subnets(resources: Resources) -> Iterator[Subnet]:
    """Lift ``azurerm_subnet``, and the subnets that are written within their network."""
    for resource in resources.of_type(SUBNET):
        yield _subnet(
            resource, resource.body, pointed(resources, argument(resource, "virtual_network_name")), resources
        )
    for resource in resources.of_type(_NETWORK):
        for node in blocks(resource.body["subnet"])[0]:
            yield _subnet(resource, node, Known(resource.address, resource.at), resources)


def _subnet(resource: Resource, node: Node, network: Maybe[str], resources: Resources) -> Subnet:
    """Return a subnet: ``node`` is what is written of it, in its own resource or in that of its network."""
    own = resource.type == SUBNET
    name = known_value(node["name"].string()) or "?"
    prefixes = _prefixes(node)
    ranges = [each.string() for each in prefixes.each()] if prefixes.is_list else [prefixes.string()]
    egress, nat = _way_out(resource, resources) if own else (Unknown(_BY_AGE, node.at), Absent(node.at))
    kept = fact(TABLE, "azurerm_subnet.kept_addresses")
    public = fact(TABLE, "azure.public_address")
    return Subnet(
        address=resource.address if own else f"{resource.address}/subnet/{name}",
        kind=resource.type if own else "subnet",
        name=resource.name if own else name,
        at=resource.at if own else node.key_at or node.at,
        deployment=resource.deployment,
        network=network,
        range=ranges[0] if ranges else Absent(prefixes.at),
        usable=usable_addresses(ranges, kept, prefixes),
        zone=Absent(resource.at),
        egress=egress,
        nat=nat,
        public_addresses=default(bool(public.value), resource.at, public.words),
    )


def _prefixes(node: Node) -> Node:
    """Return the ranges of a subnet; there was one alone in former versions of the provider."""
    names = ("address_prefixes", "address_prefix")
    return next((node[name] for name in names if not node[name].is_absent), node[names[0]])


def _way_out(subnet: Resource, resources: Resources) -> tuple[Value[Egress], Maybe[str]]:
    """Return the way to the internet of a subnet: a gateway tied to it, its routes, else what it says itself."""
    gateway = _tied(subnet, resources, "azurerm_subnet_nat_gateway_association", "nat_gateway_id")
    if gateway is not None:
        target = pointed(resources, gateway)
        return Known(Egress.TRANSLATED, gateway.at), target
    nothing = Absent(subnet.at)
    table = _tied(subnet, resources, "azurerm_subnet_route_table_association", "route_table_id")
    if table is not None:
        routed = _default_route(behind(resources, table, "azurerm_route_table"), resources)
        if routed is not None:
            return routed, nothing
    own = argument(subnet, "default_outbound_access_enabled").boolean()
    if isinstance(own, Known):
        return own.map(lambda on: Egress.DIRECT if on else Egress.NONE), nothing
    return Unknown(own.why if isinstance(own, Unknown) else _BY_AGE, own.at), nothing


def _tied(subnet: Resource, resources: Resources, type_: str, name: str) -> Node | None:
    """Return the argument of the association of a type that is for this subnet."""
    for association in resources.of_type(type_):
        if subnet in mentioned(resources, argument(association, "subnet_id")):
            return argument(association, name)
    return None


def _default_route(table: Resource | None, resources: Resources) -> Value[Egress] | None:
    """Return where the default route of a table leads; ``None`` where the table surely has none."""
    if table is None:
        return None
    inline, complete = blocks(table.body["route"])
    others = [
        each.body
        for each in resources.of_type("azurerm_route")
        if table in mentioned(resources, argument(each, "route_table_name"))
    ]
    for route in (*inline, *others):
        if str(route["address_prefix"].content).lower() in _WORLD:
            hop = route["next_hop_type"].string()
            if isinstance(hop, Known) and hop.value.lower() in _WAYS:
                return hop.map(lambda written: _WAYS[written.lower()])
            return Unknown("where the default route leads cannot be told", route.at)
    return None if complete else Unknown(f"the routes of {table.address} cannot be told", table.at)


def subnets_of(nodes: list[Node], resources: Resources) -> Maybe[tuple[str, ...]]:
    """Return the subnets that arguments name: absent without any, unknown where one is not in the scan."""
    written = [node for node in nodes if not node.is_absent]
    found = [behind(resources, node, SUBNET) for node in written]
    known = tuple(dict.fromkeys(each.address for each in found if each is not None))
    if not written:
        return Absent(nodes[0].at)
    if len([each for each in found if each is not None]) < len(written):
        return Unknown("a subnet that is not in the scan is among them", written[0].at, mentions=written[0].mentions)
    return Known(known, written[0].at)
