"""Reads whose tokens an identity of Azure takes: the credentials of a federation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Condition, Known, Principal, PrincipalKind, Statement, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CREDENTIALS = {
    "azurerm_federated_identity_credential": ("user_assigned_identity_id", "parent_id"),
    "azuread_application_federated_identity_credential": ("application_id", "application_object_id"),
    "azuread_application_flexible_federated_identity_credential": ("application_id",),
}
"""The types of credentials, and the arguments by which each names whose it is."""

_MATCHES = re.compile(r"claims\['sub'\]\s+(matches|eq)\s+'([^']*)'")
_SUBJECT = "sub"


def trust_of(identity: Resource, resources: Resources) -> tuple[tuple[Statement, ...], bool]:
    """Return whom an identity trusts, and whether that is all."""
    found: list[Statement] = []
    complete = not any(each.type in _CREDENTIALS for each in resources.perhaps)
    for type_, names in _CREDENTIALS.items():
        for credential in resources.of_type(type_):
            nodes = [argument(credential, name) for name in names]
            if any(identity in mentioned(resources, node) for node in nodes):
                found.append(_statement(credential))
            complete = complete and not any(node.is_unknown and not node.mentions for node in nodes)
    return tuple(found), complete


def _statement(credential: Resource) -> Statement:
    issuer = argument(credential, "issuer").string()
    named: Value[str] = Unknown("no issuer is written", issuer.at) if isinstance(issuer, Absent) else issuer
    return Statement(
        allows=True,
        at=credential.at,
        principals=(Principal(PrincipalKind.FEDERATED, named),),
        conditions=(_condition(credential, _issuer_name(named)),),
    )


def _issuer_name(issuer: Value[str]) -> str:
    return issuer.value.removeprefix("https://").rstrip("/") if isinstance(issuer, Known) else ""


def _condition(credential: Resource, issuer: str) -> Condition:
    """Return for which subject a token has to be; a pattern may stand for several."""
    expression = argument(credential, "claims_matching_expression").string()
    variable = f"{issuer}:{_SUBJECT}"
    if isinstance(expression, Absent):
        subject = argument(credential, "subject").string()
        value: Value[str] = Unknown("no subject is written", subject.at) if isinstance(subject, Absent) else subject
        return Condition("StringEquals", variable, (value,))
    if isinstance(expression, Unknown):
        return Condition("StringLike", variable, (expression,))
    match = _MATCHES.search(expression.value)
    if match is None:
        return Condition("StringLike", variable, (Unknown("the expression names no subject", expression.at),))
    test = "StringLike" if match[1] == "matches" else "StringEquals"
    return Condition(test, variable, (Known(match[2], expression.at),))
