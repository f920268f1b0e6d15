"""Lifts the rules for web requests of AWS WAF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown, WebFirewall, WebRule, known_value
from infraaudit.readers.terraform.aws.edge.associations import ASSOCIATIONS, rules_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import certain, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "aws_wafv2_web_acl"
_LOGGING = "aws_wafv2_web_acl_logging_configuration"


def lift_web_firewalls(resources: Resources) -> Iterator[WebFirewall]:
    """Lift ``aws_wafv2_web_acl``."""
    for resource in resources.of_type(_TYPE):
        rules, complete = blocks(resource.body["rule"])
        as_text = argument(resource, "rule_json")
        yield WebFirewall(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            rules=tuple(_rule(each, number) for number, each in enumerate(rules)),
            rules_complete=complete and as_text.is_absent,
            blocks_others=_blocks_others(resource),
            logged=_logged(resource, resources),
            protects=tuple(_protects(resource, resources)),
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


def _logged(resource: Resource, resources: Resources) -> Value[bool]:
    for each in resources.of_type(_LOGGING):
        node = argument(each, "resource_arn")
        if resource in mentioned(resources, node):
            return Known(value=True, at=each.at)
        if node.is_unknown and not node.mentions:
            return Unknown(f"whose decisions {each.address} writes down cannot be told", node.at)
    return Known(value=False, at=resource.at, stated=False, fact="no logging configuration names it")


def _protects(resource: Resource, resources: Resources) -> Iterator[Value[str]]:
    for association in resources.of_type(*ASSOCIATIONS):
        if resource in mentioned(resources, argument(association, rules_of(association))):
            yield certain(resources, argument(association, "resource_arn"), "nothing is named")
    for distribution in resources.of_type("aws_cloudfront_distribution"):
        node = argument(distribution, "web_acl_id")
        if resource in mentioned(resources, node):
            yield Known(distribution.address, node.at)
