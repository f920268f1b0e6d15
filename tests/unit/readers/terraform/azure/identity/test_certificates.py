"""What Azure Key Vault keeps: certificates with their renewal, and what changes a secret from time to time."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Gateway, Known, ServerCertificate, StoredSecret, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

VAULT = "azurerm_key_vault.main: {name: shop}\n"
CERTIFICATE = """\
azurerm_key_vault_certificate.web:
  key_vault_id: ref(azurerm_key_vault.main.id)
"""
POLICY = """\
  certificate_policy:
    - issuer_parameters: [{{name: {issuer}}}]
      lifetime_action: [{{action: [{{action_type: {action}}}]}}]
      x509_certificate_properties:
        - subject: CN=shop.example.com
          subject_alternative_names: [{{dns_names: [shop.example.com, "*.shop.example.com"]}}]
"""


@pytest.mark.parametrize(
    ("issuer", "action", "renewed"),
    [
        ("Self", "AutoRenew", True),
        ("DigiCert", "AutoRenew", True),
        ("Unknown", "AutoRenew", False),
        ("DigiCert", "EmailContacts", False),
        ("unknown(var.issuer)", "AutoRenew", None),
        ("DigiCert", "unknown(var.action)", None),
    ],
)
def test_the_vault_renews_what_it_may_ask_for(issuer: str, action: str, *, renewed: bool | None) -> None:
    text = VAULT + CERTIFICATE + POLICY.format(issuer=issuer, action=action)
    certificate = only(text, ServerCertificate)
    assert known_value(certificate.renewed) is renewed
    assert [known_value(each) for each in certificate.names] == ["shop.example.com", "*.shop.example.com"]
    assert certificate.names_complete


def test_what_was_brought_in_is_renewed_by_nobody_and_its_names_are_not_read() -> None:
    certificate = only(VAULT + CERTIFICATE + "  certificate: [{contents: abc}]\n", ServerCertificate)
    assert known_value(certificate.renewed) is False
    assert not certificate.names_complete


def test_the_common_name_counts_where_no_list_is_written() -> None:
    text = (
        CERTIFICATE + '  certificate_policy: [{x509_certificate_properties: [{subject: "O=Shop, CN=a.example.com"}]}]\n'
    )
    certificate = only(VAULT + text, ServerCertificate)
    assert [known_value(each) for each in certificate.names] == ["a.example.com"]
    assert isinstance(certificate.renewed, Unknown)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", False),
        ("azurerm_key_vault_certificate_contacts.a: {key_vault_id: ref(azurerm_key_vault.main.id)}\n", True),
        ("azurerm_eventgrid_system_topic.a: {source_arm_resource_id: ref(azurerm_key_vault.main.id)}\n", True),
        ("azurerm_key_vault_certificate_contacts.a: {key_vault_id: ref(azurerm_key_vault.other.id)}\n", False),
    ],
)
def test_who_hears_of_the_end(more: str, *, told: bool) -> None:
    certificate = only(VAULT + CERTIFICATE + more, ServerCertificate)
    assert known_value(certificate.told or Absent(certificate.at)) is told


def test_contacts_within_the_vault_hear_of_it_and_a_vault_elsewhere_cannot_be_told() -> None:
    within = "azurerm_key_vault.main: {contact: [{email: a@example.com}]}\n"
    told = only(within + CERTIFICATE, ServerCertificate).told
    assert told is not None
    assert known_value(told) is True
    assert isinstance(only(CERTIFICATE, ServerCertificate).told, Unknown)


@pytest.mark.parametrize(
    ("clock", "days"),
    [
        ("rotation_days: 30", 30),
        ("rotation_months: 3", 90),
        ("rotation_days: unknown(var.days)", None),
        ("rotation_rfc3339: x", None),
    ],
)
def test_a_secret_turns_with_the_clock_that_its_password_follows(clock: str, days: int | None) -> None:
    text = (
        f"time_rotating.a: {{{clock}}}\n"
        "random_password.a: {keepers: {turn: ref(time_rotating.a.id)}}\n"
        "azurerm_key_vault_secret.a: {name: a, value: ref(random_password.a.result)}\n"
    )
    rotation = only(text, StoredSecret).rotation
    assert isinstance(rotation, Known | Unknown)
    assert known_value(rotation) == days


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("", False),
        (", expiration_date: 2027-01-01T00:00:00Z", True),
        (", expiration_date: ref(time_rotating.a.rotation_rfc3339)", True),
        (", expiration_date: 'unknown(the function timestamp is not evaluated: it tells the moment of apply)'", True),
        (", expiration_date: unknown(var.end)", None),
    ],
)
def test_the_end_of_a_secret(written: str, *, ends: bool | None) -> None:
    secret = only(f"azurerm_key_vault_secret.a: {{name: a, value: x{written}}}\n", StoredSecret)
    assert known_value(secret.ends or Absent(secret.at)) is ends


def test_a_door_shows_the_certificate_of_a_vault() -> None:
    text = (
        VAULT
        + CERTIFICATE
        + """\
azurerm_application_gateway.main:
  frontend_port: [{name: https, port: 443}]
  http_listener:
    - {name: web, protocol: Https, frontend_port_name: https, ssl_certificate_name: web, host_name: shop.example.com}
    - {name: own, protocol: Https, frontend_port_name: https, ssl_certificate_name: own}
  ssl_certificate:
    - {name: web, key_vault_secret_id: ref(azurerm_key_vault_certificate.web.secret_id)}
    - {name: own, data: abc}
"""
    )
    (gateway,) = lifted(text, Gateway)
    web, own = gateway.listeners
    assert isinstance(web.certificate, Known)
    assert web.certificate.value == "azurerm_key_vault_certificate.web"
    assert [known_value(each) for each in web.hosts] == ["shop.example.com"]
    assert known_value(own.certificate or Absent(own.at)) == "own"
