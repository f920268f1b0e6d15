"""Lifts what security groups are attached to, whatever its type, and whether it has a public address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Attachment, Known, Unknown, default
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.stores.rds import any_public, members_of
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a resource type names its groups, and how it tells that it is public.

    ``public`` is the argument that says so and ``fact`` the default without it; without a fact the address of the
    resource follows from something else (a subnet, an elastic address) and cannot be told. ``inverted`` marks an
    argument that says the opposite, and ``members`` is the type of the instances that may be public instead.
    """

    type: str
    groups: tuple[str, ...]
    public: str = ""
    fact: str = ""
    inverted: bool = False
    members: str = ""


_VPC_ONLY = "public.vpc_only"
_ACCESSIBLE = ("publicly_accessible", "public.publicly_accessible")

_PLACES = (
    _Place("aws_instance", ("vpc_security_group_ids", "security_groups"), "associate_public_ip_address"),
    _Place("aws_spot_instance_request", ("vpc_security_group_ids",), "associate_public_ip_address"),
    _Place(
        "aws_launch_template",
        ("vpc_security_group_ids", "network_interfaces.security_groups"),
        "network_interfaces.associate_public_ip_address",
    ),
    _Place("aws_launch_configuration", ("security_groups",), "associate_public_ip_address"),
    _Place("aws_network_interface", ("security_groups",)),
    _Place("aws_db_instance", ("vpc_security_group_ids",), *_ACCESSIBLE),
    _Place("aws_rds_cluster", ("vpc_security_group_ids",), *_ACCESSIBLE, members="aws_rds_cluster_instance"),
    _Place("aws_docdb_cluster", ("vpc_security_group_ids",), "", _VPC_ONLY),
    _Place("aws_neptune_cluster", ("vpc_security_group_ids",), *_ACCESSIBLE, members="aws_neptune_cluster_instance"),
    _Place("aws_redshift_cluster", ("vpc_security_group_ids",), "publicly_accessible", "public.redshift"),
    _Place("aws_elasticache_replication_group", ("security_group_ids",), "", _VPC_ONLY),
    _Place("aws_elasticache_cluster", ("security_group_ids",), "", _VPC_ONLY),
    _Place("aws_memorydb_cluster", ("security_group_ids",), "", _VPC_ONLY),
    _Place("aws_dax_cluster", ("security_group_ids",), "", _VPC_ONLY),
    _Place("aws_opensearch_domain", ("vpc_options.security_group_ids",), "", _VPC_ONLY),
    _Place("aws_elasticsearch_domain", ("vpc_options.security_group_ids",), "", _VPC_ONLY),
    _Place("aws_msk_cluster", ("broker_node_group_info.security_groups",)),
    _Place("aws_mq_broker", ("security_groups",), *_ACCESSIBLE),
    _Place("aws_timestreaminfluxdb_db_instance", ("vpc_security_group_ids",), *_ACCESSIBLE),
    _Place("aws_dms_replication_instance", ("vpc_security_group_ids",), "publicly_accessible"),
    _Place("aws_efs_mount_target", ("security_groups",), "", _VPC_ONLY),
    _Place("aws_lb", ("security_groups",), "internal", "aws_lb.internal", inverted=True),
    _Place("aws_alb", ("security_groups",), "internal", "aws_lb.internal", inverted=True),
    _Place("aws_elb", ("security_groups",), "internal", "aws_elb.internal", inverted=True),
    _Place(
        "aws_ecs_service",
        ("network_configuration.security_groups",),
        "network_configuration.assign_public_ip",
        "public.assign_public_ip",
    ),
    _Place("aws_eks_cluster", ("vpc_config.security_group_ids",), "", _VPC_ONLY),
    _Place("aws_lambda_function", ("vpc_config.security_group_ids",), "", _VPC_ONLY),
    _Place("aws_vpc_endpoint", ("security_group_ids",), "", _VPC_ONLY),
    _Place("aws_apigatewayv2_vpc_link", ("security_group_ids",), "", _VPC_ONLY),
    _Place("aws_network_interface_sg_attachment", ("security_group_id",)),
)


def lift_attachments(resources: Resources) -> Iterator[Attachment]:
    """Lift an attachment for each resource that names a security group of the configuration."""
    for place in _PLACES:
        for resource in resources.of_type(place.type):
            groups, _ = security_groups(resources, *(argument(resource, path) for path in place.groups))
            if groups:
                yield Attachment(
                    address=f"{resource.address}#attachment",
                    kind=resource.type,
                    name=resource.name,
                    at=resource.at,
                    deployment=resource.deployment,
                    groups=groups,
                    public=_public(resource, resources, place),
                )


def _public(resource: Resource, resources: Resources, place: _Place) -> Value[bool]:
    if place.members:
        return any_public(resource, members_of(resource, resources, place.members))
    written = argument(resource, place.public).boolean() if place.public else Absent(resource.at)
    if isinstance(written, Absent):
        return _when_absent(resource, resources, place)
    if isinstance(written, Known) and place.inverted:
        return Known(not written.value, written.at)
    return written


def _when_absent(resource: Resource, resources: Resources, place: _Place) -> Value[bool]:
    if not place.fact:
        return _by_subnet(resource, resources)
    major = resource.provider_major
    old = place.fact == "public.redshift" and major is not None and major < _REDSHIFT_PRIVATE_SINCE
    stated = fact("aws_defaults", "public.redshift_before_6" if old else place.fact)
    return default(bool(stated.value) != place.inverted, resource.at, stated.words)


def _by_subnet(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a machine gets a public address from an elastic address or from its subnet."""
    for address in resources.of_type("aws_eip", "aws_eip_association"):
        for name in ("instance", "instance_id", "network_interface", "network_interface_id"):
            if resource in mentioned(resources, argument(address, name)):
                return Known(value=True, at=argument(address, name).at)
    subnet = behind(resources, argument(resource, "subnet_id"), "aws_subnet")
    if subnet is None:
        return Unknown("whether it gets a public address follows from its subnet, or is set elsewhere", resource.at)
    return boolean_or_default(argument(subnet, "map_public_ip_on_launch"), "aws_subnet.map_public_ip_on_launch")


_REDSHIFT_PRIVATE_SINCE = 6
"""The major version of the provider from which a Redshift cluster is private unless told otherwise."""
