"""Lifts the secrets of Azure Key Vault, and tells what opens them: roles of Azure, or the policies of their vault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Permission, SecretManager, Statement, StoredSecret, Unknown, known_value
from infraaudit.readers.terraform.azure.identity.rotation import ends, rotation_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

SECRET = "azurerm_key_vault_secret"  # noqa: S105 - the type of a resource
"""The type of a secret."""

_VAULT = "azurerm_key_vault"
_POLICY = "azurerm_key_vault_access_policy"
_BY_ROLES = ("rbac_authorization_enabled", "enable_rbac_authorization")
_SECRETS = "keyvault.secrets"
_VALUE = "value"
_REFERENCE = re.compile(
    r"VaultName=(?P<vault>[^;)]+);SecretName=(?P<secret>[^;)]+)"
    r"|https://(?P<host>[^./]+)\.vault\.azure\.net/secrets/(?P<path>[^/)]+)"
)
_MASTERS = {
    "azurerm_mssql_server": "administrator_login_password",
    "azurerm_mysql_flexible_server": "administrator_password",
    "azurerm_postgresql_flexible_server": "administrator_password",
}
"""The argument of a server that takes the password of its master."""


def lift_secrets(resources: Resources) -> Iterator[StoredSecret]:
    """Lift ``azurerm_key_vault_secret``; its value is not looked at but for where it comes from."""
    masters = _masters(resources)
    for resource in resources.of_type(SECRET):
        sources = _sources(resource, resources)
        yield StoredSecret(
            **resource.head,
            manager=SecretManager.KEY_VAULT,
            path=argument(resource, "name").string(),
            rotation=rotation_of(resource, resources),
            ends=ends(resource),
            sources=sources,
            opens=tuple(dict.fromkeys(store for source in sources for store in masters.get(source, ()))),
        )


def _sources(secret: Resource, resources: Resources) -> tuple[str, ...]:
    nodes = [argument(secret, name) for name in ("value", "value_wo")]
    return tuple(dict.fromkeys(address_of(resources, each) for node in nodes for each in node.mentions))


def _masters(resources: Resources) -> dict[str, tuple[str, ...]]:
    """Return the servers whose master's password is taken from the same place, by the address of that."""
    found: dict[str, tuple[str, ...]] = {}
    for type_, name in _MASTERS.items():
        for server in resources.of_type(type_):
            for each in argument(server, name).mentions:
                source = address_of(resources, each)
                found[source] = (*found.get(source, ()), server.address)
    return found


def vault_of(secret: Resource, resources: Resources) -> Resource | None:
    """Return the vault that keeps a secret."""
    return behind(resources, argument(secret, "key_vault_id"), _VAULT)


def secrets_within(vault: Resource, resources: Resources, *, by_role: bool) -> tuple[str, ...]:
    """Return the secrets of a vault that a role, or a policy of the vault, opens: each vault is opened one way."""
    if vault.type != _VAULT or not _may_be_opened(vault, by_role=by_role):
        return ()
    return tuple(each.address for each in resources.of_type(SECRET) if vault_of(each, resources) == vault)


def _may_be_opened(vault: Resource, *, by_role: bool) -> bool:
    nodes = [argument(vault, name) for name in _BY_ROLES]
    written = next((each for each in nodes if not each.is_absent), nodes[0])
    if written.is_unknown:
        return True
    return (written.content is True) is by_role


def lift_access_policies(resources: Resources) -> Iterator[Permission]:
    """Lift the policies by which a vault is opened, within it or written by themselves."""
    for vault in resources.of_type(_VAULT):
        for number, node in enumerate(blocks(vault.body["access_policy"])[0]):
            head = {**vault.head, "address": f"{vault.address}#policy{number}"}
            yield _permission(head, node, node.key_at or node.at, vault, resources)
    for policy in resources.of_type(_POLICY):
        vault_named = behind(resources, argument(policy, "key_vault_id"), _VAULT)
        yield _permission(dict(policy.head), policy.body, policy.at, vault_named, resources)


def _permission(
    head: Mapping[str, Any], node: Node, at: Span, vault: Resource | None, resources: Resources
) -> Permission:
    rights, who = node["secret_permissions"], node["object_id"]
    words = [each.string() for each in rights.each()]
    kept = secrets_within(vault, resources, by_role=False) if vault is not None else ()
    statement = Statement(
        allows=True,
        at=at,
        actions=tuple(each.map(_action) for each in words if not isinstance(each, Absent)),
        resources=tuple(Unknown("its id is known after apply", at, mentions=(each,)) for each in kept),
    )
    told = vault is not None and rights.complete
    return Permission(
        **head,
        holders=tuple(f"serviceAccount:{each}" for each in who.mentions),
        holders_complete=bool(who.mentions) or isinstance(who.string(), Known),
        granted=Absent(at),
        statements=(statement,),
        statements_complete=told,
    )


def _action(right: str) -> str:
    return f"{_SECRETS}.{'*' if right.lower() == 'all' else right.lower()}"


def named_in(node: Node, resources: Resources) -> str:
    """Return the secret that a setting is a reference to, empty where it is none or holds the value itself."""
    text = node.string()
    if isinstance(text, Known):
        return _by_name(text.value, resources)
    for target in node.mentions:
        found = resources.at(target)
        if found is None or found.type != SECRET or found.data:
            continue
        reference = reference_of(node)
        holds_it = reference is not None and reference.attribute == _VALUE
        return "" if holds_it or f"{target}.{_VALUE} " in f"{node.why()} " else found.address
    return ""


def _by_name(text: str, resources: Resources) -> str:
    """Return the secret of the configuration that a literal reference names."""
    match = _REFERENCE.search(text)
    if match is None:
        return ""
    vault_name, name = match["vault"] or match["host"], match["secret"] or match["path"]
    for secret in resources.of_type(SECRET):
        vault = vault_of(secret, resources)
        vault_is = known_value(argument(vault, "name").string()) if vault is not None else None
        if known_value(argument(secret, "name").string()) == name and vault_is in {None, vault_name}:
            return secret.address
    return ""
