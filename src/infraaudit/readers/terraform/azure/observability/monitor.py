"""Lifts the alerts of Azure Monitor: what each looks at, and whom it tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Alarm, Known, Unknown, default
from infraaudit.readers.terraform.azure.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, reason
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, last_segment, mentioned, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_METRIC = "azurerm_monitor_metric_alert"
_QUERY = "azurerm_monitor_scheduled_query_rules_alert"
_CRITERIA = ("criteria", "dynamic_criteria")
_WIDE = frozenset({"azurerm_resource_group", "azurerm_subscription", "azurerm_management_group"})
_RESOURCE_PATH = "/providers/"
_ADDING = "azurerm_monitor_alert_processing_rule_action_group"
_HEALTH = "ResourceHealth"
_EVERY_PLACE = frozenset({"azurerm_log_analytics_workspace", "azurerm_application_insights"})
"""What keeps the logs of others: a query there may look at any of them."""

_HOLDERS = {"azurerm_mssql_database": "server_id"}
"""Parts of a store that have its metrics, and the argument that names the store."""


def lift_metric_alerts(resources: Resources) -> Iterator[Alarm]:
    """Lift ``azurerm_monitor_metric_alert``."""
    for resource in resources.of_type(_METRIC):
        watches, complete = _scopes(argument(resource, "scopes"), resources)
        actions = argument(resource, "action")
        plain = _alarm(resource, resources, actions, f"{_METRIC}.enabled")
        yield replace(plain, metrics=tuple(_metrics(resource)), watches=watches, complete=complete)


def lift_query_alerts(resources: Resources) -> Iterator[Alarm]:
    """Lift the alerts on queries. What a query of a workspace looks at cannot be told."""
    for resource in resources.of_type(f"{_QUERY}_v2", _QUERY):
        actions = block(resource, "action")
        nodes = [actions[name] for name in ("action_groups", "action_group")]
        named = next((node for node in nodes if not node.is_absent), nodes[0])
        watches, complete = _scopes(argument(resource, "scopes"), resources)
        of_workspace = (
            any(each.type in _EVERY_PLACE for each in mentioned(resources, argument(resource, "scopes")))
            or argument(resource, "scopes").is_absent
        )
        plain = _alarm(resource, resources, named, f"{_QUERY}.enabled")
        yield replace(plain, watches=watches, complete=complete and not of_workspace)


def lift_other_alerts(resources: Resources) -> Iterator[Alarm]:
    """Lift the alerts on activities, on anomalies and of Prometheus. What they look at is not told here."""
    for resource in resources.of_type("azurerm_monitor_activity_log_alert"):
        plain = _alarm(resource, resources, argument(resource, "action"), f"{_METRIC}.enabled")
        watches, complete = _by_health(resource, resources)
        yield replace(plain, watches=watches, complete=complete)
    for resource in resources.of_type("azurerm_monitor_smart_detector_alert_rule"):
        plain = _alarm(resource, resources, argument(resource, "action_group.ids"), f"{_METRIC}.enabled")
        watches, complete = _scopes(argument(resource, "scope_resource_ids"), resources)
        yield replace(plain, watches=watches, complete=complete)
    for resource in resources.of_type("azurerm_monitor_alert_prometheus_rule_group"):
        alerts = [rule for rule in blocks(resource.body["rule"])[0] if not rule["alert"].is_absent]
        acting = next((rule for rule in alerts if not rule["action"].is_absent), alerts[0] if alerts else None)
        if acting is not None:
            yield _alarm(resource, resources, acting["action"], f"{_METRIC}.enabled")


def _by_health(resource: Resource, resources: Resources) -> tuple[tuple[str, ...], bool]:
    """Return what an alert on activities watches: whether resources are well, or only what somebody does to them."""
    category = argument(resource, "criteria.category").string()
    if not isinstance(category, Known):
        return (), False
    return _scopes(argument(resource, "scopes"), resources) if category.value == _HEALTH else ((), True)


def _alarm(resource: Resource, resources: Resources, actions: Node, row: str) -> Alarm:
    """Return an alarm of which nothing is known but what it does when it fires."""
    enabled = boolean_or_default(argument(resource, "enabled"), row)
    acts = _acts(enabled, actions)
    adding = resources.of_type(_ADDING)
    if adding and isinstance(acts, Known) and isinstance(enabled, Known) and enabled.value and not acts.value:
        acts = Unknown(f"{adding[0].address} adds action groups to alerts", adding[0].at)
    return Alarm(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        metrics=(),
        watches=(),
        complete=False,
        enabled=enabled,
        acts=acts,
        actions=tuple(dict.fromkeys(address_of(resources, target) for target in actions.mentions)),
    )


def _acts(enabled: Value[bool], actions: Node) -> Value[bool]:
    """Return whether an alert tells anybody: it is on, and there is an action."""
    if isinstance(enabled, Known) and not enabled.value:
        return enabled
    if actions.is_absent:
        return default(value=False, at=actions.at, fact="no action is written")
    if actions.each() or actions.is_mapping:
        return enabled if isinstance(enabled, Unknown) else Known(value=True, at=actions.at)
    if not actions.complete:
        return Unknown(reason(actions) if actions.is_unknown else "the actions cannot be told", actions.at)
    return Known(value=False, at=actions.at)


def _metrics(resource: Resource) -> Iterator[str]:
    for name in _CRITERIA:
        for each in blocks(resource.body[name])[0]:
            metric = each["metric_name"].string()
            if isinstance(metric, Known):
                yield metric.value


def _scopes(node: Node, resources: Resources) -> tuple[tuple[str, ...], bool]:
    """Return the addresses and names that an alert is scoped to, and whether these are all that it watches."""
    watches: list[str] = []
    complete = node.complete
    for each in node.each() or (() if node.is_list or node.is_absent else (node,)):
        targets = [found for target in each.mentions if (found := resolve(resources, target)) is not None]
        for target in targets:
            watches.append(target.address)
            watches.extend(_holder(target, resources))
        text = each.string()
        literal = isinstance(text, Known) and _RESOURCE_PATH in text.value.lower()
        if isinstance(text, Known) and literal:
            watches.append(last_segment(text.value))
        complete = complete and (literal or bool(targets)) and not any(_is_wide(target) for target in targets)
    return tuple(dict.fromkeys(watches)), complete


def _is_wide(target: Resource) -> bool:
    return target.type in _WIDE or target.data


def _holder(target: Resource, resources: Resources) -> Iterator[str]:
    name = _HOLDERS.get(target.type)
    holder = None if name is None else behind(resources, argument(target, name))
    if holder is not None:
        yield holder.address
