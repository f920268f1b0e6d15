from __future__ import annotations

import pytest

from infraaudit.model import Absent, NameRecord, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only


@pytest.mark.parametrize(
    ("body", "host", "targets"),
    [
        ("{name: www, zone_name: shop.example, record: other.example}", "www.shop.example", ["other.example"]),
        ('{name: "@", zone_name: shop.example, record: other.example}', "shop.example", ["other.example"]),
        ("{name: www, zone_name: unknown(var.zone), record: other.example}", None, ["other.example"]),
        (
            "{name: www, zone_name: shop.example, target_resource_id: ref(azurerm_cdn_frontdoor_endpoint.main.id)}",
            "www.shop.example",
            ["azurerm_cdn_frontdoor_endpoint.main"],
        ),
    ],
)
def test_a_record(body: str, host: str | None, targets: list[str]) -> None:
    record = only(f"azurerm_dns_cname_record.www: {body}\n", NameRecord)
    assert known_value(record.host) == host
    assert [known_value(each) for each in record.targets] == targets
    assert (known_value(record.type), known_value(record.public)) == ("CNAME", True)


def test_addresses_of_a_private_name() -> None:
    text = "azurerm_private_dns_a_record.db: {name: db, zone_name: shop.internal, records: [10.0.0.4, 10.0.0.5]}\n"
    record = only(text, NameRecord)
    assert [known_value(each) for each in record.targets] == ["10.0.0.4", "10.0.0.5"]
    assert known_value(record.public) is False


PROFILE = """\
azurerm_traffic_manager_profile.shop:
  traffic_routing_method: METHOD
  dns_config: [{relative_name: shop, ttl: 60}]
azurerm_traffic_manager_azure_endpoint.one:
  profile_id: ref(azurerm_traffic_manager_profile.shop.id)
  target_resource_id: ref(azurerm_linux_web_app.one.id)
azurerm_traffic_manager_external_endpoint.two:
  profile_id: ref(azurerm_traffic_manager_profile.shop.id)
  target: two.example
  always_serve_enabled: ALWAYS
"""


@pytest.mark.parametrize(
    ("method", "routing", "always", "checked"),
    [
        ("Priority", "failover", "false", True),
        ("Performance", "latency", "true", False),
        ("Weighted", "weighted", "unknown(var.always)", None),
    ],
)
def test_a_profile_of_several_endpoints(method: str, routing: str, always: str, *, checked: bool | None) -> None:
    record = only(PROFILE.replace("METHOD", method).replace("ALWAYS", always), NameRecord)
    assert (known_value(record.host), known_value(record.ttl)) == ("shop.trafficmanager.net", 60)
    assert [known_value(each) for each in record.targets] == ["azurerm_linux_web_app.one", "two.example"]
    assert (known_value(record.routing), known_value(record.checked)) == (routing, checked)


def test_a_profile_of_one_endpoint_has_nothing_to_choose() -> None:
    text = (
        PROFILE.replace("METHOD", "Priority")
        .replace("ALWAYS", "false")
        .replace("target: two", "enabled: false\n  x: t")
    )
    record = only(text, NameRecord)
    assert isinstance(record.routing, Absent)


def test_a_profile_whose_way_cannot_be_told() -> None:
    record = only(PROFILE.replace("METHOD", "unknown(var.method)").replace("ALWAYS", "false"), NameRecord)
    assert isinstance(record.routing, Unknown)
