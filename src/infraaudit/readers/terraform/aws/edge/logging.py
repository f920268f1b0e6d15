"""Tells whether the requests of something at the edge are written down by a delivery that is a resource of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SOURCE = "aws_cloudwatch_log_delivery_source"
_DELIVERY = "aws_cloudwatch_log_delivery"


def delivered(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a delivery takes the logs of a resource somewhere; one whose source cannot be told may."""
    for source in resources.of_type(_SOURCE):
        node = argument(source, "resource_arn")
        if resource in mentioned(resources, node):
            return _has_delivery(source, resources)
        if node.is_unknown and not node.mentions:
            return Unknown(f"whose logs {source.address} takes cannot be told", node.at)
    return Known(value=False, at=resource.at, stated=False, fact="no logging is written")


def _has_delivery(source: Resource, resources: Resources) -> Value[bool]:
    for delivery in resources.of_type(_DELIVERY):
        if source in mentioned(resources, argument(delivery, "delivery_source_name")):
            return Known(value=True, at=delivery.at)
    return Unknown(f"where the logs of {source.address} are taken is not in the scan", source.at)
