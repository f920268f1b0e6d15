"""Lifts the certificates that Azure Key Vault keeps: for which names, who renews them, and who hears of their end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, ServerCertificate, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

CERTIFICATE = "azurerm_key_vault_certificate"
"""The type of a certificate."""

_VAULT = "azurerm_key_vault"
_CONTACTS = "azurerm_key_vault_certificate_contacts"
_EVENTS = ("azurerm_eventgrid_system_topic", "azurerm_eventgrid_event_subscription")
_POLICY = "certificate_policy"
_NAMES = f"{_POLICY}.x509_certificate_properties"
_COMMON_NAME = re.compile(r"(?:^|,)\s*CN\s*=\s*([^,]+)", re.IGNORECASE)
_BY_HAND = "unknown"
"""The word for an issuer that the vault does not speak with: somebody has to bring each new certificate."""


def lift_key_vault_certificates(resources: Resources) -> Iterator[ServerCertificate]:
    """Lift ``azurerm_key_vault_certificate``. What was brought in has its names in its own text, which is not read."""
    for resource in resources.of_type(CERTIFICATE):
        imported = argument(resource, "certificate")
        names, complete = _names(resource)
        yield ServerCertificate(
            **resource.head,
            names=names,
            names_complete=complete and not may_be_present(imported),
            renewed=_renewed(resource, imported),
            validated=Known(value=True, at=resource.at),
            region=Absent(resource.at),
            told=_told(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _names(resource: Resource) -> tuple[tuple[Value[str], ...], bool]:
    """Return the names that a certificate is made for: those of its list, else the common name of its subject."""
    others = argument(resource, f"{_NAMES}.subject_alternative_names.dns_names")
    listed = tuple(text for each in others.each() if not isinstance(text := each.string(), Absent))
    if listed or not others.complete:
        return listed, others.complete and all(isinstance(each, Known) for each in listed)
    subject = argument(resource, f"{_NAMES}.subject").string()
    if isinstance(subject, Known):
        common = _COMMON_NAME.search(subject.value)
        return ((subject.map(lambda _: common[1].strip()),), True) if common is not None else ((), True)
    return (), False


def _renewed(resource: Resource, imported: Node) -> Value[bool]:
    """Return whether the vault renews a certificate: by an issuer that it speaks with, and an action that says so.

    A policy may be set for a certificate that was brought in as well.
    """
    policy = argument(resource, _POLICY)
    if not may_be_present(policy):
        at = imported.key_at or imported.at
        return Known(value=False, at=at) if may_be_present(imported) else Unknown("nothing makes it", resource.at)
    issuer = argument(resource, f"{_POLICY}.issuer_parameters.name").string()
    if isinstance(issuer, Known) and issuer.value.lower() == _BY_HAND:
        return issuer.map(_false)
    actions, complete = blocks(argument(resource, f"{_POLICY}.lifetime_action"))
    words = [_word_of(each) for each in actions]
    if any(isinstance(each, Known) and each.value.lower() == "autorenew" for each in words):
        if isinstance(issuer, Known):
            return Known(value=True, at=issuer.at)
        return Unknown("who issues it cannot be told", issuer.at)
    if actions and complete and all(isinstance(each, Known) for each in words):
        return Known(value=False, at=actions[0].key_at or actions[0].at)
    return Unknown("what the vault does before its end is not written", policy.key_at or policy.at)


def _word_of(action: Node) -> Maybe[str]:
    """Return the word for what is done before the end."""
    members = blocks(action["action"])[0]
    return members[0]["action_type"].string() if members else Absent(action.at)


def _false(_: str) -> bool:
    return False


def _told(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether the vault of a certificate writes to people, or hands its events to something."""
    node = argument(resource, "key_vault_id")
    vault = behind(resources, node, _VAULT)
    if vault is None:
        return Unknown("its vault is not in the scan, nor who hears of it", node.at)
    contact = argument(vault, "contact")
    if may_be_present(contact):
        known = Known(value=True, at=contact.key_at or contact.at)
        return Unknown(reason(contact), contact.at) if contact.is_unknown else known
    for other in (*resources.of_type(_CONTACTS, *_EVENTS), *_perhaps(resources)):
        if vault in mentioned(resources, other.body):
            return Known(value=True, at=other.at)
    return Known(value=False, at=vault.at)


def _perhaps(resources: Resources) -> Iterator[Resource]:
    return (each for each in resources.perhaps if each.type in {_CONTACTS, *_EVENTS})
