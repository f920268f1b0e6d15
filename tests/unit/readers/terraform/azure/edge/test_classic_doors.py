"""Front Door (classic), CDN (classic) and their rules for web requests, and that both are withdrawn."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Gateway, RetiredComponent, Unknown, WebFirewall, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

APP = "azurerm_linux_web_app.web: {name: web}\n"
DOOR = """\
azurerm_frontdoor.main:
  name: shop
  backend_pool_settings: [{backend_pools_send_receive_timeout_seconds: 30}]
  frontend_endpoint:
    - {name: web, host_name: shop.example.com, web_application_firewall_policy_link_id: LINK}
  routing_rule:
    - name: plain
      accepted_protocols: [Http]
      patterns_to_match: [/*]
      redirect_configuration: [{redirect_protocol: HttpsOnly}]
    - name: web
      accepted_protocols: [Https]
      patterns_to_match: [/*]
      forwarding_configuration: [{backend_pool_name: apps}]
    - {name: old, enabled: false, accepted_protocols: [Http]}
  backend_pool:
    - name: apps
      backend:
        - {address: "unknown(known after apply; azurerm_linux_web_app.web)"}
        - {address: elsewhere.example.com}
        - {address: "unknown(known after apply; azurerm_linux_web_app.old)", enabled: false}
azurerm_frontdoor_firewall_policy.main:
  mode: Detection
  managed_rule: [{type: DefaultRuleSet}]
"""


def _door(text: str) -> Gateway:
    (door,) = [each for each in lifted(text, Gateway) if each.kind in {"azurerm_frontdoor", "azurerm_cdn_endpoint"}]
    return door


def test_a_classic_front_door_leads_to_the_apps_of_its_pools() -> None:
    door = _door(APP + DOOR.replace("LINK", "ref(azurerm_frontdoor_firewall_policy.main.id)"))
    assert [known_value(each.service) for each in door.routes] == ["azurerm_linux_web_app.web#door"]
    assert [known_value(each.protocol) for each in door.listeners] == ["http", "https"]
    assert [known_value(each.redirects) for each in door.listeners] == [True, False]
    assert known_value(door.response_limit or Absent(door.at)) == 30
    assert door.identifiers == ("shop", "shop.example.com")


@pytest.mark.parametrize(
    ("link", "rules"),
    [
        ("ref(azurerm_frontdoor_firewall_policy.main.id)", "azurerm_frontdoor_firewall_policy.main"),
        ("null", None),
    ],
)
def test_the_rules_before_its_hosts(link: str, rules: str | None) -> None:
    text = DOOR.replace("LINK", link)
    door = _door(text)
    assert known_value(door.web_firewall or Absent(door.at)) == rules
    firewall = only(text, WebFirewall)
    assert [known_value(each) for each in firewall.protects] == (["azurerm_frontdoor.main"] if rules else [])
    assert [known_value(each.blocks) for each in firewall.rules] == [False]


@pytest.mark.parametrize(
    ("more", "protocols"),
    [
        ("", ["http", "https"]),
        (", is_http_allowed: false", ["https"]),
        (", is_http_allowed: unknown(var.plain)", ["https"]),
    ],
)
def test_a_classic_endpoint_takes_both_protocols_until_one_is_switched_off(more: str, protocols: list[str]) -> None:
    origin = '[{host_name: "unknown(known after apply; azurerm_linux_web_app.web)"}]'
    door = _door(f"{APP}azurerm_cdn_endpoint.main: {{name: shop, origin: {origin}{more}}}\n")
    assert [known_value(each.protocol) for each in door.listeners] == protocols
    assert door.listeners_complete is ("unknown" not in more)
    assert [known_value(each.service) for each in door.routes] == ["azurerm_linux_web_app.web#door"]


def test_a_rule_of_delivery_sends_plain_requests_to_https() -> None:
    rule = "[{url_redirect_action: [{redirect_type: Found, protocol: Https}]}]"
    door = _door(f"azurerm_cdn_endpoint.main: {{name: shop, delivery_rule: {rule}}}\n")
    assert [known_value(each.redirects) for each in door.listeners] == [True, False]


@pytest.mark.parametrize(
    ("text", "major", "retired"),
    [
        ("azurerm_public_ip.a: {sku: Basic}\n", 5, True),
        ("azurerm_public_ip.a: {sku: Standard}\n", 3, False),
        ("azurerm_public_ip.a: {name: a}\n", 3, True),
        ("azurerm_public_ip.a: {name: a}\n", 4, False),
        ("azurerm_public_ip.a: {name: a}\n", None, False),
        ("azurerm_public_ip.a: {sku: unknown(var.sku)}\n", 5, None),
        ("azurerm_application_gateway.a: {sku: [{name: WAF_Medium, tier: WAF}]}\n", 4, True),
        ("azurerm_application_gateway.a: {sku: [{name: WAF_v2, tier: WAF_v2}]}\n", 4, False),
        ("azurerm_cdn_endpoint.a: {name: a}\n", 4, True),
    ],
)
def test_what_is_withdrawn(text: str, major: int | None, *, retired: bool | None) -> None:
    component = only(text, RetiredComponent, major)
    assert known_value(component.retired) is retired
    assert isinstance(component.retired, Unknown) is (retired is None)
