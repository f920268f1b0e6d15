"""Lifts the networks of Google Cloud with their subnets, and the address translation of Cloud NAT."""

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
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, means, mentioned, pointed
from infraaudit.readers.terraform.lifting.ranges import usable_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Facet, Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

SUBNET = "google_compute_subnetwork"
"""The type of a subnet."""

_NETWORK = "google_compute_network"
_NAT = "google_compute_router_nat"
_FLOWS = "google_network_management_vpc_flow_logs_config"
_RESERVED = frozenset({"REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY", "PRIVATE_SERVICE_CONNECT", "PRIVATE_NAT"})
"""The purposes of subnets that hold no machines."""

_LISTED = "LIST_OF_SUBNETWORKS"
_BY_MACHINE = "whether what starts here reaches the internet follows from the addresses of each machine"


def lift_networks(resources: Resources) -> Iterator[Network | NatGateway]:
    """Lift ``google_compute_network`` and ``google_compute_router_nat``, which spans the zones of its region."""
    for resource in resources.of_type("google_compute_network"):
        yield Network(
            **resource.head,
            makes_subnets=boolean_or_default(
                argument(resource, "auto_create_subnetworks"), "google_compute_network.auto_create_subnetworks"
            ),
            identifiers=literals(argument(resource, "name").string()),
            facets=_facets_of_network(resource, resources),
        )
    for resource in resources.of_type(_NAT):
        logged = boolean_or_default(argument(resource, "log_config.enable"), f"{_NAT}.logged")
        yield NatGateway(**resource.head, zone=Absent(resource.at), logged=logged)


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
            reserved=_is_reserved(resource),
            facets=_facets_of_subnet(resource, resources),
            private_services=boolean_or_default(
                argument(resource, "private_ip_google_access"), f"{SUBNET}.private_ip_google_access"
            ),
        )


def _is_reserved(subnet: Resource) -> bool:
    return known_value(argument(subnet, "purpose").string()) in _RESERVED


def _facets_of_subnet(subnet: Resource, resources: Resources) -> tuple[Facet, ...]:
    """Return the facets of a subnet whose network is not in the scan; else they are told with the network."""
    if _is_reserved(subnet) or behind(resources, argument(subnet, "network"), _NETWORK) is not None:
        return ()
    return facets_of(subnet, {FacetName.FLOWS_LOGGED: _flow_logs(subnet, resources)})


def _facets_of_network(network: Resource, resources: Resources) -> tuple[Facet, ...]:
    """Return the facets of a network: its subnets are what writes down the connections, each for itself."""
    own = [
        each
        for each in resources.of_type(SUBNET)
        if not _is_reserved(each) and behind(resources, argument(each, "network"), _NETWORK) == network
    ]
    answers = [_flow_logs(each, resources) for each in own]
    if not answers:
        answers = [Unknown("no subnet of it is in the scan", network.at)]
    silent = next((each for each in answers if isinstance(each, Known) and not each.value), None)
    unknown = next((each for each in answers if isinstance(each, Unknown)), None)
    return facets_of(network, {FacetName.FLOWS_LOGGED: silent or unknown or answers[0]})


def _flow_logs(subnet: Resource, resources: Resources) -> Value[bool]:
    """Return whether the flows of a subnet are written down: by itself, or by a configuration for it or its network."""
    written = argument(subnet, "log_config")
    if may_be_present(written):
        return Unknown(reason(written), written.at) if written.is_unknown else Known(value=True, at=written.at)
    network = argument(subnet, "network")
    for each in resources.of_type(_FLOWS):
        off = argument(each, "state").content == "DISABLED"
        whole = argument(each, "network")
        same = not whole.is_absent and bool(set(whole.mentions) & set(network.mentions))
        if not off and (same or means(resources, argument(each, "subnet"), subnet, "name")):
            return Known(value=True, at=each.at)
    if any(each.type == _FLOWS for each in resources.perhaps):
        return Unknown("whether a configuration of flow logs is for it cannot be told", subnet.at)
    stated = fact(TABLE, f"{SUBNET}.flow_logs")
    return default(bool(stated.value), subnet.at, stated.words)


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
