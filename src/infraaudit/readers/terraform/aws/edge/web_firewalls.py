"""Lifts the rules for web requests of AWS WAF."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Unknown, WebFirewall, WebRule, default, known_value
from infraaudit.readers.terraform.aws.edge.associations import ASSOCIATIONS, rules_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, may_be_present, reason
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind, certain, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "aws_wafv2_web_acl"
_ASSOCIATED = "aws_wafv2_web_acl_rule_group_association"
_LOGGING = "aws_wafv2_web_acl_logging_configuration"
_CLASSIC = {
    "aws_waf_web_acl": "logging_configuration",
    "aws_wafregional_web_acl": "logging_configuration",
}
"""The rules of WAF Classic, and the argument with their log."""

_NAMES = {
    "aws_cloudwatch_log_group": ("name", "name_prefix"),
    "aws_s3_bucket": ("bucket", "bucket_prefix"),
    "aws_kinesis_firehose_delivery_stream": ("name",),
}
"""What takes the log of a firewall, and the arguments that name it."""

_IN_ARN = re.compile(r"arn:[^:]*:(?:logs:[^:]*:[^:]*:log-group:|s3:::|firehose:[^:]*:[^:]*:deliverystream/)([^:/]+).*")


def lift_web_firewalls(resources: Resources) -> Iterator[WebFirewall]:
    """Lift ``aws_wafv2_web_acl``."""
    for resource in resources.of_type(_TYPE):
        rules, complete = blocks(resource.body["rule"])
        as_text = argument(resource, "rule_json")
        logs, doubt = companions(resource, resources, _LOGGING, "resource_arn")
        yield WebFirewall(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            rules=tuple(_rule(each, number) for number, each in enumerate(rules)),
            rules_complete=complete and as_text.is_absent and not _added_elsewhere(resource, resources),
            blocks_others=_blocks_others(resource),
            logged=_logged(logs, doubt, resource),
            refused_log=_refused_log(logs, resources, resource),
            protects=tuple(_protects(resource, resources)),
        )


def lift_classic_web_firewalls(resources: Resources) -> Iterator[WebFirewall]:
    """Lift the rules of WAF Classic, which AWS no longer offers: whoever still has them is protected by them."""
    for type_, logged in _CLASSIC.items():
        for resource in resources.of_type(type_):
            nodes, complete = blocks(resource.body["rules"])
            more, all_of_them = blocks(resource.body["rule"])
            log = argument(resource, logged)
            yield WebFirewall(
                **resource.head,
                rules=tuple(_classic_rule(each, number, resources) for number, each in enumerate((*nodes, *more))),
                rules_complete=complete and all_of_them,
                blocks_others=_classic_action(argument(resource, "default_action"), resource),
                logged=Known(may_be_present(log), log.at),
                protects=tuple(_protects(resource, resources)),
            )


def _classic_rule(node: Node, number: int, resources: Resources) -> WebRule:
    override = first(node["override_action"])
    holder = override if not override.is_absent else first(node["action"])
    kind = holder["type"].string()
    stops: Value[bool] = (
        kind.map(_stops) if isinstance(kind, Known | Unknown) else Unknown("no action is written", node.at)
    )
    rate = behind(resources, node["rule_id"], "aws_waf_rate_based_rule", "aws_wafregional_rate_based_rule")
    name = known_value(node["rule_id"].string()) or str(number)
    return WebRule(name, stops, rate is not None or node["type"].content == "RATE_BASED")


def _classic_action(node: Node, resource: Resource) -> Value[bool]:
    kind = first(node)["type"].string()
    return kind.map(_stops) if isinstance(kind, Known | Unknown) else Unknown("no action is written", resource.at)


def _stops(word: str) -> bool:
    return word in {"BLOCK", "NONE"}


def _added_elsewhere(resource: Resource, resources: Resources) -> bool:
    """Whether others may add rules: a resource of its own does, or changes by others are left alone."""
    ignored = ignores(resource, "rule")
    if isinstance(ignored, Unknown) or ignored.value:
        return True
    return any(
        resource in mentioned(resources, argument(each, "web_acl_arn")) for each in resources.of_type(_ASSOCIATED)
    )


def _rule(node: Node, number: int) -> WebRule:
    """Return a rule. A group of rules blocks by its own actions unless they are all overridden by counting."""
    action, override = first(node["action"]), first(node["override_action"])
    holder = action if not action.is_absent else override
    name = known_value(node["name"].string()) or str(number)
    statement = first(node["statement"])
    rate = may_be_present(statement["rate_based_statement"])
    blocks_: Value[bool]
    if holder.is_unknown:
        blocks_ = Unknown(reason(holder), holder.at)
    else:
        stops = action if not action.is_absent else override
        wanted = ("block", "captcha", "challenge") if not action.is_absent else ("none",)
        blocks_ = Known(any(may_be_present(stops[each]) for each in wanted), node.key_at or node.at)
    return WebRule(name, blocks_, rate)


def _blocks_others(resource: Resource) -> Value[bool]:
    node = argument(resource, "default_action")
    if node.is_unknown or node.open:
        return Unknown("what becomes of other requests cannot be told", node.at)
    return Known(may_be_present(first(node)["block"]), node.at)


def _logged(logs: tuple[Resource, ...], doubt: Unknown[bool] | None, resource: Resource) -> Value[bool]:
    if logs:
        return Known(value=True, at=logs[0].at)
    return doubt or default(value=False, at=resource.at, fact="no logging configuration names it")


def _refused_log(logs: tuple[Resource, ...], resources: Resources, resource: Resource) -> Maybe[str]:
    """Return the first destination whose name surely does not begin as AWS WAF asks for."""
    prefix = str(fact("aws_defaults", f"{_TYPE}.log_prefix").value)
    for log in logs:
        for node in argument(log, "log_destination_configs").each():
            name = _name_of(node, resources)
            if name is not None and not name.startswith(prefix):
                return Known(name, node.at)
    return Absent(resource.at)


def _name_of(node: Node, resources: Resources) -> str | None:
    """Return how the name of a destination is written, or begins; ``None`` where that cannot be told."""
    text = node.string()
    if isinstance(text, Known) and node.reads is None:
        found = _IN_ARN.fullmatch(text.value)
        return None if found is None else found[1]
    destination = behind(resources, node, *_NAMES)
    if destination is None:
        return None
    for attribute in _NAMES[destination.type]:
        name = argument(destination, attribute).string()
        if isinstance(name, Known):
            return name.value
    return None


def _protects(resource: Resource, resources: Resources) -> Iterator[Value[str]]:
    for association in resources.of_type(*ASSOCIATIONS):
        if resource in mentioned(resources, argument(association, rules_of(association))):
            yield certain(resources, argument(association, "resource_arn"), "nothing is named")
    for distribution in resources.of_type("aws_cloudfront_distribution"):
        node = argument(distribution, "web_acl_id")
        if resource in mentioned(resources, node):
            yield Known(distribution.address, node.at)
