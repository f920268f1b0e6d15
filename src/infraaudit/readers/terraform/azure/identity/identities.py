"""Lifts who acts in Azure, and the roles that are assigned to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Identity, IdentityKind, Known, Permission, known_value
from infraaudit.readers.terraform.azure.identity.roles import role_of, statements_of
from infraaudit.readers.terraform.azure.identity.trust import trust_of
from infraaudit.readers.terraform.azure.identity.vaults import secrets_within
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import mentioned, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_IDENTITY = "azurerm_user_assigned_identity"
_APPLICATION = "azuread_application"
_PRINCIPAL = "azuread_service_principal"
_SUBSCRIPTION = re.compile(r"/subscriptions/[^/]+/?")
_MANAGEMENT_GROUP = re.compile(r"/providers/Microsoft.Management/managementGroups/[^/]+", re.IGNORECASE)
_WHOLE = (
    (("azurerm_subscription",), "the subscription"),
    (("azurerm_management_group",), "the management group"),
)
_PEOPLE = ("azuread_user", "azuread_group")
_OWN = "systemassigned"


def lift_identities(resources: Resources) -> Iterator[Identity]:
    """Lift the identities of their own, those that come with a resource, and the applications of a directory."""
    for resource in resources.of_type(_IDENTITY, _APPLICATION):
        trust, complete = trust_of(resource, resources)
        yield Identity(
            **resource.head,
            role=IdentityKind.FEDERATION if trust else IdentityKind.SERVICE_ACCOUNT,
            trust=trust,
            trust_complete=complete,
            identifiers=(
                *literals(argument(resource, "name").string(), argument(resource, "display_name").string()),
                *(f"serviceAccount:{each}" for each in _principals_of(resource, resources)),
            ),
        )
    for resource in resources.members:
        if not resource.data and _has_own(resource):
            yield Identity(
                address=own_identity(resource),
                kind="identity of",
                name=f"{resource.type} {resource.name}",
                at=resource.at,
                deployment=resource.deployment,
                role=IdentityKind.SERVICE_ACCOUNT,
                identifiers=(f"serviceAccount:{resource.address}",),
            )


def own_identity(resource: Resource) -> str:
    """Return the address of the identity that comes with a resource."""
    return f"{resource.address}#identity"


def _has_own(resource: Resource) -> bool:
    if not resource.type.startswith("azurerm_"):
        return False
    kinds = [known_value(each["type"].string()) or "" for each in blocks(resource.body["identity"])[0]]
    return any(_OWN in kind.lower() for kind in kinds)


def _principals_of(application: Resource, resources: Resources) -> Iterator[str]:
    """Yield the principals by which an application of the directory acts."""
    for principal in resources.of_type(_PRINCIPAL):
        for name in ("client_id", "application_id"):
            if application in mentioned(resources, argument(principal, name)):
                yield principal.address


def lift_assignments(resources: Resources) -> Iterator[Permission]:
    """Lift ``azurerm_role_assignment``."""
    for resource in resources.of_type("azurerm_role_assignment"):
        scope = argument(resource, "scope")
        role = role_of(resource, resources)
        statements, complete = statements_of(resource, resources, whole=bool(_reach(scope)))
        yield Permission(
            **resource.head,
            holders=_holders(resource),
            granted=Absent(resource.at) if statements else role,
            reach=_reach(scope),
            statements=statements,
            statements_complete=complete,
            objects=_objects(scope, resources),
        )


def _objects(scope: Node, resources: Resources) -> tuple[str, ...]:
    """Return the single things that a role is limited to: a resource, and what a vault keeps."""
    found = [each for each in mentioned(resources, scope) if each.type != "azurerm_resource_group"]
    if _reach(scope) or len(found) != 1:
        return ()
    return (found[0].address, *secrets_within(found[0], resources, by_role=True))


def _holders(resource: Resource) -> tuple[str, ...]:
    """Return who holds the role: a person or group of people, or anything else that signs in by itself."""
    kind = argument(resource, "principal_type").string()
    mentions = argument(resource, "principal_id").mentions
    if isinstance(kind, Known) and kind.value in {"User", "Group"}:
        return (f"user:{resource.name}",)
    if any(part in mention for part in _PEOPLE for mention in mentions) or "client_config" in " ".join(mentions):
        return (f"user:{mentions[0]}",)
    return (f"serviceAccount:{mentions[0]}",) if mentions else ()


def _reach(node: Node) -> str:
    """Return the name of the place where a role is assigned, where it is a whole subscription or more."""
    text = node.string()
    if isinstance(text, Known):
        if _SUBSCRIPTION.fullmatch(text.value):
            return "the subscription"
        return "the management group" if _MANAGEMENT_GROUP.fullmatch(text.value) else ""
    reference = reference_of(node)
    target = reference.target.removeprefix("data.") if reference is not None else ""
    targets = [target] if target else [each.removeprefix("data.") for each in node.mentions]
    if len(targets) != 1:
        return ""
    kind = targets[0].rsplit("data.", 1)[-1].split(".")[-2] if "." in targets[0] else ""
    return next((words for kinds, words in _WHOLE if kind in kinds), "")
