from __future__ import annotations

import pytest

from infraaudit.model import Absent, FacetName, Gateway, Known, Unknown, WebFirewall, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

SHOP = """\
azurerm_cdn_frontdoor_profile.main: {name: shop, sku_name: Premium_AzureFrontDoor}
azurerm_cdn_frontdoor_endpoint.main:
  name: shop
  cdn_frontdoor_profile_id: ref(azurerm_cdn_frontdoor_profile.main.id)
azurerm_cdn_frontdoor_custom_domain.main: {host_name: shop.example}
azurerm_cdn_frontdoor_origin_group.main: {cdn_frontdoor_profile_id: ref(azurerm_cdn_frontdoor_profile.main.id)}
azurerm_cdn_frontdoor_origin.app:
  cdn_frontdoor_origin_group_id: ref(azurerm_cdn_frontdoor_origin_group.main.id)
  host_name: unknown(its name is known after apply; azurerm_linux_web_app.shop)
azurerm_cdn_frontdoor_origin.elsewhere:
  cdn_frontdoor_origin_group_id: ref(azurerm_cdn_frontdoor_origin_group.main.id)
  host_name: other.example
azurerm_linux_web_app.shop: {name: shop}
azurerm_cdn_frontdoor_route.main:
  cdn_frontdoor_endpoint_id: ref(azurerm_cdn_frontdoor_endpoint.main.id)
  cdn_frontdoor_origin_group_id: ref(azurerm_cdn_frontdoor_origin_group.main.id)
  cdn_frontdoor_custom_domain_ids: [ref(azurerm_cdn_frontdoor_custom_domain.main.id)]
  patterns_to_match: ["/*"]
  supported_protocols: [Http, Https]
"""
POLICY = """\
azurerm_cdn_frontdoor_firewall_policy.main:
  mode: Prevention
  managed_rule: [{type: Microsoft_DefaultRuleSet, action: Block}, {type: Microsoft_BotManagerRuleSet, action: Log}]
  custom_rule: [{name: often, type: RateLimitRule, action: Block}, {name: off, enabled: false, action: Block}]
azurerm_cdn_frontdoor_security_policy.main:
  security_policies:
    - firewall:
        - cdn_frontdoor_firewall_policy_id: ref(azurerm_cdn_frontdoor_firewall_policy.main.id)
          association: [{domain: [{cdn_frontdoor_domain_id: ref(azurerm_cdn_frontdoor_custom_domain.main.id)}]}]
"""


def _door(text: str) -> Gateway:
    return next(each for each in lifted(text, Gateway) if each.kind == "azurerm_cdn_frontdoor_endpoint")


def test_an_endpoint_with_its_way_to_an_app() -> None:
    gateway = _door(SHOP)
    assert known_value(gateway.response_limit or Absent(gateway.at)) == 120
    assert [(known_value(each.service), each.host, each.path) for each in gateway.routes] == [
        ("azurerm_linux_web_app.shop#door", "shop.example", "/*")
    ]
    assert gateway.identifiers == ("shop", "shop.example")
    assert isinstance(gateway.web_firewall, Absent)


@pytest.mark.parametrize(
    ("protocols", "redirect", "doors", "complete"),
    [
        ("[Http, Https]", "", [("http", True), ("https", False)], True),
        ("[Http, Https]", "  https_redirect_enabled: false\n", [("http", False), ("https", False)], True),
        ("[Https]", "", [("https", False)], True),
        ("unknown(var.protocols)", "", [], False),
        ("[unknown(var.protocol)]", "", [], False),
    ],
)
def test_the_doors_of_a_route(protocols: str, redirect: str, doors: list[tuple[str, bool]], *, complete: bool) -> None:
    gateway = _door(SHOP.replace("[Http, Https]", protocols) + redirect)
    found = [(known_value(each.protocol), known_value(each.redirects)) for each in gateway.listeners]
    assert (found, gateway.listeners_complete) == (doors, complete)


def test_what_is_switched_off_takes_no_requests() -> None:
    assert not [
        each
        for each in lifted(SHOP.replace("  name: shop\n", "  name: shop\n  enabled: false\n"), Gateway)
        if each.kind == "azurerm_cdn_frontdoor_endpoint"
    ]
    assert not _door(SHOP + "  enabled: false\n").listeners


def test_rules_before_a_name_of_the_endpoint() -> None:
    assert known_value(_door(SHOP + POLICY).web_firewall or Absent(_door(SHOP).at)) == (
        "azurerm_cdn_frontdoor_firewall_policy.main"
    )
    rules = only(SHOP + POLICY, WebFirewall)
    assert [(each.name, known_value(each.blocks), each.rate) for each in rules.rules] == [
        ("often", True, True),
        ("Microsoft_DefaultRuleSet", True, False),
        ("Microsoft_BotManagerRuleSet", False, False),
    ]
    assert [known_value(each) for each in rules.protects] == ["azurerm_cdn_frontdoor_custom_domain.main"]
    assert isinstance(rules.logged, Unknown)


def test_rules_that_may_stand_before_it() -> None:
    text = SHOP + POLICY.replace("ref(azurerm_cdn_frontdoor_custom_domain.main.id)", "unknown(var.domain)")
    assert isinstance(_door(text).web_firewall, Unknown)


@pytest.mark.parametrize(("mode", "stops"), [("Detection", False), ("unknown(var.mode)", None)])
def test_rules_that_only_look(mode: str, *, stops: bool | None) -> None:
    text = SHOP + POLICY.replace("mode: Prevention", f"mode: {mode}")
    assert known_value(only(text, WebFirewall).rules[1].blocks) is stops


SETTING = """\
azurerm_monitor_diagnostic_setting.main:
  target_resource_id: ref(azurerm_cdn_frontdoor_profile.main.id)
  enabled_log: [{category: CATEGORY}]
"""


@pytest.mark.parametrize(
    ("category", "requests", "decisions"),
    [("FrontDoorAccessLog", True, False), ("FrontDoorWebApplicationFirewallLog", False, True)],
)
def test_which_logs_are_kept(category: str, *, requests: bool, decisions: bool) -> None:
    text = SHOP + POLICY + SETTING.replace("CATEGORY", category)
    facet = _door(text).facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is requests
    domains = text.replace("{host_name: shop.example}", "{host_name: shop.example, PROFILE}").replace(
        "PROFILE", "cdn_frontdoor_profile_id: ref(azurerm_cdn_frontdoor_profile.main.id)"
    )
    assert known_value(only(domains, WebFirewall).logged) is decisions


GATEWAY = """\
azurerm_application_gateway.main:
  name: shop
  frontend_ip_configuration: [{public_ip_address_id: ref(azurerm_public_ip.main.id)}]
"""


@pytest.mark.parametrize(
    ("written", "firewall"),
    [
        ("", None),
        ("  waf_configuration: [{enabled: false}]\n", None),
        ("  waf_configuration: [{enabled: true, firewall_mode: Detection}]\n", "azurerm_application_gateway.main#waf"),
        ("  firewall_policy_id: ref(azurerm_web_application_firewall_policy.main.id)\n", "main"),
    ],
)
def test_rules_before_an_application_gateway(written: str, firewall: str | None) -> None:
    text = (
        GATEWAY + written + "azurerm_web_application_firewall_policy.main: {managed_rules: [{managed_rule_set: []}]}\n"
    )
    gateway = only(text, Gateway)
    found = gateway.web_firewall
    assert found is not None
    expected = "azurerm_web_application_firewall_policy.main" if firewall == "main" else firewall
    assert (known_value(found), isinstance(found, Absent)) == (expected, firewall is None)


def test_rules_within_a_gateway() -> None:
    text = GATEWAY + "  waf_configuration: [{enabled: true, firewall_mode: Detection, rule_set_type: OWASP}]\n"
    rules = only(text, WebFirewall)
    assert (rules.address, rules.rules[0].name) == ("azurerm_application_gateway.main#waf", "OWASP")
    assert known_value(rules.rules[0].blocks) is False


API = """\
azurerm_api_management.main: {name: shop}
azurerm_linux_web_app.shop: {name: shop}
azurerm_api_management_api.orders:
  api_management_name: NAMED
  path: orders
  service_url: unknown(its name is known after apply; azurerm_linux_web_app.shop)
"""


@pytest.mark.parametrize("named", ["ref(azurerm_api_management.main.name)", "shop"])
def test_an_api_with_its_backend(named: str) -> None:
    gateway = next(
        each for each in lifted(API.replace("NAMED", named), Gateway) if each.kind == "azurerm_api_management"
    )
    (route,) = gateway.routes
    assert (known_value(route.service), route.path) == ("azurerm_linux_web_app.shop#door", "orders")
    assert isinstance(route.authorization, Known)
    assert (route.authorization.value, known_value(gateway.public)) == ("key", True)


@pytest.mark.parametrize(("kind", "public"), [("Internal", False), ("External", True), ("unknown(var.kind)", None)])
def test_whether_the_internet_reaches_an_api(kind: str, *, public: bool | None) -> None:
    gateway = only(f"azurerm_api_management.main: {{virtual_network_type: {kind}}}\n", Gateway)
    assert known_value(gateway.public) is public
