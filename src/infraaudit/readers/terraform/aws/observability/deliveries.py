"""Lifts the services of AWS of which no more is read than whether they write down what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import CloudResource, FacetName, Known, Unknown, default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, first, is_true, literals
from infraaudit.readers.terraform.lifting.companions import companions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_STREAM = "aws_kinesis_firehose_delivery_stream"
_FIREWALL = "aws_networkfirewall_firewall"
_DESTINATIONS = "_configuration"
_SWITCH = "cloudwatch_logging_options"


def lift_deliveries(resources: Resources) -> Iterator[CloudResource]:
    """Lift the streams that deliver to stores, and the firewalls of networks."""
    for resource in resources.of_type(_STREAM):
        yield _lifted(resource, resources, _errors_written(resource))
    for resource in resources.of_type(_FIREWALL):
        yield _lifted(resource, resources, _decisions_written(resource, resources))


def _lifted(resource: Resource, resources: Resources, written: Value[bool]) -> CloudResource:
    return CloudResource(
        **resource.head,
        facets=facets_of(resource, resources, {FacetName.LOGS_WRITTEN: written}),
        identifiers=literals(argument(resource, "name").string()),
    )


def _errors_written(stream: Resource) -> Value[bool]:
    """Return whether a delivery that fails is written down: by a switch within the block of the destination."""
    if stream.body.open:
        return Unknown("some of its destinations cannot be told", stream.at)
    switches = [
        first(first(node)[_SWITCH])["enabled"]
        for name, node in stream.body.items()
        if name.endswith(_DESTINATIONS) and not node.is_absent
    ]
    on = next((each for each in switches if is_true(each)), None)
    if on is not None:
        return Known(value=True, at=on.at)
    unknown = next((each for each in switches if each.is_unknown), None)
    if unknown is not None:
        return Unknown("whether its errors are written down cannot be told", unknown.at)
    return default(value=False, at=stream.at, fact="errors of delivery are written down only where it is switched on")


def _decisions_written(firewall: Resource, resources: Resources) -> Value[bool]:
    found, doubt = companions(firewall, resources, "aws_networkfirewall_logging_configuration", "firewall_arn")
    if found:
        return Known(value=True, at=found[0].at)
    return doubt or default(value=False, at=firewall.at, fact="no logging configuration names it")
