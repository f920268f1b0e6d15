"""Lifts the subnets in which managed stores of AWS stand: named by the store, or by a group that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, StorePlacement, Unknown
from infraaudit.readers.terraform.aws.network.subnets import location_of
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Way:
    """How a type of store names its subnets: ``argument`` names a group of the type ``group``, or lists them itself."""

    type: str
    argument: str
    group: str = ""
    listed: str = "subnet_ids"


_WAYS = (
    _Way("aws_db_instance", "db_subnet_group_name", "aws_db_subnet_group"),
    _Way("aws_rds_cluster", "db_subnet_group_name", "aws_db_subnet_group"),
    _Way("aws_docdb_cluster", "db_subnet_group_name", "aws_docdb_subnet_group"),
    _Way("aws_neptune_cluster", "neptune_subnet_group_name", "aws_neptune_subnet_group"),
    _Way("aws_redshift_cluster", "cluster_subnet_group_name", "aws_redshift_subnet_group"),
    _Way("aws_elasticache_replication_group", "subnet_group_name", "aws_elasticache_subnet_group"),
    _Way("aws_elasticache_cluster", "subnet_group_name", "aws_elasticache_subnet_group"),
    _Way("aws_memorydb_cluster", "subnet_group_name", "aws_memorydb_subnet_group"),
    _Way("aws_dax_cluster", "subnet_group_name", "aws_dax_subnet_group"),
    _Way("aws_opensearch_domain", "vpc_options.subnet_ids"),
    _Way("aws_elasticsearch_domain", "vpc_options.subnet_ids"),
    _Way("aws_msk_cluster", "broker_node_group_info.client_subnets"),
    _Way("aws_mq_broker", "subnet_ids"),
    _Way("aws_timestreaminfluxdb_db_instance", "vpc_subnet_ids"),
)


def lift_placements(resources: Resources) -> Iterator[StorePlacement]:
    """Lift a placement for each store that chooses its subnets."""
    for way in _WAYS:
        for resource in resources.of_type(way.type):
            subnets = _subnets(resource, resources, way)
            if not isinstance(subnets, Absent):
                yield StorePlacement(
                    address=f"{resource.address}#placement",
                    kind=resource.type,
                    name=resource.name,
                    at=resource.at,
                    deployment=resource.deployment,
                    store=resource.address,
                    subnets=subnets,
                )


def _subnets(resource: Resource, resources: Resources, way: _Way) -> Maybe[tuple[str, ...]]:
    node = argument(resource, way.argument)
    if not way.group:
        return location_of(resources, node).subnets
    if not may_be_present(node):
        return Absent(node.at)
    group = behind(resources, node, way.group) or _named(node.content, resources, way.group)
    if group is None:
        why = reason(node) if node.is_unknown and not node.mentions else "its group of subnets is not in the scan"
        return Unknown(why, node.at)
    return location_of(resources, argument(group, way.listed)).subnets


def _named(name: object, resources: Resources, type_: str) -> Resource | None:
    """Return the group of a literal name."""
    if not isinstance(name, str):
        return None
    return next((each for each in resources.of_type(type_) if argument(each, "name").content == name), None)
