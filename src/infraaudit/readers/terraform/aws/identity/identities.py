"""Lifts the identities of IAM with whom they trust, and what they are permitted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Identity, IdentityKind, Known, Permission, Unknown
from infraaudit.readers.terraform.aws.identity.access_policies import statements_of
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    blocks,
    is_present,
    is_put_together,
    literals,
    may_be_present,
    reason,
)
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_KINDS = {
    "aws_iam_role": IdentityKind.ROLE,
    "aws_iam_user": IdentityKind.USER,
    "aws_iam_group": IdentityKind.GROUP,
}
_INLINE = {
    "aws_iam_role_policy": "role",
    "aws_iam_user_policy": "user",
    "aws_iam_group_policy": "group",
}
_ATTACHMENTS = {
    "aws_iam_role_policy_attachment": ("role",),
    "aws_iam_user_policy_attachment": ("user",),
    "aws_iam_group_policy_attachment": ("group",),
    "aws_iam_policy_attachment": ("roles", "users", "groups"),
}
_PROFILE = "aws_iam_user_login_profile"
_OF_AWS = ":iam::aws:policy/"


def lift_identities(resources: Resources) -> Iterator[Identity]:
    """Lift roles, users and groups."""
    for type_, kind in _KINDS.items():
        for resource in resources.of_type(type_):
            trust, complete = statements_of(resources, argument(resource, "assume_role_policy"))
            yield Identity(
                address=resource.address,
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                role=kind,
                trust=trust,
                trust_complete=complete,
                identifiers=literals(argument(resource, "name").string()),
                granted_complete=_managed_are_told(resource, resources),
                bounded=None if kind is IdentityKind.GROUP else _is_bounded(resource),
                signs_in=_signs_in(resource, resources) if kind is IdentityKind.USER else None,
            )


def lift_permissions(resources: Resources) -> Iterator[Permission]:
    """Lift policies, those that are written in an identity, and those of AWS itself that are attached to one."""
    boundaries = {
        boundary.address
        for each in resources.of_type("aws_iam_role", "aws_iam_user")
        for boundary in mentioned(resources, argument(each, "permissions_boundary"), "aws_iam_policy")
    }
    for resource in resources.of_type("aws_iam_policy"):
        holders = _attached(resource, resources)
        document = _document(resource, resources, resource.address, argument(resource, "policy"), holders)
        yield replace(document, boundary=resource.address in boundaries)
    for type_, holder in _INLINE.items():
        for resource in resources.of_type(type_):
            holders = _holders(resources, argument(resource, holder))
            yield _document(resource, resources, resource.address, argument(resource, "policy"), holders)
    for resource in resources.of_type("aws_iam_role"):
        for number, inline in enumerate(blocks(resource.body["inline_policy"])[0]):
            holders = ((resource.address,), True)
            yield _document(resource, resources, f"{resource.address}#inline[{number}]", inline["policy"], holders)
        yield from _managed_of(resource)
    for type_, places in _ATTACHMENTS.items():
        for resource in resources.of_type(type_):
            yield from _attachment(resource, resources, places)


def _document(
    resource: Resource, resources: Resources, address: str, node: Node, holders: tuple[tuple[str, ...], bool]
) -> Permission:
    statements, complete = statements_of(resources, node)
    return Permission(
        address=address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        holders=holders[0],
        holders_complete=holders[1],
        granted=Absent(node.at),
        statements=statements,
        statements_complete=complete,
    )


def _holders(resources: Resources, *nodes: Node) -> tuple[tuple[str, ...], bool]:
    """Return the identities that are named: addresses, or literal names."""
    found: list[str] = []
    complete = True
    for node in nodes:
        for each in node.each() if node.is_list else (() if node.is_absent else (node,)):
            target = pointed(resources, each)
            if isinstance(target, Known):
                found.append(target.value)
            else:
                complete = False
        complete = complete and not node.open
    return tuple(dict.fromkeys(found)), complete


def _attached(policy: Resource, resources: Resources) -> tuple[tuple[str, ...], bool]:
    found: list[str] = []
    complete = True
    for type_, places in _ATTACHMENTS.items():
        for attachment in resources.of_type(type_):
            if policy in mentioned(resources, argument(attachment, "policy_arn")):
                holders, known = _holders(resources, *(argument(attachment, place) for place in places))
                found.extend(holders)
                complete = complete and known
    roles = resources.of_type("aws_iam_role")
    found.extend(
        each.address for each in roles if policy in mentioned(resources, argument(each, "managed_policy_arns"))
    )
    return tuple(dict.fromkeys(found)), complete


def _attachment(resource: Resource, resources: Resources, places: tuple[str, ...]) -> Iterator[Permission]:
    """Lift the attachment of a policy that AWS itself writes; those of the configuration are lifted by themselves."""
    name = argument(resource, "policy_arn").string()
    if isinstance(name, Known) and _OF_AWS in name.value:
        holders, complete = _holders(resources, *(argument(resource, place) for place in places))
        yield Permission(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            holders=holders,
            holders_complete=complete,
            granted=name.map(_last),
        )


def _is_bounded(resource: Resource) -> Value[bool]:
    node = argument(resource, "permissions_boundary")
    if node.is_unknown and not is_present(node) and not is_put_together(node):
        return Unknown(reason(node), node.at)
    return Known(may_be_present(node) and node.content != "", node.at)


def _signs_in(user: Resource, resources: Resources) -> Value[bool]:
    """Return whether a user has a password for the console."""
    profiles, doubt = companions(user, resources, _PROFILE, "user", "name")
    if profiles:
        return Known(value=True, at=profiles[0].at)
    return doubt or Known(value=False, at=user.at)


def _managed_are_told(role: Resource, resources: Resources) -> bool:
    """Whether every policy that a role names itself is one of AWS, or of the configuration."""
    node = argument(role, "managed_policy_arns")
    return node.is_absent or (
        node.complete
        and all(
            mentioned(resources, each, "aws_iam_policy")
            or (isinstance(name := each.string(), Known) and _OF_AWS in name.value)
            for each in node.each()
        )
    )


def _managed_of(role: Resource) -> Iterator[Permission]:
    for number, each in enumerate(argument(role, "managed_policy_arns").each()):
        name = each.string()
        if isinstance(name, Known) and _OF_AWS in name.value:
            yield Permission(
                address=f"{role.address}#managed[{number}]",
                kind=role.type,
                name=role.name,
                at=role.at,
                deployment=role.deployment,
                holders=(role.address,),
                granted=name.map(_last),
            )


def _last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]
