"""Lifts what scales the services of ECS: targets and policies of Application Auto Scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Autoscaler, Known, MetricKind, ScalingMetric, Unknown
from infraaudit.readers.terraform.aws.compute.acting import acts_on
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, reason
from infraaudit.readers.terraform.lifting.pointing import address_of, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_NAMESPACE = "ecs"
_UTILIZATION = {
    "ECSServiceAverageCPUUtilization": "cpu",
    "ECSServiceAverageMemoryUtilization": "memory",
}
"""The predefined metrics of ECS that look at a resource of the tasks."""


def lift_autoscalers(resources: Resources) -> Iterator[Autoscaler]:
    """Lift each ``aws_appautoscaling_target`` of a service of ECS."""
    for resource in resources.of_type("aws_appautoscaling_target"):
        if argument(resource, "service_namespace").content != _NAMESPACE:
            continue
        policies, complete = _policies(resource, resources)
        yield Autoscaler(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            target=_target(resource, resources),
            minimum=_bound(resource, "min_capacity"),
            maximum=_bound(resource, "max_capacity"),
            metrics=tuple(metric for policy in policies for metric in _metrics(policy)),
            metrics_complete=complete,
            acts=acts_on(resource, resources),
        )


def _bound(resource: Resource, name: str) -> Value[int]:
    bound = argument(resource, name).integer()
    return Unknown(f"{name} is required and not written", bound.at) if isinstance(bound, Absent) else bound


def _target(resource: Resource, resources: Resources) -> Value[str]:
    """Return the address of the service behind ``service/<cluster>/<name>``."""
    node = argument(resource, "resource_id")
    named = mentioned(resources, node, "aws_ecs_service")
    if len(named) == 1:
        return Known(named[0].address, node.at)
    text = node.string()
    if not isinstance(text, Known):
        return Unknown(reason(node), node.at, mentions=node.mentions)
    name = text.value.rsplit("/", 1)[-1]
    services = resources.of_type("aws_ecs_service")
    found = [each for each in services if argument(each, "name").content == name]
    if len(found) == 1:
        return Known(found[0].address, node.at)
    unsure = any(argument(each, "name").is_unknown for each in services)
    if found or unsure:
        return Unknown(f"more than one service may be named {name}", node.at)
    return Known(name, node.at)


def _policies(target: Resource, resources: Resources) -> tuple[tuple[Resource, ...], bool]:
    """Return the policies of a target, and whether these are all of them."""
    found = []
    complete = True
    for policy in resources.of_type("aws_appautoscaling_policy"):
        answer = _belongs(policy, target, resources)
        if answer:
            found.append(policy)
        complete = complete and answer is not None
    return tuple(found), complete


def _belongs(policy: Resource, target: Resource, resources: Resources) -> bool | None:
    """Tell whether a policy acts on a target; ``None`` where it may."""
    named, own = argument(policy, "resource_id"), argument(target, "resource_id")
    mentions = {address_of(resources, each) for each in named.mentions}
    if target.address in mentions:
        return True
    if isinstance(named.content, str) and isinstance(own.content, str):
        return named.content == own.content
    services = {each.address for each in mentioned(resources, own, "aws_ecs_service")}
    if services or mentions:
        return bool(services & mentions)
    return None


def _metrics(policy: Resource) -> Iterator[ScalingMetric]:
    tracking = argument(policy, "target_tracking_scaling_policy_configuration")
    if tracking.is_absent:
        yield ScalingMetric(MetricKind.EXTERNAL, policy.at)
        return
    base = "target_tracking_scaling_policy_configuration"
    predefined = argument(policy, f"{base}.predefined_metric_specification.predefined_metric_type")
    goal = argument(policy, f"{base}.target_value").integer()
    resource = _UTILIZATION.get(str(predefined.content), "")
    if resource:
        yield ScalingMetric(MetricKind.UTILIZATION, predefined.at, resource=resource, target=goal)
    else:
        place = predefined.at if is_present(predefined) else policy.at
        yield ScalingMetric(MetricKind.EXTERNAL, place, target=goal)
