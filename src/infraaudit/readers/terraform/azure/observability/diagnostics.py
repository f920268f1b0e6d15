"""Reads the diagnostic settings of Azure Monitor: which resource sends which of its logs where."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, AuditTrail, FacetName, Known, LogDelivery, Unknown, known_value
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import certain, last_segment, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SETTING = "azurerm_monitor_diagnostic_setting"
_ALL_OF_THEM = "data.azurerm_monitor_diagnostic_categories"
"""The source of data that lists every category of a resource; what is made of each of them sends all logs."""

_DESTINATIONS = (
    "log_analytics_workspace_id",
    "storage_account_id",
    "eventhub_authorization_rule_id",
    "partner_solution_id",
)
_ASSIGNMENTS = (
    "azurerm_management_group_policy_assignment",
    "azurerm_policy_assignment",
    "azurerm_resource_group_policy_assignment",
    "azurerm_subscription_policy_assignment",
)
"""What makes Azure itself add settings to resources."""

EVERY_LOG = "allLogs"
"""The group of categories that holds every kind of log."""

_SUBSCRIPTION = "azurerm_subscription."
_WHOLE = re.compile(r"/subscriptions/[^/]+/?")
_MANAGEMENT = "Administrative"
_REQUESTS = {
    "azurerm_api_management": "GatewayLogs",
    "azurerm_application_gateway": "ApplicationGatewayAccessLog",
    "azurerm_frontdoor": "FrontdoorAccessLog",
}
"""The category in which each kind of gateway writes its requests down."""


@dataclass(frozen=True, slots=True)
class _Settings:
    """The settings of a root by the address and the literal name of what they are for, and why there may be others."""

    named: Mapping[str, tuple[Resource, ...]]
    doubt: Unknown[bool] | None


def lift_deliveries(resources: Resources) -> Iterator[LogDelivery]:
    """Lift ``azurerm_monitor_diagnostic_setting``."""
    for resource in resources.of_type(_SETTING):
        categories, complete = _categories(resource)
        of = argument(resource, "target_resource_id")
        targets = mentioned(resources, of)
        nodes = [argument(resource, name) for name in _DESTINATIONS]
        yield LogDelivery(
            **resource.head,
            of=Known(targets[0].address, of.at) if targets else certain(resources, of, "nothing is named"),
            categories=categories,
            categories_complete=complete,
            destinations=tuple(certain(resources, each, "nothing is named") for each in nodes if not each.is_absent),
        )


def lift_trails(resources: Resources) -> Iterator[AuditTrail]:
    """Lift the settings of subscriptions, by which the record of what is done in them is kept."""
    for resource in resources.of_type(_SETTING):
        node = argument(resource, "target_resource_id")
        text = known_value(node.string()) or ""
        if not any(_SUBSCRIPTION in each for each in node.mentions) and not _WHOLE.fullmatch(text):
            continue
        categories, complete = _categories(resource)
        bucket, workspace = argument(resource, "storage_account_id"), argument(resource, "log_analytics_workspace_id")
        yield AuditTrail(
            address=f"{resource.address}#trail",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            records=Known(value=bool(categories), at=resource.at)
            if categories or complete
            else Unknown("which logs it sends cannot be told", resource.at),
            management=_takes_in(categories, resource, complete=complete),
            bucket=pointed(resources, bucket),
            log_group=pointed(resources, workspace),
            identifiers=literals(argument(resource, "name").string()),
        )


def _takes_in(categories: tuple[Value[str], ...], setting: Resource, *, complete: bool) -> Value[bool]:
    """Return whether the calls that manage resources are among what is sent."""
    if any(isinstance(each, Known) and each.value in {_MANAGEMENT, EVERY_LOG} for each in categories):
        return Known(value=True, at=setting.at)
    if not complete or any(isinstance(each, Unknown) for each in categories):
        return Unknown("which logs it sends cannot be told", setting.at)
    return Known(value=False, at=setting.at)


def _categories(setting: Resource) -> tuple[tuple[Value[str], ...], bool]:
    """Return which kinds of logs a setting sends, and whether these are all; ``log`` is what version 3 called them."""
    found: list[Value[str]] = []
    complete = True
    for name in ("enabled_log", "log"):
        node = setting.body[name]
        members, told = blocks(node)
        if not told and _ALL_OF_THEM in node.why_open:
            found.append(Known(EVERY_LOG, node.key_at or node.at))
            continue
        complete = complete and told
        for each in members:
            switch = each["enabled"].boolean()
            if isinstance(switch, Unknown):
                complete = False
            elif isinstance(switch, Absent) or switch.value:
                group = each["category_group"].string()
                written = each["category"].string() if isinstance(group, Absent) else group
                found.append(Unknown("no category is named", each.at) if isinstance(written, Absent) else written)
    return tuple(found), complete


def answers_of(resource: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    """Return what the settings of a root say of the logs of a resource, and of the requests to a gateway."""
    category = _REQUESTS.get(resource.type)
    if category is not None:
        return {FacetName.ACCESS_LOGGED: sends(resource, resources, category)}
    return {FacetName.LOGS_SENT: _sends_logs(resource, resources)}


def sends(resource: Resource, resources: Resources, *wanted: str) -> Value[bool]:
    """Return whether a resource sends the logs of one of these categories.

    In a root without any diagnostic setting that cannot be told: they are then made elsewhere, for all resources alike.
    """
    if not resources.of_type(_SETTING):
        return Unknown(f"no {_SETTING} is in this configuration, so its logs may be sent from elsewhere", resource.at)
    found, doubt = _settings_of(resource, resources)
    for setting in found:
        categories, complete = _categories(setting)
        for each in categories:
            if isinstance(each, Known) and each.value in {*wanted, EVERY_LOG}:
                return Known(value=True, at=each.at)
        unknown = next((each for each in categories if isinstance(each, Unknown)), None)
        if unknown is not None or not complete:
            doubt = Unknown(f"which logs {setting.address} sends cannot be told", setting.at)
    if doubt is not None:
        return doubt
    if not found:
        return Known(value=False, at=resource.at, stated=False, fact="no diagnostic setting names it")
    return Known(value=False, at=found[0].at)


def _sends_logs(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a resource sends logs of any kind; measurements are no logs."""
    found, doubt = _settings_of(resource, resources)
    for setting in found:
        categories, complete = _categories(setting)
        if categories:
            return Known(value=True, at=categories[0].at)
        if not complete:
            doubt = Unknown(f"which logs {setting.address} sends cannot be told", setting.at)
    if doubt is not None:
        return doubt
    if not found:
        return Known(value=False, at=resource.at, stated=False, fact="no diagnostic setting names it")
    return Known(value=False, at=found[0].at)


def _settings_of(resource: Resource, resources: Resources) -> tuple[tuple[Resource, ...], Unknown[bool] | None]:
    settings = resources.derived(_all_settings)
    name = known_value(argument(resource, "name").string()) or ""
    found = (*settings.named.get(resource.address, ()), *settings.named.get(f"/{name.lower()}", ()))
    return found, settings.doubt


def _all_settings(resources: Resources) -> _Settings:
    named: dict[str, list[Resource]] = defaultdict(list)
    doubt: Unknown[bool] | None = None
    for setting in resources.of_type(_SETTING):
        node = argument(setting, "target_resource_id")
        text = node.string()
        keys = [each.address for each in mentioned(resources, node)]
        if isinstance(text, Known):
            keys.append(f"/{last_segment(text.value).lower()}")
        elif not node.mentions:
            doubt = doubt or Unknown(f"whose logs {setting.address} sends cannot be told", node.at)
        for key in keys:
            named[key].append(setting)
    for perhaps in resources.perhaps:
        if perhaps.type == _SETTING:
            doubt = doubt or Unknown(f"whether {perhaps.address} is made cannot be told", perhaps.at)
    for assignment in resources.of_type(*_ASSIGNMENTS):
        doubt = doubt or Unknown(f"{assignment.address} may make Azure add diagnostic settings", assignment.at)
    return _Settings({key: tuple(each) for key, each in named.items()}, doubt)
