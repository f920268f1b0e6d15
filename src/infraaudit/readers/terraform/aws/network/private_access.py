"""Lifts the ways between networks and services that do not lead through the internet: endpoints and peerings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, NetworkLink, PrivateEndpoint, Unknown
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.network.subnets import location_of
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present
from infraaudit.readers.terraform.lifting.pointing import certain, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ENDPOINT = "aws_vpc_endpoint"
_INTERFACE = "Interface"
_PARTS = 3
"""Words of a service name before the service itself: ``com.amazonaws.<region>.<service>``."""


def lift_private_endpoints(resources: Resources) -> Iterator[PrivateEndpoint]:
    """Lift ``aws_vpc_endpoint``."""
    for resource in resources.of_type(_ENDPOINT):
        groups, complete = security_groups(resources, argument(resource, "security_group_ids"))
        tables, all_tables = _tables(resource, resources)
        yield PrivateEndpoint(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            service=_service(resource),
            network=pointed(resources, argument(resource, "vpc_id")),
            subnets=_subnets(resource, resources),
            tables=tables,
            tables_complete=all_tables,
            firewalls=groups,
            firewalls_complete=complete,
            named=_named(resource),
        )


def _service(resource: Resource) -> Value[str]:
    """Return the service in its short word; the region in the name may be unknown, the end of it is what counts."""
    node = argument(resource, "service_name")
    written = node.string()
    if isinstance(written, Known):
        return written.map(_short)
    return Unknown("no service is written", node.at) if isinstance(written, Absent) else written


def _short(name: str) -> str:
    parts = name.split(".")
    return ".".join(parts[_PARTS:]) if len(parts) > _PARTS and parts[1] == "amazonaws" else name


def _kind(resource: Resource) -> Maybe[str]:
    return argument(resource, "vpc_endpoint_type").string()


def _subnets(resource: Resource, resources: Resources) -> Maybe[tuple[str, ...]]:
    node = argument(resource, "subnet_ids")
    further = [
        argument(each, "subnet_id")
        for each in resources.of_type("aws_vpc_endpoint_subnet_association")
        if resource in mentioned(resources, argument(each, "vpc_endpoint_id"))
    ]
    if not further:
        return location_of(resources, node).subnets
    found = [location_of(resources, each).subnets for each in (node, *further) if may_be_present(each)]
    unknown = next((each for each in found if isinstance(each, Unknown)), None)
    known = tuple(dict.fromkeys(address for each in found if isinstance(each, Known) for address in each.value))
    return unknown or Known(known, node.at)


def _tables(resource: Resource, resources: Resources) -> tuple[tuple[Value[str], ...], bool]:
    node = argument(resource, "route_table_ids")
    tables = [certain(resources, each, "no route table is named") for each in node.each()]
    complete = node.complete
    tables += [
        certain(resources, argument(each, "route_table_id"), "no route table is named")
        for each in resources.of_type("aws_vpc_endpoint_route_table_association")
        if resource in mentioned(resources, argument(each, "vpc_endpoint_id"))
    ]
    maybe = any(each.type == "aws_vpc_endpoint_route_table_association" for each in resources.perhaps)
    return tuple(tables), complete and not maybe


def _named(resource: Resource) -> Maybe[bool]:
    """Return whether the public name of a service leads to an interface; endpoints of route tables need no name."""
    kind = _kind(resource)
    if isinstance(kind, Unknown):
        return Unknown(kind.why, kind.at)
    if isinstance(kind, Absent) or kind.value != _INTERFACE:
        return Absent(kind.at)
    return boolean_or_default(argument(resource, "private_dns_enabled"), "aws_vpc_endpoint.private_dns_enabled")


def lift_network_links(resources: Resources) -> Iterator[NetworkLink]:
    """Lift the peerings of networks, and their attachments to a transit gateway."""
    for resource in resources.of_type("aws_vpc_peering_connection"):
        sides = (argument(resource, "vpc_id"), argument(resource, "peer_vpc_id"))
        yield _link(resource, resources, *sides)
    for resource in resources.of_type("aws_ec2_transit_gateway_vpc_attachment"):
        yield _link(resource, resources, argument(resource, "vpc_id"), argument(resource, "transit_gateway_id"))


def _link(resource: Resource, resources: Resources, *sides: Node) -> NetworkLink:
    return NetworkLink(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        networks=tuple(certain(resources, each, "no network is named") for each in sides),
    )
