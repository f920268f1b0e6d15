"""Tells which rules for web requests stand before something at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Unknown
from infraaudit.readers.terraform.arguments import argument
from infraaudit.readers.terraform.pointing import mentioned, pointed

if TYPE_CHECKING:
    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.resource import Resource, Resources

ASSOCIATIONS = ("aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association")
_RULES = {"aws_wafv2_web_acl_association": "web_acl_arn", "aws_wafregional_web_acl_association": "web_acl_id"}


def firewall_before(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the rules that an association ties to a resource; unknown where one may."""
    for association in resources.of_type(*ASSOCIATIONS):
        node = argument(association, "resource_arn")
        if resource in mentioned(resources, node):
            return pointed(resources, argument(association, _RULES[association.type]))
        if node.is_unknown and not node.mentions:
            return Unknown(f"what {association.address} stands before cannot be told", node.at)
    maybe = next((each for each in resources.perhaps if each.type in ASSOCIATIONS), None)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return Absent(resource.at)


def rules_of(association: Resource) -> str:
    """Return the argument by which an association names its rules."""
    return _RULES[association.type]
