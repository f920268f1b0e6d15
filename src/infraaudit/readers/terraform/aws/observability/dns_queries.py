"""Tells whether it is written down which names are asked for: in a zone of Route 53, and from within a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import CloudResource, FacetName, Known, default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals, may_be_present
from infraaudit.readers.terraform.lifting.companions import companions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ZONE, _OF_ZONES = "aws_route53_zone", "aws_route53_query_log"
_OF_NETWORKS = "aws_route53_resolver_query_log_config_association"


def lift_zones(resources: Resources) -> Iterator[CloudResource]:
    """Lift the zones that the internet asks; one that belongs to a network writes its queries down with that."""
    for resource in resources.of_type(_ZONE):
        if not may_be_present(argument(resource, "vpc")):
            logged = _logged(resource, resources, _OF_ZONES, "zone_id")
            yield CloudResource(
                **resource.head,
                facets=facets_of(resource, resources, {FacetName.QUERIES_LOGGED: logged}),
                identifiers=literals(argument(resource, "name").string()),
            )


def queries_of_network(network: Resource, resources: Resources) -> Value[bool]:
    """Return whether the resolver writes down what is asked from within a network."""
    return _logged(network, resources, _OF_NETWORKS, "resource_id")


def _logged(resource: Resource, resources: Resources, type_: str, named_by: str) -> Value[bool]:
    found, doubt = companions(resource, resources, type_, named_by)
    if found:
        return Known(value=True, at=found[0].at)
    return doubt or default(value=False, at=resource.at, fact=f"no {type_} names it")
