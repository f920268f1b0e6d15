"""Lifts networks, subnets and NAT gateways, and tells in which zones and subnets something is placed."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Egress, Known, Location, NatGateway, Network, Subnet, Unknown, known_value
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.network.flow_logs import facets_of_network
from infraaudit.readers.terraform.configuration.addresses import without_index
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed, reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SUBNETS = ("aws_subnet", "aws_default_subnet")
_TABLE = "aws_defaults"
_LISTED = re.compile(r"(.*[.])?data[.]aws_availability_zones[.][^.]+")
_FURTHER_RANGE = "aws_vpc_ipv4_cidr_block_association"


# -- where something is placed -------------------------------------------------------------------------------


def location_of(resources: Resources, node: Node) -> Location:
    """Return the zones and subnets behind an argument that lists subnets."""
    return Location(zones=_zones(resources, node), subnets=_subnets(resources, node))


def zones_named(node: Node) -> Maybe[tuple[str, ...]]:
    """Return the zones that an argument names itself."""
    if not may_be_present(node):
        return Absent(node.at)
    members = node.each() if node.is_list else (node,)
    names = [each.string() for each in members]
    known = tuple(each.value for each in names if isinstance(each, Known))
    if node.is_list and not node.open and members and all(_is_listed_by_aws(each) for each in members):
        return Known(tuple(f"the zone {number} of {members[0].mentions[0]}" for number in range(len(members))), node.at)
    if node.open or len(known) < len(members):
        return Unknown(_why(node, members), node.at, mentions=node.mentions)
    return Known(tuple(dict.fromkeys(known)), node.at)


def _is_listed_by_aws(node: Node) -> bool:
    """Whether a zone is one of those that AWS lists: which one is known after apply, and each is there once."""
    return node.is_unknown and len(node.mentions) == 1 and _LISTED.fullmatch(node.mentions[0]) is not None


def _listed(resources: Resources, node: Node) -> tuple[Node, ...] | None:
    """Return the subnets that an argument lists, or the one that it is; ``None`` where they cannot be told."""
    if node.is_list:
        return None if node.open else node.each()
    single = _subnet_behind(resources, node) is not None or isinstance(node.content, str)
    return (node,) if single else None


def _subnets(resources: Resources, node: Node) -> Maybe[tuple[str, ...]]:
    if not may_be_present(node):
        return Absent(node.at)
    members = _listed(resources, node)
    if members is None:
        return Unknown(_why(node, ()), node.at, mentions=node.mentions)
    found = [_subnet_behind(resources, each) for each in members]
    known = tuple(each.address for each in found if each is not None)
    if len(known) < len(members):
        return Unknown(_why(node, members), node.at, mentions=known)
    return Known(tuple(dict.fromkeys(known)), node.at)


def _subnet_behind(resources: Resources, node: Node) -> Resource | None:
    """Return the subnet of the configuration that an element names."""
    reference = reference_of(node)
    found = resolve(resources, reference.target) if reference is not None else None
    return found if found is not None and found.type in _SUBNETS and not found.data else None


def _zones(resources: Resources, node: Node) -> Maybe[tuple[str, ...]]:
    """Return the zones of the subnets that an argument lists. One subnet lies in one zone, whatever its name."""
    if not may_be_present(node):
        return Absent(node.at)
    members = _listed(resources, node)
    if members is None or any(each.is_unknown and reference_of(each) is None for each in members):
        return Unknown(_why(node, members or ()), node.at, mentions=node.mentions)
    if len(members) == 1:
        return Known((_only_zone(resources, members[0]),), node.at)
    zones: list[str] = []
    for member in members:
        subnet = _subnet_behind(resources, member)
        if subnet is None:
            return Unknown("the zones of subnets that are not in the scan cannot be told", member.at)
        found = _zones_of(subnet)
        if isinstance(found, Unknown):
            return Unknown(found.why, member.at)
        zones.extend(found.value)
    return Known(tuple(dict.fromkeys(zones)), node.at)


def _only_zone(resources: Resources, node: Node) -> str:
    """Return what to call the zone of the only subnet: its name, or that it is the zone of that subnet."""
    subnet = _subnet_behind(resources, node)
    if subnet is None:
        return f"the zone of {known_value(node.string()) or _written(node)}"
    name = argument(subnet, "availability_zone").string()
    return name.value if isinstance(name, Known) and subnet.multiplicity == 1 else f"the zone of {subnet.address}"


def _written(node: Node) -> str:
    reference = reference_of(node)
    return reference.target if reference is not None else "the only subnet"


def _zones_of(subnet: Resource) -> Value[tuple[str, ...]]:
    """Return the zones of a subnet, which may stand for several instances of a count."""
    node = argument(subnet, "availability_zone")
    if node.is_absent:
        node = argument(subnet, "availability_zone_id")
    written = node.string()
    if subnet.multiplicity > 1 or subnet.counted is not None:
        return _zones_of_instances(subnet, node)
    if isinstance(written, Known):
        return written.map(_alone)
    why = f"AWS chooses the zone of {subnet.address}" if isinstance(written, Absent) else written.why
    return Unknown(why, node.at)


def _alone(zone: str) -> tuple[str, ...]:
    return (zone,)


def _zones_of_instances(subnet: Resource, node: Node) -> Value[tuple[str, ...]]:
    counted = subnet.counted
    names = ("availability_zone", "availability_zone_id")
    varying = next((name for name in names if counted is not None and name in counted.varying), None)
    if counted is None or varying is None:
        written = node.string()
        if isinstance(written, Known) and counted is not None:
            return written.map(_alone)
        return Unknown(f"the zones of {subnet.address} cannot be told", node.at)
    values = [value.string() for value in counted.values(varying)]
    known = [value.value for value in values if isinstance(value, Known)]
    if len(known) == len(values):
        return Known(tuple(dict.fromkeys(known)), node.at)
    if not known:
        return Known(tuple(_picked(subnet, counted.varying[varying], index) for index in counted.indexes), node.at)
    return Unknown(f"some zones of {subnet.address} cannot be told", node.at)


_ELEMENT = re.compile(r"element\(([\w.]+), (\d+)\)|([\w.]+)\[(\d+)\]")
"""An element that is taken out of a list, in either writing."""


def _picked(subnet: Resource, expression: str, index: int) -> str:
    """Return what to call a zone that is picked by an expression: in one module, equal expressions pick equal zones."""
    module = without_index(subnet.address).removesuffix(f"{subnet.type}.{subnet.name}").removesuffix(".")
    words = " ".join(expression.replace("count.index", str(index)).split())
    elements = {f"{one or other}[{first or second}]" for one, first, other, second in _ELEMENT.findall(words)}
    if len(elements) == 1:
        (words,) = elements
    return f"the zone {words} of {module}" if module else f"the zone {words}"


def _why(node: Node, members: Sequence[Node]) -> str:
    unknown = next((each for each in (*members, node) if each.is_unknown), None)
    return reason(unknown) if unknown is not None else "subnets that are not in the scan are among them"


# -- networks ------------------------------------------------------------------------------------------------


def lift_networks(resources: Resources) -> Iterator[Network | NatGateway]:
    """Lift ``aws_vpc`` with its further ranges, and the NAT gateways."""
    further = resources.of_type(_FURTHER_RANGE)
    for resource in resources.of_type("aws_vpc", "aws_default_vpc"):
        own = argument(resource, "cidr_block").string()
        more = (
            argument(each, "cidr_block").string()
            for each in further
            if behind(resources, argument(each, "vpc_id")) == resource
        )
        yield Network(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            ranges=tuple(each for each in (own, *more) if not isinstance(each, Absent)),
            facets=facets_of_network(resource, resources),
        )
    for resource in resources.of_type("aws_nat_gateway"):
        yield NatGateway(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            zone=_zone_of_gateway(resource, resources),
        )


def _zone_of_gateway(resource: Resource, resources: Resources) -> Maybe[str]:
    mode = argument(resource, "availability_mode").string()
    if isinstance(mode, Known) and mode.value == "regional":
        return Absent(mode.at)
    subnet = behind(resources, argument(resource, "subnet_id"), *_SUBNETS)
    if subnet is None or resource.multiplicity > 1:
        return Unknown("the zone of its subnet cannot be told", resource.at)
    return argument(subnet, "availability_zone").string()


def lift_subnets(resources: Resources) -> Iterator[Subnet]:
    """Lift ``aws_subnet``, one entity also for several instances of a count."""
    routes = _Routes(resources)
    for resource in resources.of_type(*_SUBNETS):
        egress, nat = routes.of(resource)
        zones = _zones_of(resource)
        yield Subnet(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            network=pointed(resources, _network_of(resource, resources)),
            range=argument(resource, "cidr_block").string(),
            usable=_usable(resource),
            zone=Known(zones.value[0], zones.at)
            if isinstance(zones, Known) and len(zones.value) == 1
            else Unknown(zones.why if isinstance(zones, Unknown) else "it stands for several zones", zones.at),
            egress=egress,
            nat=nat,
            public_addresses=boolean_or_default(
                argument(resource, "map_public_ip_on_launch"), "aws_subnet.map_public_ip_on_launch"
            ),
        )


def _network_of(subnet: Resource, resources: Resources) -> Node:
    """Return the network of a subnet, also where it is read from a further range, to be made after that."""
    node = argument(subnet, "vpc_id")
    range_ = behind(resources, node, _FURTHER_RANGE)
    return node if range_ is None else argument(range_, "vpc_id")


def _usable(resource: Resource) -> Maybe[int]:
    """Return how many addresses are left of all instances together, AWS keeping some of each."""
    kept = fact(_TABLE, "aws_subnet.kept_addresses")
    written = argument(resource, "cidr_block").string()
    counted = resource.counted
    if counted is not None and "cidr_block" in counted.varying:
        ranges = [each.string() for each in counted.values("cidr_block")]
    else:
        ranges = [written] * resource.multiplicity
    total = 0
    for each in ranges:
        if not isinstance(each, Known):
            return each if isinstance(each, Absent) else Unknown(each.why, written.at)
        try:
            total += max(ipaddress.ip_network(each.value, strict=False).num_addresses - int(kept.value), 0)
        except ValueError:
            return Unknown(f"{each.value} is no range of addresses", written.at)
    return Known(total, written.at, fact=kept.words)


class _Routes:
    """Where the default route of each subnet leads."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.associations = resources.of_type("aws_route_table_association")
        self.routes = resources.of_type("aws_route")

    def of(self, subnet: Resource) -> tuple[Value[Egress], Maybe[str]]:
        """Return the way to the internet of a subnet, and the NAT gateway on it."""
        table = self._table(subnet)
        if isinstance(table, Unknown):
            return Unknown(table.why, table.at), Absent(subnet.at)
        return self._default_route(table.value)

    def _table(self, subnet: Resource) -> Value[Resource]:
        unsure = False
        for association in self.associations:
            node = argument(association, "subnet_id")
            if subnet in mentioned(self.resources, node):
                table = behind(self.resources, argument(association, "route_table_id"))
                if table is None:
                    return Unknown("its route table is not in the scan", association.at)
                return Known(table, association.at)
            unsure = unsure or (node.is_unknown and not node.mentions)
        network = behind(self.resources, _network_of(subnet, self.resources))
        chosen = self._chosen_main(network)
        if chosen is not None and not unsure:
            return chosen
        main = next(
            (
                each
                for each in self.resources.of_type("aws_default_route_table")
                if network is not None
                and network in mentioned(self.resources, argument(each, "default_route_table_id"))
            ),
            None,
        )
        if main is not None and not unsure:
            return Known(main, main.at)
        return Unknown("its route table is not in the scan", subnet.at)

    def _chosen_main(self, network: Resource | None) -> Value[Resource] | None:
        """Return the table that something else makes the one of all subnets without one of their own."""
        for each in self.resources.of_type("aws_main_route_table_association"):
            if network is not None and network in mentioned(self.resources, argument(each, "vpc_id")):
                table = behind(self.resources, argument(each, "route_table_id"), "aws_route_table")
                return (
                    Unknown("its route table is not in the scan", each.at) if table is None else Known(table, each.at)
                )
        return None

    def _default_route(self, table: Resource) -> tuple[Value[Egress], Maybe[str]]:
        members, complete = blocks(argument(table, "route"))
        for member in members:
            if member["cidr_block"].content == _WORLD:
                return self._target(member, table)
        for route in self.routes:
            if table in mentioned(self.resources, argument(route, "route_table_id")):
                destination = argument(route, "destination_cidr_block")
                if destination.content == _WORLD:
                    return self._target(route.body, route)
                complete = complete and not destination.is_unknown
        ignored = ignores(table, "route")
        if not complete or self._may_have_more(table) or isinstance(ignored, Unknown) or ignored.value:
            return Unknown(f"the routes of {table.address} cannot be told", table.at), Absent(table.at)
        return Known(Egress.NONE, table.at), Absent(table.at)

    def _may_have_more(self, table: Resource) -> bool:
        """Whether a route may be of a table, though it cannot be told whether it is made, or of which table it is."""
        perhaps = [argument(each, "route_table_id") for each in self.resources.perhaps if each.type == "aws_route"]
        named = [argument(each, "route_table_id") for each in self.routes]
        return any(not each.mentions or table in mentioned(self.resources, each) for each in perhaps) or any(
            each.is_unknown and not each.mentions for each in named
        )

    def _target(self, node: Node, holder: Resource) -> tuple[Value[Egress], Maybe[str]]:
        nat = node["nat_gateway_id"]
        if may_be_present(nat):
            return Known(Egress.TRANSLATED, nat.at), pointed(self.resources, nat)
        gateway = node["gateway_id"]
        if is_present(gateway):
            return Known(Egress.DIRECT, gateway.at), Absent(gateway.at)
        if gateway.is_unknown:
            return Unknown(reason(gateway), gateway.at), Absent(gateway.at)
        return Known(Egress.ELSEWHERE, holder.at), Absent(holder.at)


_WORLD = "0.0.0.0/0"
