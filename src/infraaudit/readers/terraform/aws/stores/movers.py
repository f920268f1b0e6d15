"""Lifts the ends of the Database Migration Service: the connections by which it reads and writes databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import CloudResource, known_value
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_END = "aws_dms_endpoint"
_ENCRYPTED_ANYWAY = frozenset(
    {"s3", "dynamodb", "kinesis", "opensearch", "elasticsearch", "timestream", "redshift-serverless"}
)
"""Engines that the service reaches by the interface of AWS, which is encrypted."""


def lift_movers(resources: Resources) -> Iterator[CloudResource]:
    """Lift ``aws_dms_endpoint``."""
    for resource in resources.of_type(_END):
        anyway = known_value(argument(resource, "engine_name").string()) in _ENCRYPTED_ANYWAY
        yield CloudResource(
            **resource.head,
            facets=() if anyway else facets_of(resource, resources),
            identifiers=literals(argument(resource, "endpoint_id").string()),
        )
