"""Lifts the ways between networks of Google: peerings, tunnels, and private access to its services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, NetworkLink, PrivateEndpoint, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import behind, certain, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TUNNEL = "google_compute_vpn_tunnel"
_GATEWAYS = {"vpn_gateway": "google_compute_ha_vpn_gateway", "target_vpn_gateway": "google_compute_vpn_gateway"}
_PEERS = ("peer_gcp_gateway", "peer_external_gateway", "peer_ip")
_RULES = ("google_compute_forwarding_rule", "google_compute_global_forwarding_rule")


def lift_network_links(resources: Resources) -> Iterator[NetworkLink]:
    """Lift peerings of networks and tunnels of VPN."""
    for resource in resources.of_type("google_compute_network_peering"):
        sides = (argument(resource, "network"), argument(resource, "peer_network"))
        yield NetworkLink(
            **resource.head, networks=tuple(certain(resources, each, "no network is named") for each in sides)
        )
    for resource in resources.of_type(_TUNNEL):
        yield NetworkLink(**resource.head, networks=(_own_side(resource, resources), _other_side(resource, resources)))


def _own_side(tunnel: Resource, resources: Resources) -> Value[str]:
    for name, type_ in _GATEWAYS.items():
        gateway = behind(resources, argument(tunnel, name), type_)
        if gateway is not None:
            return certain(resources, argument(gateway, "network"), "no network is named")
    return Unknown("its gateway is not in the scan", tunnel.at)


def _other_side(tunnel: Resource, resources: Resources) -> Value[str]:
    node = next((each for name in _PEERS if not (each := argument(tunnel, name)).is_absent), None)
    if node is None:
        return Unknown("no other side is written", tunnel.at)
    gateway = behind(resources, node, _GATEWAYS["vpn_gateway"])
    if gateway is not None:
        return certain(resources, argument(gateway, "network"), "no network is named")
    return certain(resources, node, "no other side is written")


def lift_private_endpoints(resources: Resources) -> Iterator[PrivateEndpoint]:
    """Lift private access to services, and the endpoints of Private Service Connect."""
    for resource in resources.of_type("google_service_networking_connection"):
        service = certain(resources, argument(resource, "service"), "no service is named")
        yield _endpoint(resource, service, pointed(resources, argument(resource, "network")), Absent(resource.at))
    for resource in resources.of_type(*_RULES):
        connected = connected_by(resource, resources)
        if connected is not None:
            subnet = pointed(resources, argument(resource, "subnetwork"))
            subnets: Maybe[tuple[str, ...]] = subnet.map(_alone)
            yield _endpoint(resource, connected, pointed(resources, argument(resource, "network")), subnets)


def _alone(subnet: str) -> tuple[str, ...]:
    return (subnet,)


def connected_by(rule: Resource, resources: Resources) -> Value[str] | None:
    """Return the service that a rule leads to without a load balancer; ``None`` for a door of one."""
    node = argument(rule, "target")
    attachment = behind(resources, node, "google_compute_service_attachment")
    if attachment is not None:
        return Known(attachment.address, node.at)
    written = node.string()
    if isinstance(written, Known) and ("/serviceAttachments/" in written.value or written.value in _BUNDLES):
        return written
    return None


_BUNDLES = frozenset({"all-apis", "vpc-sc"})
"""What an endpoint names that leads to the services of Google themselves."""


def _endpoint(
    resource: Resource, service: Value[str], network: Maybe[str], subnets: Maybe[tuple[str, ...]]
) -> PrivateEndpoint:
    return PrivateEndpoint(
        **resource.head,
        service=service,
        network=network,
        subnets=subnets,
        named=Absent(resource.at),
    )
