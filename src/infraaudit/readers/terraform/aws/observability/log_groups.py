"""Lifts the log groups of CloudWatch, and finds the one that an argument names, however it is written."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, LogKind, LogSink, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

GROUP = "aws_cloudwatch_log_group"
_IN_ARN = re.compile(r"arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)(?::.*)?")
_WRITERS = (
    ("aws_flow_log", "log_destination", LogKind.FLOWS),
    ("aws_flow_log", "log_group_name", LogKind.FLOWS),
    ("aws_cloudtrail", "cloud_watch_logs_group_arn", LogKind.AUDIT),
    ("aws_api_gateway_stage", "access_log_settings.destination_arn", LogKind.REQUESTS),
    ("aws_apigatewayv2_stage", "access_log_settings.destination_arn", LogKind.REQUESTS),
    ("aws_wafv2_web_acl_logging_configuration", "log_destination_configs", LogKind.REQUESTS),
    ("aws_route53_query_log", "cloudwatch_log_group_arn", LogKind.REQUESTS),
)
"""What writes to a group something else than the output of programs, and the argument that names the group."""

_OF_CLUSTER = "/aws/eks/"
_TAKERS = ("aws_cloudwatch_log_subscription_filter", "log_group_name")


def group_named(resources: Resources, node: Node) -> Maybe[str]:
    """Return the address of the group that an argument mentions, or its literal name, taken out of an ARN."""
    group = behind(resources, node, GROUP)
    if group is not None:
        return Known(group.address, node.at)
    text = node.string()
    if isinstance(text, Known):
        return text.map(_name_in)
    return pointed(resources, node)


def _name_in(text: str) -> str:
    found = _IN_ARN.fullmatch(text)
    return text if found is None else found[1]


def lift_log_groups(resources: Resources) -> Iterator[LogSink]:
    """Lift ``aws_cloudwatch_log_group``."""
    for resource in resources.of_type(GROUP):
        names = literals(argument(resource, "name").string())
        yield LogSink(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            retention=_retention(resource),
            identifiers=names,
            fixed=_is_fixed(resource),
            kinds=_kinds(resource, resources, names),
            handed_on=_handed_on(resource, resources, names),
        )


def _is_fixed(resource: Resource) -> bool:
    return argument(resource, "log_group_class").content == "DELIVERY"


def _retention(resource: Resource) -> Maybe[int]:
    """Return the days; 0 means for ever, and the class DELIVERY has its own number."""
    if _is_fixed(resource):
        stated = fact("aws_defaults", "aws_cloudwatch_log_group.delivery_retention")
        return default(int(stated.value), resource.at, stated.words)
    days = argument(resource, "retention_in_days").integer()
    return Absent(days.at) if isinstance(days, Known) and days.value == 0 else days


def _kinds(resource: Resource, resources: Resources, names: tuple[str, ...]) -> tuple[LogKind, ...]:
    written = resources.derived(_written)
    found = {kind for name in (resource.address, *names) for kind in written.get(name, ())}
    if any(name.startswith(_OF_CLUSTER) for name in names):
        found.add(LogKind.AUDIT)
    return tuple(sorted(found))


def _written(resources: Resources) -> Mapping[str, list[LogKind]]:
    """Return what is written to the groups, by their addresses and literal names."""
    kinds: dict[str, list[LogKind]] = defaultdict(list)
    for type_, path, kind in _WRITERS:
        for writer in resources.of_type(type_):
            node = argument(writer, path)
            for each in node.each() or (node,):
                named = group_named(resources, each)
                if isinstance(named, Known):
                    kinds[named.value].append(kind)
    return kinds


def _handed_on(resource: Resource, resources: Resources, names: tuple[str, ...]) -> Value[bool]:
    """Return whether a subscription takes what comes in elsewhere."""
    type_, path = _TAKERS
    for taker in resources.of_type(type_):
        named = group_named(resources, argument(taker, path))
        if isinstance(named, Known) and named.value in (resource.address, *names):
            return Known(value=True, at=taker.at)
        if isinstance(named, Unknown) and not named.mentions:
            return Unknown(f"from which group {taker.address} takes logs cannot be told", named.at)
    return default(value=False, at=resource.at, fact="no subscription names it")
