from __future__ import annotations

import pytest

from infraaudit.model import Alarm, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

STORE = "azurerm_postgresql_flexible_server.main: {name: orders}\nazurerm_log_analytics_workspace.main: {name: shop}\n"


@pytest.mark.parametrize(
    ("category", "watches", "complete"),
    [
        ("ServiceHealth", (), True),
        ("Administrative", (), True),
        ("ResourceHealth", ("azurerm_postgresql_flexible_server.main",), True),
        ("unknown(var.category)", (), False),
    ],
)
def test_what_an_alert_on_activities_watches(category: str, watches: tuple[str, ...], *, complete: bool) -> None:
    text = (
        STORE
        + f"""\
azurerm_monitor_activity_log_alert.a:
  scopes: [ref(azurerm_postgresql_flexible_server.main.id)]
  criteria: [{{category: {category}}}]
"""
    )
    alarm = only(text, Alarm)
    assert (alarm.watches, alarm.complete) == (watches, complete)


@pytest.mark.parametrize(
    ("scope", "complete"),
    [("azurerm_postgresql_flexible_server.main", True), ("azurerm_log_analytics_workspace.main", False)],
)
def test_a_query_of_a_resource_watches_it_and_one_of_a_workspace_may_watch_anything(
    scope: str, *, complete: bool
) -> None:
    text = STORE + f"azurerm_monitor_scheduled_query_rules_alert_v2.q: {{scopes: [ref({scope}.id)]}}\n"
    alarm = only(text, Alarm)
    assert (alarm.watches, alarm.complete) == ((scope,), complete)


def test_a_detector_watches_what_it_is_scoped_to() -> None:
    text = (
        STORE
        + """\
azurerm_monitor_smart_detector_alert_rule.d:
  scope_resource_ids: [ref(azurerm_postgresql_flexible_server.main.id)]
  action_group: [{ids: [people]}]
"""
    )
    alarm = only(text, Alarm)
    assert (alarm.watches, alarm.complete) == (("azurerm_postgresql_flexible_server.main",), True)
    assert known_value(alarm.acts) is True


def test_a_rule_that_adds_action_groups_may_speak_for_a_mute_alert() -> None:
    text = "azurerm_monitor_metric_alert.a: {}\nazurerm_monitor_alert_processing_rule_action_group.all: {}\n"
    assert isinstance(only(text, Alarm).acts, Unknown)
