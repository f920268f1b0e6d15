"""Lifts the settings that App Configuration and accounts of Azure Automation keep, which may be secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import StoredSetting
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.setting_secrecy import secrecy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_KEY = "azurerm_app_configuration_key"
_VARIABLE = "azurerm_automation_variable_string"
_VAULT = "vault"


def lift_settings(resources: Resources) -> Iterator[StoredSetting]:
    """Lift the keys of App Configuration, of which a vault may keep the value, and the variables of Automation."""
    for resource in resources.of_type(_KEY):
        name = argument(resource, "key")
        yield StoredSetting(
            **resource.head,
            path=name.string(),
            encrypted=string_or_default(argument(resource, "type"), f"{_KEY}.type").map(_is_in_vault),
            secrecy=secrecy_of(argument(resource, "value"), name, resources, resource.at),
        )
    for resource in resources.of_type(_VARIABLE):
        name = argument(resource, "name")
        yield StoredSetting(
            **resource.head,
            path=name.string(),
            encrypted=boolean_or_default(argument(resource, "encrypted"), "azurerm_automation_variable.encrypted"),
            secrecy=secrecy_of(argument(resource, "value"), name, resources, resource.at),
        )


def _is_in_vault(kind: str) -> bool:
    return kind == _VAULT
