"""Lifts what scales the scale sets and the plans of Azure: each app of a plan is scaled with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Autoscaler, Known, MetricKind, ScalingMetric, Unknown
from infraaudit.readers.terraform.azure.compute.app_service import APPS
from infraaudit.readers.terraform.azure.compute.machines import SETS
from infraaudit.readers.terraform.azure.compute.service_plans import PLANS, plan_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first
from infraaudit.readers.terraform.lifting.pointing import behind, certain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_RESOURCES = {
    "percentage cpu": "cpu",
    "cpupercentage": "cpu",
    "memorypercentage": "memory",
}
"""The metrics that tell how much of a machine is in use."""


def lift_autoscalers(resources: Resources) -> Iterator[Autoscaler]:
    """Lift ``azurerm_monitor_autoscale_setting`` unless it is switched off."""
    for resource in resources.of_type("azurerm_monitor_autoscale_setting"):
        if argument(resource, "enabled").content is False:
            continue
        node = argument(resource, "target_resource_id")
        plan = behind(resources, node, *PLANS)
        if plan is None:
            machines = behind(resources, node, *SETS)
            target = certain(resources, node, "it names no target")
            yield _autoscaler(resource, Known(machines.address, node.at) if machines is not None else target, "")
            continue
        for app in resources.of_type(*APPS):
            if plan_of(app, resources) == plan:
                yield _autoscaler(resource, Known(app.address, node.at), f"#{app.address}")


def _autoscaler(resource: Resource, target: Value[str], suffix: str) -> Autoscaler:
    profiles, complete = blocks(resource.body["profile"])
    bounds = [first(profile["capacity"]) for profile in profiles]
    rules = [each for profile in profiles for each in blocks(profile["rule"])[0]]
    return Autoscaler(
        address=f"{resource.address}{suffix}",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        target=target,
        minimum=_bound(resource, [each["minimum"] for each in bounds], complete=complete, least=True),
        maximum=_bound(resource, [each["maximum"] for each in bounds], complete=complete, least=False),
        metrics=tuple(dict.fromkeys(_metric(rule) for rule in rules)),
        metrics_complete=complete,
    )


def _bound(resource: Resource, nodes: list[Node], *, complete: bool, least: bool) -> Value[int]:
    """Return the smallest or the largest number among all profiles, of which one holds at a time."""
    values = [node.integer() for node in nodes]
    known = [each for each in values if isinstance(each, Known)]
    doubt = next((each for each in values if isinstance(each, Unknown)), None)
    if doubt is not None:
        return doubt
    if not complete or not known or len(known) < len(values):
        return Unknown("the profiles of the setting cannot all be told", resource.at)
    return min(known, key=lambda each: each.value) if least else max(known, key=lambda each: each.value)


def _metric(rule: Node) -> ScalingMetric:
    trigger = first(rule["metric_trigger"])
    written = trigger["metric_name"].string()
    at = trigger.key_at or trigger.at
    if not isinstance(written, Known):
        return ScalingMetric(MetricKind.EXTERNAL, at)
    resource = _RESOURCES.get(written.value.lower(), "")
    rises = str(trigger["operator"].content).lower().startswith("greater")
    return ScalingMetric(
        MetricKind.UTILIZATION if resource else MetricKind.EXTERNAL,
        at,
        resource=resource,
        target=trigger["threshold"].integer() if rises else Absent(at),
    )
