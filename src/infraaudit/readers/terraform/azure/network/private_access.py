"""Lifts the ways between networks and services of Azure that do not lead through the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, NetworkLink, PrivateEndpoint, Unknown
from infraaudit.readers.terraform.azure.network.networks import SUBNET, subnets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, certain, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ENDPOINT = "azurerm_private_endpoint"
_PEERING = "azurerm_virtual_network_peering"


def lift_private_endpoints(resources: Resources) -> Iterator[PrivateEndpoint]:
    """Lift ``azurerm_private_endpoint``."""
    for resource in resources.of_type(_ENDPOINT):
        subnet = argument(resource, "subnet_id")
        connection = _connection(resource)
        yield PrivateEndpoint(
            **resource.head,
            service=_service(connection),
            network=_network(behind(resources, subnet, SUBNET), subnet, resources),
            subnets=subnets_of([subnet], resources),
            named=_named(resource),
            target=_target(connection, resources),
        )


def _connection(endpoint: Resource) -> Node:
    members = blocks(endpoint.body["private_service_connection"])[0]
    return members[0] if members else endpoint.body["private_service_connection"]


def _service(connection: Node) -> Value[str]:
    """Return the part of the resource that the endpoint leads to (``blob``, ``vault``, ``sqlServer``)."""
    node = connection["subresource_names"]
    parts = [each.string() for each in node.each()]
    if parts and isinstance(parts[0], Known):
        return parts[0]
    return Unknown(reason(node) if node.is_unknown else "no part of a service is named", node.at)


def _target(connection: Node, resources: Resources) -> Maybe[str]:
    node = connection["private_connection_resource_id"]
    found = mentioned(resources, node)
    return Known(found[0].address, node.at) if len(found) == 1 else pointed(resources, node)


def _network(subnet: Resource | None, node: Node, resources: Resources) -> Maybe[str]:
    if subnet is None:
        return Unknown("its subnet is not in the scan", node.at, mentions=node.mentions)
    return pointed(resources, argument(subnet, "virtual_network_name"))


def _named(endpoint: Resource) -> Maybe[bool]:
    """Return whether the name of the service leads to the endpoint: a zone of names is tied to it."""
    group = argument(endpoint, "private_dns_zone_group")
    if group.is_unknown:
        return Unknown(reason(group), group.at)
    return Known(value=True, at=group.at) if may_be_present(group) else Absent(group.at)


def lift_peerings(resources: Resources) -> Iterator[NetworkLink]:
    """Lift ``azurerm_virtual_network_peering``, of which each side has one."""
    for resource in resources.of_type(_PEERING):
        sides = (argument(resource, "virtual_network_name"), argument(resource, "remote_virtual_network_id"))
        yield NetworkLink(
            **resource.head,
            networks=tuple(certain(resources, each, "no network is named") for each in sides),
        )
