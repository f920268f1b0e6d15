"""Lifts what members are granted in Google Cloud, and the doors by which federations come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Condition,
    Identity,
    IdentityKind,
    Known,
    Permission,
    Principal,
    PrincipalKind,
    Statement,
    Unknown,
)
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals, reason
from infraaudit.readers.terraform.lifting.pointing import reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GRANTS = {
    "google_project_iam_member": "the project",
    "google_project_iam_binding": "the project",
    "google_folder_iam_member": "the folder",
    "google_folder_iam_binding": "the folder",
    "google_organization_iam_member": "the organization",
    "google_organization_iam_binding": "the organization",
}
_PROVIDER = "google_iam_workload_identity_pool_provider"


def lift_permissions(resources: Resources) -> Iterator[Permission]:
    """Lift what members are granted on projects, folders and organizations."""
    for type_, reach in _GRANTS.items():
        for resource in resources.of_type(type_):
            holders, complete = members_of(resources, resource)
            role = argument(resource, "role").string()
            yield Permission(
                address=resource.address,
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                holders=holders,
                holders_complete=complete,
                granted=Absent(resource.at) if isinstance(role, Absent) else role,
                reach=reach,
            )


def members_of(resources: Resources, grant: Resource) -> tuple[tuple[str, ...], bool]:
    """Return the members of a grant, of either way of writing it, and whether these are all of them."""
    single, several = argument(grant, "member"), argument(grant, "members")
    members = (single,) if not single.is_absent else several.each()
    return tuple(_member(resources, each) for each in members), several.complete


def _member(resources: Resources, node: Node) -> str:
    """Return a member: as written, or as a service account of the configuration."""
    text = node.string()
    if isinstance(text, Known):
        return text.value
    reference = reference_of(node)
    targets = (reference.target,) if reference is not None else node.mentions
    found = next((each for target in targets if (each := resolve(resources, target)) is not None), None)
    return f"serviceAccount:{found.address}" if found is not None and "service_account" in found.type else ""


def lift_service_accounts(resources: Resources) -> Iterator[Identity]:
    """Lift the identities of workloads."""
    for resource in resources.of_type("google_service_account"):
        yield Identity(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            role=IdentityKind.SERVICE_ACCOUNT,
            identifiers=literals(argument(resource, "account_id").string()),
        )


def lift_federations(resources: Resources) -> Iterator[Identity]:
    """Lift the providers of workload identity pools: whom they let in is what their condition says."""
    for resource in resources.of_type(_PROVIDER):
        condition = argument(resource, "attribute_condition")
        issuer = argument(resource, "oidc.issuer_uri").string()
        provider = Unknown("no issuer is written", resource.at) if isinstance(issuer, Absent) else issuer
        conditions: tuple[Condition, ...] = ()
        if condition.is_unknown:
            conditions = (Condition("attribute_condition", "", (Unknown(reason(condition), condition.at),)),)
        elif is_present(condition):
            text = condition.string()
            values = (text,) if isinstance(text, Known) else ()
            conditions = (Condition("attribute_condition", "", values),)
        statement = Statement(
            allows=True,
            at=condition.at,
            principals=(Principal(PrincipalKind.FEDERATED, provider),),
            conditions=conditions,
        )
        yield Identity(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            role=IdentityKind.FEDERATION,
            trust=(statement,),
            identifiers=literals(argument(resource, "workload_identity_pool_provider_id").string()),
        )
