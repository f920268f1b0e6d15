"""Lifts what members are granted in Google Cloud, and the doors by which federations come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    AccessKey,
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
from infraaudit.readers.terraform.google.identity.grants import (
    PLACES,
    grants_of,
    grants_on,
    members_of,
    role_of,
    thing_of,
)
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals, reason
from infraaudit.readers.terraform.lifting.pointing import means, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.readers.terraform.google.identity.grants import Grant

_REACHES = {
    "google_project": "the project",
    "google_folder": "the folder",
    "google_organization": "the organization",
}
_ROLES = ("google_project_iam_custom_role", "google_organization_iam_custom_role")
_PROVIDER = "google_iam_workload_identity_pool_provider"


def lift_permissions(resources: Resources) -> Iterator[Permission]:
    """Lift what members are granted on projects, folders and organizations, and on single things."""
    for prefix, reach in _REACHES.items():
        for way in ("member", "binding", "policy"):
            for resource in resources.of_type(f"{prefix}_iam_{way}"):
                for grant in grants_of(resource, resources):
                    yield _permission(grant, resources, reach, ())
    for place in PLACES:
        for grant in grants_on(place, resources):
            yield _permission(grant, resources, "", thing_of(grant, place, resources) or ("",))


def _permission(grant: Grant, resources: Resources, reach: str, objects: tuple[str, ...]) -> Permission:
    """Return a grant as a permission. A role of the configuration itself stands for the actions that it lists."""
    role = role_of(grant, resources)
    own = resources.at(role.value) if isinstance(role, Known) else None
    statements = (_statement(own),) if own is not None and own.type in _ROLES else ()
    return Permission(
        address=grant.address,
        kind=grant.resource.type,
        name=grant.resource.name,
        at=grant.at,
        deployment=grant.resource.deployment,
        holders=members_of(grant, resources),
        holders_complete=grant.complete,
        granted=Absent(grant.at) if statements else role,
        reach=reach,
        statements=statements,
        statements_complete=all(each.complete for each in statements),
        objects=objects,
    )


def _statement(role: Resource) -> Statement:
    node = argument(role, "permissions")
    actions = tuple(text for each in node.each() if not isinstance(text := each.string(), Absent))
    everywhere = (Known("*", role.at),)
    return Statement(allows=True, at=node.at, actions=actions, resources=everywhere, complete=node.complete)


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


def lift_account_keys(resources: Resources) -> Iterator[AccessKey]:
    """Lift the keys of service accounts, which work from anywhere. Terraform writes their secret half into state."""
    for resource in resources.of_type("google_service_account_key"):
        node = argument(resource, "service_account_id")
        accounts = resources.of_type("google_service_account")
        account = next((each for each in accounts if means(resources, node, each, "account_id", "email")), None)
        yield AccessKey(
            **resource.head,
            identity=pointed(resources, node) if account is None else Known(account.address, node.at),
            active=Known(value=True, at=resource.at),
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
