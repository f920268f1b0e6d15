"""Lifts the keys of Azure Key Vault, with what names them as its key: the vault says what a deletion leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import EncryptionKey, Known, Unknown
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, integer_or_default
from infraaudit.readers.terraform.azure.identity.rotation import ends
from infraaudit.readers.terraform.lifting.arguments import argument, is_true, literals, may_be_present
from infraaudit.readers.terraform.lifting.key_users import users_of
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_KEY = "azurerm_key_vault_key"
_VAULT = "azurerm_key_vault"


def lift_keys(resources: Resources) -> Iterator[EncryptionKey]:
    """Lift ``azurerm_key_vault_key``."""
    for resource in resources.of_type(_KEY):
        vault = behind(resources, argument(resource, "key_vault_id"), _VAULT)
        yield EncryptionKey(
            **resource.head,
            enabled=Known(value=True, at=resource.at),
            rotated=_rotated(resource),
            ends=_ends(resource),
            deletion_window=_window(vault, resource),
            guarded=Known(is_true(argument(resource, "lifecycle.prevent_destroy")), resource.at),
            users=users_of(resource, resources, but=(_VAULT, "azurerm_role_")),
            identifiers=literals(argument(resource, "name").string()),
            vault=vault.address if vault is not None else "",
        )


def _rotated(resource: Resource) -> Maybe[bool]:
    node = argument(resource, "rotation_policy.automatic")
    if node.is_unknown:
        return Unknown("whether a policy of rotation is written cannot be told", node.at)
    return Known(may_be_present(node), node.at)


def _ends(resource: Resource) -> Value[bool]:
    """Return whether a key ends some day: by its own date, or because its policy gives each version a time."""
    expires = argument(resource, "rotation_policy.expire_after")
    return Known(value=True, at=expires.at) if may_be_present(expires) else ends(resource)


def _window(vault: Resource | None, key: Resource) -> Value[int]:
    """Return after how many days a deleted key is surely gone: none, where its vault lets anybody purge it before."""
    if vault is None:
        return Unknown(f"the vault of {key.address} is not in the scan", key.at)
    guarded = boolean_or_default(argument(vault, "purge_protection_enabled"), f"{_VAULT}.purge_protection_enabled")
    if isinstance(guarded, Unknown):
        return Unknown(guarded.why, guarded.at)
    if not guarded.value:
        return Known(0, guarded.at, guarded.stated, guarded.fact)
    return integer_or_default(argument(vault, "soft_delete_retention_days"), f"{_VAULT}.soft_delete_retention_days")
