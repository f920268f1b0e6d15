"""Lifts the network that AWS makes in each region of an account, with what is put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, NetworkUse, PremadeNetwork
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ADOPTED = "aws_default_vpc"
_FOUND = "aws_vpc"
_PARTS = frozenset({"aws_subnet", "aws_subnets", "aws_subnet_ids"})
_ADOPTED_PART = "aws_default_subnet"
_PLACED = (
    "aws_instance",
    "aws_autoscaling_group",
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_ecs_service",
    "aws_lambda_function",
    "aws_eks_cluster",
    "aws_eks_node_group",
    "aws_db_subnet_group",
    "aws_docdb_subnet_group",
    "aws_elasticache_subnet_group",
    "aws_redshift_subnet_group",
    "aws_memorydb_subnet_group",
    "aws_msk_cluster",
    "aws_mq_broker",
    "aws_opensearch_domain",
    "aws_efs_mount_target",
    "aws_batch_compute_environment",
)
"""What takes addresses of a network."""


def lift_premade_networks(resources: Resources) -> Iterator[PremadeNetwork]:
    """Lift ``aws_default_vpc``, and the data sources that look the default network up."""
    adopted = resources.of_type(_ADOPTED)
    for resource in adopted:
        users = _users(resource, resources)
        yield _network(resource, f"{resource.address}#premade", Known(value=True, at=resource.at), users)
    for resource in resources.members:
        if resource.data and resource.type == _FOUND:
            default = argument(resource, "default").boolean()
            if not isinstance(default, Absent):
                yield _network(resource, resource.address, default, _users(resource, resources))


def _network(resource: Resource, address: str, premade: Value[bool], users: tuple[NetworkUse, ...]) -> PremadeNetwork:
    return PremadeNetwork(
        address=address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        premade=premade,
        users=users,
    )


def _users(network: Resource, resources: Resources) -> tuple[NetworkUse, ...]:
    """Return what names a network or subnets that are looked up in it; a default subnet lies in the adopted one."""
    names = {network.address}
    for each in resources.members:
        looked_up = each.data and each.type in _PARTS and network.address in each.body.mentions
        if looked_up or (each.type == _ADOPTED_PART and not network.data):
            names.add(each.address)
    return tuple(
        NetworkUse(each.address, each.at)
        for each in resources.of_type(*_PLACED)
        if any(name in names or name.partition("[")[0] in names for name in each.body.mentions)
    )
