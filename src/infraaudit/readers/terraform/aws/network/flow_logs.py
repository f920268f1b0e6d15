"""Tells whether the connections in a network of AWS are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.observability.dns_queries import queries_of_network
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from infraaudit.model import Facet, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_FLOW_LOG = "aws_flow_log"
_WORDS = "no aws_flow_log names it"


def facets_of_network(resource: Resource, resources: Resources) -> tuple[Facet, ...]:
    """Return the facets of a VPC: a flow log of the whole, or of any of its subnets, writes its connections down."""
    answers = {
        FacetName.FLOWS_LOGGED: _logged(resource, resources),
        FacetName.QUERIES_LOGGED: queries_of_network(resource, resources),
    }
    return facets_of(resource, resources, answers)


def _logged(network: Resource, resources: Resources) -> Value[bool]:
    found, doubt = companions(network, resources, _FLOW_LOG, "vpc_id")
    if found:
        return Known(value=True, at=found[0].at)
    for subnet in resources.of_type("aws_subnet"):
        if behind(resources, argument(subnet, "vpc_id")) == network:
            of_subnet, subnet_doubt = companions(subnet, resources, _FLOW_LOG, "subnet_id")
            if of_subnet:
                return Known(value=True, at=of_subnet[0].at)
            doubt = doubt or subnet_doubt
    return doubt or default(value=False, at=network.at, fact=_WORDS)
