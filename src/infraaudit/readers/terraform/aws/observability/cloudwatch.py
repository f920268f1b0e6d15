"""Lifts the alarms of CloudWatch."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Alarm, Dimension, Known, Unknown, default
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.observability.alarm_conditions import condition_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, reason
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, pointed, reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_METRIC_ALARM = "aws_cloudwatch_metric_alarm"
_COMPOSITE_ALARM = "aws_cloudwatch_composite_alarm"
_USERS = (
    (_COMPOSITE_ALARM, "alarm_rule"),
    (_COMPOSITE_ALARM, "actions_suppressor.alarm"),
    ("aws_ecs_service", "alarms.alarm_names"),
    ("aws_route53_health_check", "cloudwatch_alarm_name"),
    ("aws_codedeploy_deployment_group", "alarm_configuration.alarms"),
    ("aws_appconfig_environment", "monitor.alarm_arn"),
    ("aws_sagemaker_endpoint", "deployment_config.auto_rollback_configuration.alarms"),
)
"""What acts on an alarm without being an action of it, and the argument that names the alarm."""

_MEMBERS = {
    "aws_rds_cluster_instance": "cluster_identifier",
    "aws_docdb_cluster_instance": "cluster_identifier",
    "aws_neptune_cluster_instance": "cluster_identifier",
    "aws_elasticache_cluster": "replication_group_id",
}
"""Parts of a store that have metrics of their own, and the argument that names the store."""

_RULE_NAME = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\(([^()]*)\)")
_OPEN_EXPRESSION = re.compile(r"\b(?:SEARCH\s*\(|SELECT\b|SCHEMA\s*\()", re.IGNORECASE)


def lift_metric_alarms(resources: Resources) -> Iterator[Alarm]:
    """Lift ``aws_cloudwatch_metric_alarm``."""
    users = _users(resources)
    for resource in resources.of_type(_METRIC_ALARM):
        metrics, watches, complete = _looks_at(resource, resources)
        yield Alarm(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            metrics=metrics,
            watches=watches,
            complete=complete,
            enabled=_enabled(resource),
            acts=_acts(resource),
            actions=_actions(resource, resources),
            used_by=_used_by(resource, users),
            namespace=argument(resource, "namespace").string(),
            dimensions=tuple(_named_dimensions(resource, resources)),
            condition=condition_of(resource),
        )


def _named_dimensions(resource: Resource, resources: Resources) -> Iterator[Dimension]:
    """Yield the dimensions of an alarm on one metric; where some cannot be told there are none."""
    node = argument(resource, "dimensions")
    for name, value in node.items() if node.complete else ():
        reference = reference_of(value)
        found = resolve(resources, reference.target) if reference is not None else None
        if reference is None or found is None:
            yield Dimension(name, value.string(), value.at)
        else:
            yield Dimension(
                name, value.string(), value.key_at or value.at, found.address, found.type, reference.attribute
            )


def lift_composite_alarms(resources: Resources) -> Iterator[Alarm]:
    """Lift ``aws_cloudwatch_composite_alarm``, which watches other alarms."""
    users = _users(resources)
    for resource in resources.of_type(_COMPOSITE_ALARM):
        node = argument(resource, "alarm_rule")
        yield Alarm(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            metrics=(),
            watches=tuple(_alarm_names(resources, node)),
            complete=not node.is_unknown,
            enabled=_enabled(resource),
            acts=_acts(resource),
            actions=_actions(resource, resources),
            used_by=_used_by(resource, users),
            muted_by=pointed(resources, argument(resource, "actions_suppressor.alarm")),
        )


# -- what an alarm looks at ----------------------------------------------------------------------------------


def _looks_at(resource: Resource, resources: Resources) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return the metrics of an alarm, the addresses and names in their dimensions, and whether these are all."""
    queries, complete = blocks(resource.body["metric_query"])
    sources = [resource.body, *(first(query["metric"]) for query in queries)]
    metrics: list[str] = []
    watches: list[str] = []
    for source in sources:
        name = source["metric_name"].string()
        metrics.extend([name.value] if isinstance(name, Known) else [])
        found, whole = _dimensions(source["dimensions"], resources)
        watches.extend(found)
        complete = complete and whole and not isinstance(name, Unknown) and not source.is_unknown
    complete = complete and not any(_is_open(query["expression"]) for query in queries)
    return tuple(dict.fromkeys(metrics)), tuple(dict.fromkeys(watches)), complete


def _dimensions(node: Node, resources: Resources) -> tuple[list[str], bool]:
    watches: list[str] = []
    complete = node.complete
    for value in [child for _, child in node.items()] or [node]:
        mentions = [address for target in value.mentions for address in _watched(resources, target)]
        text = value.string()
        watches.extend(mentions)
        watches.extend([text.value] if isinstance(text, Known) else [])
        complete = complete and not (value.is_unknown and not mentions)
    return watches, complete


def _watched(resources: Resources, target: str) -> Iterator[str]:
    """Yield the address of what a dimension names, and of the cluster that it is an instance of."""
    found = resolve(resources, target)
    yield target if found is None else found.address
    if found is not None and found.type in _MEMBERS:
        cluster = behind(resources, argument(found, _MEMBERS[found.type]))
        if cluster is not None:
            yield cluster.address


def _is_open(expression: Node) -> bool:
    """Tell whether an expression takes in metrics that it does not name one by one."""
    text = expression.string()
    return isinstance(text, Unknown) or (isinstance(text, Known) and bool(_OPEN_EXPRESSION.search(text.value)))


# -- what an alarm does --------------------------------------------------------------------------------------


def _enabled(resource: Resource) -> Value[bool]:
    stated = fact("aws_defaults", "aws_cloudwatch_metric_alarm.enabled")
    return default(bool(stated.value), resource.at, stated.words)


def _acts(resource: Resource) -> Value[bool]:
    """Return whether an alarm does anything when it fires: its actions are on, and there is one."""
    switch = boolean_or_default(argument(resource, "actions_enabled"), "aws_cloudwatch_metric_alarm.actions_enabled")
    if isinstance(switch, Known) and not switch.value:
        return switch
    node = argument(resource, "alarm_actions")
    if node.is_absent:
        return default(value=False, at=node.at, fact="no alarm_actions are written")
    if node.each():
        return switch if isinstance(switch, Unknown) else Known(value=True, at=node.at)
    if not node.complete:
        return Unknown(reason(node) if node.is_unknown else "the actions cannot be told", node.at)
    return Known(value=False, at=node.at)


def _actions(resource: Resource, resources: Resources) -> tuple[str, ...]:
    node = argument(resource, "alarm_actions")
    found = [address_of(resources, target) for target in node.mentions]
    found += [each.value for each in (member.string() for member in node.each()) if isinstance(each, Known)]
    return tuple(dict.fromkeys(found))


# -- what uses an alarm --------------------------------------------------------------------------------------


def _users(resources: Resources) -> Mapping[str, tuple[str, ...]]:
    """Return, for the address or literal name of each alarm, what acts on it."""
    users: dict[str, list[str]] = defaultdict(list)
    for type_, path in _USERS:
        for resource in resources.of_type(type_):
            for name in _alarm_names(resources, argument(resource, path)):
                users[name].append(resource.address)
    return {name: tuple(dict.fromkeys(found)) for name, found in users.items()}


def _alarm_names(resources: Resources, node: Node) -> Iterable[str]:
    """Return the addresses and literal names of the alarms that an argument names."""
    names = [address_of(resources, target) for target in node.mentions]
    for member in node.each() or (node,):
        text = member.string()
        if isinstance(text, Known):
            written = _RULE_NAME.findall(text.value) or [text.value]
            names.extend(name.strip(' \t\r\n"') for name in written)
    return dict.fromkeys(names)


def _used_by(resource: Resource, users: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    name = argument(resource, "alarm_name").string()
    by_name = users.get(name.value, ()) if isinstance(name, Known) else ()
    return tuple(dict.fromkeys((*users.get(resource.address, ()), *by_name)))
