"""Lifts what joins private networks of AWS: transit gateways, and services that other accounts may reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, NetworkHub, Unknown
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GATEWAY = "aws_ec2_transit_gateway"
_SERVICE = "aws_vpc_endpoint_service"


def lift_network_hubs(resources: Resources) -> Iterator[NetworkHub]:
    """Lift ``aws_ec2_transit_gateway`` and ``aws_vpc_endpoint_service``."""
    for resource in resources.of_type(_GATEWAY):
        yield NetworkHub(
            **resource.head,
            accepts_all=_enabled(resource, "auto_accept_shared_attachments"),
            one_table=_enabled(resource, "default_route_table_propagation"),
        )
    for resource in resources.of_type(_SERVICE):
        asked = argument(resource, "acceptance_required").boolean()
        accepts: Value[bool] = (
            Unknown("whether somebody has to accept is required and not written", asked.at)
            if isinstance(asked, Absent)
            else asked.map(_not)
        )
        yield NetworkHub(**resource.head, accepts_all=accepts)


def _enabled(resource: Resource, name: str) -> Value[bool]:
    return string_or_default(argument(resource, name), f"{_GATEWAY}.{name}").map(_is_enabled)


def _is_enabled(word: str) -> bool:
    return word == "enable"


def _not(asked: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not asked
