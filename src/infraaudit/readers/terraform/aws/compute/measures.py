"""Reads how closely machines and clusters are measured, and by which of these measures they are scaled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Facet, FacetName, Known, Unknown, default
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TABLE = "aws_defaults"
_INSIGHTS = "containerInsights"
_OFF = "disabled"
_MONITORING = {
    "aws_launch_template": "monitoring.enabled",
    "aws_launch_configuration": "enable_monitoring",
    "aws_instance": "monitoring",
    "aws_spot_instance_request": "monitoring",
}
"""Where it is written whether a machine is measured each minute, or every five."""


def measured_closely(machine: Resource, template: Resource | None) -> Facet:
    """Return whether a machine, or each one of a group, is measured every minute."""
    own = machine if machine.type in _MONITORING else None
    setting, value = "monitoring", _measured(own, template, machine)
    return Facet(FacetName.MEASURED, value, setting)


def _measured(own: Resource | None, template: Resource | None, machine: Resource) -> Value[bool]:
    written: Maybe[bool] | None = None
    for holder in (own, template):
        if holder is not None:
            written = argument(holder, _MONITORING[holder.type]).boolean()
            if not isinstance(written, Absent):
                return written
    if own is None and template is None:
        return Unknown("its launch template is not in the scan", machine.at)
    last = template if template is not None else machine
    return boolean_or_default(argument(last, _MONITORING[last.type]), f"{last.type}.monitoring")


def insights_of(cluster: Resource, resources: Resources) -> Facet:
    """Return whether a cluster of ECS hands on what its tasks need: by its own setting, else by that of the account."""
    return Facet(FacetName.MEASURED, _insights(cluster, resources), _INSIGHTS, equivalents=("CKV_AWS_65", "AWS-0034"))


def _insights(cluster: Resource, resources: Resources) -> Value[bool]:
    settings, complete = blocks(cluster.body["setting"])
    for setting in settings:
        if setting["name"].content == _INSIGHTS:
            value = setting["value"].string()
            return Unknown("its value is not written", value.at) if isinstance(value, Absent) else value.map(_is_on)
    if not complete or any(not isinstance(each["name"].content, str) for each in settings):
        return Unknown("some of its settings cannot be told", cluster.body["setting"].at)
    for account in resources.of_type("aws_ecs_account_setting_default"):
        if argument(account, "name").content == _INSIGHTS:
            value = argument(account, "value").string()
            if not isinstance(value, Absent):
                return value.map(_is_on)
    stated = fact(_TABLE, "aws_ecs_cluster.container_insights")
    return default(bool(stated.value), cluster.at, stated.words)


def _is_on(value: str) -> bool:
    return value != _OFF


def followed(group: Resource, resources: Resources) -> tuple[Known[str], ...]:
    """Return the metrics of the platform that scale a group by a target, each where it is written."""
    found = []
    for policy in resources.of_type("aws_autoscaling_policy"):
        metric = argument(
            policy, "target_tracking_configuration.predefined_metric_specification.predefined_metric_type"
        ).string()
        if isinstance(metric, Known) and group in mentioned(resources, argument(policy, "autoscaling_group_name")):
            found.append(metric)
    return tuple(found)
