"""Lifts the networks of Google Cloud with their subnets, and the address translation of Cloud NAT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Egress, Known, NatGateway, Network, Subnet, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed
from infraaudit.readers.terraform.lifting.ranges import usable_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

SUBNET = "google_compute_subnetwork"
"""The type of a subnet."""

_NAT = "google_compute_router_nat"
_LISTED = "LIST_OF_SUBNETWORKS"
_BY_MACHINE = "whether what starts here reaches the internet follows from the addresses of each machine"


def lift_networks(resources: Resources) -> Iterator[Network | NatGateway]:
    """Lift ``google_compute_network`` and ``google_compute_router_nat``, which spans the zones of its region."""
    for resource in resources.of_type("google_compute_network"):
        yield Network(**resource.head)
    for resource in resources.of_type(_NAT):
        yield NatGateway(**resource.head, zone=Absent(resource.at))


def lift_subnets(resources: Resources) -> Iterator[Subnet]:
    """Lift ``google_compute_subnetwork``."""
    for resource in resources.of_type(SUBNET):
        written = argument(resource, "ip_cidr_range")
        kept = fact(TABLE, f"{SUBNET}.kept_addresses")
        public = fact(TABLE, "google_compute_instance.access_config")
        egress, nat = _way_out(resource, resources)
        yield Subnet(
            **resource.head,
            network=pointed(resources, argument(resource, "network")),
            range=written.string(),
            usable=usable_addresses([written.string()], kept, written),
            zone=Absent(resource.at),
            egress=egress,
            nat=nat,
            public_addresses=default(bool(public.value), resource.at, public.words),
        )


def _way_out(subnet: Resource, resources: Resources) -> tuple[Value[Egress], Maybe[str]]:
    """Return the way to the internet of a subnet: by a translation that takes it in, else that of each machine."""
    for gateway in resources.of_type(_NAT):
        if _takes_in(gateway, subnet, resources):
            return Known(Egress.TRANSLATED, gateway.at), Known(gateway.address, gateway.at)
    return Unknown(_BY_MACHINE, subnet.at), Absent(subnet.at)


def _takes_in(gateway: Resource, subnet: Resource, resources: Resources) -> bool:
    """Whether a translation surely is for a subnet: it names it, or is for all subnets of its network and region."""
    scope = argument(gateway, "source_subnetwork_ip_ranges_to_nat").string()
    if isinstance(scope, Known) and scope.value == _LISTED:
        return any(subnet in mentioned(resources, each["name"]) for each in blocks(gateway.body["subnetwork"])[0])
    router = behind(resources, argument(gateway, "router"), "google_compute_router")
    if router is None or not isinstance(scope, Known):
        return False
    network = behind(resources, argument(router, "network"), "google_compute_network")
    own = behind(resources, argument(subnet, "network"), "google_compute_network")
    regions = {argument(each, "region").content for each in (router, subnet)}
    return network is not None and network == own and len(regions) == 1


def subnets_of(interfaces: Node, resources: Resources) -> Maybe[tuple[str, ...]]:
    """Return the subnets that interfaces name: absent without any, unknown where one is not in the scan."""
    members, complete = blocks(interfaces)
    nodes = [each["subnetwork"] for each in members if not each["subnetwork"].is_absent]
    if not complete:
        return Unknown("the interfaces cannot all be told", interfaces.at)
    if not nodes:
        return Absent(interfaces.at)
    found = [behind(resources, node, SUBNET) for node in nodes]
    known = tuple(dict.fromkeys(each.address for each in found if each is not None))
    if None in found:
        return Unknown("a subnet that is not in the scan is among them", nodes[0].at, mentions=nodes[0].mentions)
    return Known(known, nodes[0].at)
