"""Certificates of Google, the doors that show them, and the versions of TLS that these take."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Gateway, Listener, ServerCertificate, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

DOOR = """\
google_compute_global_forwarding_rule.shop: {name: shop, target: ref(google_compute_target_https_proxy.shop.id)}
google_compute_target_https_proxy.shop: {url_map: ref(google_compute_url_map.shop.id), WRITTEN}
google_compute_url_map.shop:
  host_rule: [{hosts: ["Shop.example", "*.shop.example", "api.shop.example:8443"], path_matcher: a}]
google_compute_managed_ssl_certificate.shop: {name: shop, managed: [{domains: [shop.example., api.shop.example]}]}
google_compute_ssl_certificate.own: {name: own}
google_compute_ssl_policy.old: {name: old, min_tls_version: TLS_1_1}
google_compute_ssl_policy.new: {name: new, min_tls_version: TLS_1_2}
"""


def _door(written: str) -> Listener:
    return only(DOOR.replace("WRITTEN", written), Gateway).listeners[0]


@pytest.mark.parametrize(
    ("written", "retired"),
    [("quic_override: NONE", "TLS 1.0"), ("ssl_policy: old", "TLS 1.1"), ("ssl_policy: new", None)],
)
def test_the_retired_version_that_a_door_takes(written: str, retired: str | None) -> None:
    found = _door(written).retired
    assert found is not None
    assert known_value(found) == retired
    assert isinstance(_door("ssl_policy: elsewhere").retired, Unknown)


def test_a_door_shows_its_certificates() -> None:
    door = _door("ssl_certificates: [ref(google_compute_managed_ssl_certificate.shop.id), own]")
    assert door.certificate is not None
    assert known_value(door.certificate) == "google_compute_managed_ssl_certificate.shop"
    assert [known_value(each) for each in door.further] == ["google_compute_ssl_certificate.own"]
    assert door.further_complete
    assert [known_value(each) for each in door.hosts] == ["shop.example", "api.shop.example"]


@pytest.mark.parametrize(
    "written", ["certificate_map: m", "ssl_certificates: unknown(var.certificates has no default)"]
)
def test_certificates_in_doubt(written: str) -> None:
    assert not _door(written).further_complete


def test_who_renews_a_certificate() -> None:
    own, managed = sorted(lifted(DOOR.replace("WRITTEN", "a: b"), ServerCertificate), key=lambda each: each.name)
    assert (known_value(own.renewed), own.names_complete) == (False, False)
    assert (known_value(managed.renewed), managed.names_complete) == (True, True)
    assert [known_value(each) for each in managed.names] == ["shop.example", "api.shop.example"]
    assert isinstance(managed.region, Absent)
