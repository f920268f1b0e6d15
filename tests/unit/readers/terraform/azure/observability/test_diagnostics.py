from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    CloudResource,
    FacetName,
    Known,
    LogDelivery,
    Subscription,
    Topic,
    Unknown,
    UptimeCheck,
    Value,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

VAULT = "azurerm_key_vault.main: {name: shop}\n"
SETTING = """\
azurerm_monitor_diagnostic_setting.main:
  target_resource_id: TARGET
  log_analytics_workspace_id: ref(azurerm_log_analytics_workspace.main.id)
  enabled_log: LOGS
"""


def _sent(text: str) -> Value[bool]:
    facet = only(text, CloudResource).facet(FacetName.LOGS_SENT)
    assert facet is not None
    return facet.holds


def _with(target: str = "ref(azurerm_key_vault.main.id)", logs: str = "[{category: AuditEvent}]") -> str:
    return VAULT + SETTING.replace("TARGET", target).replace("LOGS", logs)


@pytest.mark.parametrize(
    "target",
    [
        "ref(azurerm_key_vault.main.id)",
        "unknown(the id is known after apply; azurerm_key_vault.main)",
        "/subscriptions/0/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/Shop",
    ],
)
def test_a_vault_whose_logs_are_sent(target: str) -> None:
    assert known_value(_sent(_with(target))) is True


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (VAULT, False),
        (_with("ref(azurerm_key_vault.other.id)"), False),
        (_with("/subscriptions/0/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/other"), False),
        (_with(logs="[]"), False),
        (_with(logs="unknown(var.logs)"), None),
        (_with("unknown(var.target)"), None),
        (VAULT + "azurerm_subscription_policy_assignment.logs: {}\n", None),
    ],
)
def test_a_vault_whose_logs_are_not_sent_or_cannot_be_told(text: str, *, sent: bool | None) -> None:
    assert known_value(_sent(text)) is sent


def test_logs_of_former_versions_that_are_switched_off_are_not_sent() -> None:
    text = _with(logs="[]").replace("enabled_log", "log").replace("[]", "[{category: AuditEvent, enabled: false}]")
    assert known_value(_sent(text)) is False


def test_what_is_sent_where() -> None:
    delivery = only(_with(logs="[{category_group: allLogs}, {category: AuditEvent}]"), LogDelivery)
    assert known_value(delivery.of) == "azurerm_key_vault.main"
    assert [known_value(each) for each in delivery.categories] == ["allLogs", "AuditEvent"]
    assert [known_value(each) for each in delivery.destinations] == ["azurerm_log_analytics_workspace.main"]
    assert delivery.categories_complete


GROUP = """\
azurerm_monitor_action_group.ops:
  name: ops
  email_receiver: [{name: alice, email_address: alice@shop.example}]
  azure_function_receiver: [{name: pager, function_app_resource_id: ref(azurerm_linux_function_app.pager.id)}]
"""


def test_an_action_group_with_its_receivers() -> None:
    topic = only(GROUP, Topic)
    assert (topic.identifiers, known_value(topic.delivers or Absent(topic.at))) == (("ops",), True)
    receivers = lifted(GROUP, Subscription)
    assert [(each.name, known_value(each.protocol), known_value(each.topic)) for each in receivers] == [
        ("pager", "azure_function", "azurerm_monitor_action_group.ops"),
        ("alice", "email", "azurerm_monitor_action_group.ops"),
    ]
    assert known_value(receivers[0].endpoint) == "azurerm_linux_function_app.pager"
    assert isinstance(receivers[1].endpoint, Absent)


def test_receivers_that_cannot_be_told_may_be_there() -> None:
    text = "azurerm_monitor_action_group.ops: {sms_receiver: unknown(var.people), enabled: unknown(var.on)}\n"
    subscription = only(text, Subscription)
    assert isinstance(subscription.topic, Unknown)
    assert subscription.topic.mentions == ("azurerm_monitor_action_group.ops",)
    assert isinstance(only(text, Topic).delivers, Unknown)


TEST = """\
azurerm_application_insights_standard_web_test.shop:
  enabled: true
  request: [{url: "https://Shop.example/up"}]
  validation_rules: [{ssl_cert_remaining_lifetime: 14}]
"""


def test_a_check_from_outside() -> None:
    check = only(TEST, UptimeCheck)
    assert (known_value(check.host), known_value(check.period)) == ("shop.example", 300)
    assert (known_value(check.enabled), known_value(check.watches_certificate)) == (True, 14)


def test_a_check_is_off_until_it_is_switched_on() -> None:
    check = only("azurerm_application_insights_web_test.shop: {}\n", UptimeCheck)
    assert isinstance(check.enabled, Known)
    assert (check.enabled.value, check.enabled.stated) == (False, False)
    assert isinstance(check.host, Unknown)
    assert isinstance(check.watches_certificate, Absent)


@pytest.mark.parametrize("url", ["'http://[::1'", "5", "unknown(var.url)"])
def test_an_address_that_is_none(url: str) -> None:
    text = f"azurerm_application_insights_standard_web_test.shop: {{request: [{{url: {url}}}]}}\n"
    assert isinstance(only(text, UptimeCheck).host, Unknown | Known)
