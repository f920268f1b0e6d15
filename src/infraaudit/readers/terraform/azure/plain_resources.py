"""Lifts the services of Azure of which no more is read than facets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import CloudResource, FacetName, Known, Unknown
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPES = (
    "azurerm_app_configuration",
    "azurerm_batch_account",
    "azurerm_batch_pool",
    "azurerm_container_registry",
    "azurerm_eventhub_namespace",
    "azurerm_firewall",
    "azurerm_key_vault",
    "azurerm_machine_learning_compute_cluster",
    "azurerm_machine_learning_compute_instance",
    "azurerm_machine_learning_workspace",
    "azurerm_servicebus_namespace",
)
_RULES = {
    "azurerm_batch_account": "network_profile.account_access.default_action",
    "azurerm_container_registry": "network_rule_set.default_action",
    "azurerm_eventhub_namespace": "network_rulesets.default_action",
    "azurerm_key_vault": "network_acls.default_action",
    "azurerm_servicebus_namespace": "network_rule_set.default_action",
}
"""Where a service says what becomes of those for whom it has no rule."""


def lift_plain_resources(resources: Resources) -> Iterator[CloudResource]:
    """Lift the resources that are nothing closer to the model."""
    for resource in resources.of_type(*_TYPES):
        yield CloudResource(
            **resource.head,
            facets=facets_of(resource, resources, _closed(resource)),
            identifiers=literals(argument(resource, "name").string()),
        )


def _closed(resource: Resource) -> dict[FacetName, Value[bool]]:
    """Return that a service is closed to the internet by its rules, where these turn away whoever is not named."""
    path = _RULES.get(resource.type)
    written = argument(resource, path).string() if path is not None else None
    if isinstance(written, Known) and written.value.lower() == "deny":
        return {FacetName.PUBLIC: Known(value=False, at=written.at)}
    switched_off = argument(resource, "public_network_access_enabled").content is False
    if isinstance(written, Unknown) and not switched_off:
        return {FacetName.PUBLIC: Unknown(f"whom its rules turn away cannot be told, for {written.why}", written.at)}
    return {}
