"""Tells whether anything acts on a target of Application Auto Scaling: a policy that follows a measure, or a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ACTING = ("aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action")
"""What makes a target do anything: a policy that follows a measure, or a clock."""

_NAMES = ("name", "table_name", "cluster_name", "cluster_identifier")


def acts_on(target: Resource, resources: Resources) -> Value[bool]:
    """Return whether a policy or a clock acts on a target: without one it is registered, and changes nothing."""
    acting = resources.of_type(*_ACTING)
    if any(_may_act(each, target, resources) for each in acting):
        return Known(value=True, at=target.at)
    maybe = next((each for each in resources.perhaps if each.type in _ACTING), None)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return Known(value=False, at=target.at)


def _may_act(policy: Resource, target: Resource, resources: Resources) -> bool:
    """Tell whether a policy may act on a target; only one that is surely for another is left out."""
    dimensions = [argument(each, "scalable_dimension").content for each in (policy, target)]
    if all(isinstance(each, str) for each in dimensions) and dimensions[0] != dimensions[1]:
        return False
    named, own = argument(policy, "resource_id"), argument(target, "resource_id")
    if isinstance(named.content, str) and isinstance(own.content, str):
        return named.content == own.content
    scaled_ones = mentioned(resources, own)
    if isinstance(named.content, str) and scaled_ones:
        segments = named.content.split("/")
        return any(_may_be_called(each, segments) for each in scaled_ones)
    policies = {each.address for each in mentioned(resources, named)}
    shared = {target.address, *(each.address for each in scaled_ones)}
    return not policies or bool(policies & shared)


def _may_be_called(resource: Resource, segments: list[str]) -> bool:
    nodes = [argument(resource, key) for key in _NAMES]
    return any(each.is_unknown or each.content in segments for each in nodes if not each.is_absent)
