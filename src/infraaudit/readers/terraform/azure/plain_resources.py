"""Lifts the services of Azure of which no more is read than facets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import CloudResource
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_TYPES = (
    "azurerm_app_configuration",
    "azurerm_container_registry",
    "azurerm_eventhub_namespace",
    "azurerm_firewall",
    "azurerm_key_vault",
    "azurerm_servicebus_namespace",
)


def lift_plain_resources(resources: Resources) -> Iterator[CloudResource]:
    """Lift the resources that are nothing closer to the model."""
    for resource in resources.of_type(*_TYPES):
        yield CloudResource(
            **resource.head,
            facets=facets_of(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )
