"""Lifts Azure Bastion, by which people come to machines without an address of the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import AdministrationDoor, Unknown
from infraaudit.readers.terraform.azure.network.networks import SUBNET
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


def lift_bastions(resources: Resources) -> Iterator[AdministrationDoor]:
    """Lift ``azurerm_bastion_host``."""
    for resource in resources.of_type("azurerm_bastion_host"):
        yield AdministrationDoor(
            **resource.head,
            network=_network(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _network(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the network that a bastion stands in: its own argument for the developer SKU, else that of its subnet."""
    named = argument(resource, "virtual_network_id")
    if not named.is_absent:
        return pointed(resources, named)
    node = argument(resource, "ip_configuration.subnet_id")
    subnet = behind(resources, node, SUBNET)
    if subnet is None:
        return Unknown("its subnet is not in the scan", node.at, mentions=node.mentions)
    return pointed(resources, argument(subnet, "virtual_network_name"))
