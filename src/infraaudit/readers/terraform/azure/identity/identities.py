"""Lifts the roles that are assigned in Azure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Permission
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SUBSCRIPTION = re.compile(r"/subscriptions/[^/]+/?")
_MANAGEMENT_GROUP = re.compile(r"/providers/Microsoft.Management/managementGroups/[^/]+", re.IGNORECASE)
_WHOLE = (
    (("azurerm_subscription",), "the subscription"),
    (("azurerm_management_group",), "the management group"),
)
_PEOPLE = ("azuread_user", "azuread_group")


def lift_assignments(resources: Resources) -> Iterator[Permission]:
    """Lift ``azurerm_role_assignment``."""
    for resource in resources.of_type("azurerm_role_assignment"):
        role = argument(resource, "role_definition_name").string()
        yield Permission(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            holders=_holders(resource),
            granted=Absent(resource.at) if isinstance(role, Absent) else role,
            reach=_reach(argument(resource, "scope")),
        )


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
