"""Tells which rules for web requests stand before something at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

ASSOCIATIONS = ("aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association")
_RULES = {"aws_wafv2_web_acl_association": "web_acl_arn", "aws_wafregional_web_acl_association": "web_acl_id"}


def firewall_before(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the rules that an association ties to a resource; unknown where one may."""
    named, doubt = resources.derived(_associated)
    association = named.get(resource.address)
    if association is not None:
        return pointed(resources, argument(association, _RULES[association.type]))
    return doubt or Absent(resource.at)


def _associated(resources: Resources) -> tuple[Mapping[str, Resource], Unknown[str] | None]:
    """Return the associations by what they name, and why there may be others."""
    named: dict[str, Resource] = {}
    doubt: Unknown[str] | None = None
    for association in resources.of_type(*ASSOCIATIONS):
        node = argument(association, "resource_arn")
        for each in mentioned(resources, node):
            named.setdefault(each.address, association)
        if node.is_unknown and not node.mentions:
            doubt = doubt or Unknown(f"what {association.address} stands before cannot be told", node.at)
    maybe = next((each for each in resources.perhaps if each.type in ASSOCIATIONS), None)
    if maybe is not None:
        doubt = doubt or Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return named, doubt


def rules_of(association: Resource) -> str:
    """Return the argument by which an association names its rules."""
    return _RULES[association.type]
