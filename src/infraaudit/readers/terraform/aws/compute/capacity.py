"""Tells what machines a group starts, whether they can be taken back, and which cluster they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, is_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TABLE = "aws_defaults"
_TEMPLATES = ("aws_launch_template", "aws_launch_configuration")
_SPOT = "FARGATE_SPOT"
_PLAIN = frozenset({"FARGATE"})


def template_of(group: Resource, resources: Resources) -> Resource | None:
    """Return the launch template or configuration that a group or machine is started from."""
    places = (
        "launch_template.id",
        "launch_template.name",
        "launch_configuration",
        "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
        "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name",
    )
    for place in places:
        found = behind(resources, argument(group, place), *_TEMPLATES)
        if found is not None:
            return found
    return None


def group_is_interruptible(group: Resource, resources: Resources) -> Value[bool]:
    """Return whether every machine of a scaling group can be taken back."""
    policy = block(group, "mixed_instances_policy")
    if is_present(policy):
        return _mix(group)
    if policy.is_unknown:
        return Unknown(reason(policy), policy.at)
    template = template_of(group, resources)
    if template is None:
        return Unknown("its launch template is not in the scan", group.at)
    if template.type == "aws_launch_configuration":
        price = argument(template, "spot_price")
        return Known(is_present(price), price.at) if not price.is_unknown else Unknown(reason(price), price.at)
    market = argument(template, "instance_market_options.market_type").string()
    if isinstance(market, Absent):
        stated = fact(_TABLE, "aws_instance.spot")
        return default(bool(stated.value), market.at, stated.words)
    return market.map(_is_spot)


def _is_spot(market: str) -> bool:
    return market == "spot"


def _mix(group: Resource) -> Value[bool]:
    base_row = fact(_TABLE, "aws_autoscaling_group.on_demand_base_capacity")
    share_row = fact(_TABLE, "aws_autoscaling_group.on_demand_percentage_above_base_capacity")
    prefix = "mixed_instances_policy.instances_distribution"
    base = argument(group, f"{prefix}.on_demand_base_capacity").integer_or(int(base_row.value), base_row.words)
    share = argument(group, f"{prefix}.on_demand_percentage_above_base_capacity").integer_or(
        int(share_row.value), share_row.words
    )
    for value in (base, share):
        if isinstance(value, Known) and value.value > 0:
            return Known(value=False, at=value.at, stated=value.stated, fact=value.fact)
    for value in (base, share):
        if isinstance(value, Unknown):
            return Unknown(value.why, value.at)
    return Known(value=True, at=share.at)


def serves_cluster(group: Resource, resources: Resources) -> Resource | str | None:
    """Return what a scaling group carries: a capacity provider of ECS, or the address or name of a cluster of EKS."""
    for provider in resources.of_type("aws_ecs_capacity_provider"):
        if group in mentioned(resources, argument(provider, "auto_scaling_group_provider.auto_scaling_group_arn")):
            return provider
    for tag in _tags(group):
        for start in _CLUSTER_TAGS:
            if tag.startswith(start) and not tag.endswith("/enabled"):
                return tag.removeprefix(start)
    cluster = cluster_behind(resources, group.body)
    return cluster.address if cluster is not None else None


_CLUSTER_TAGS = ("kubernetes.io/cluster/", "k8s.io/cluster-autoscaler/")
_WAITING = ("time_sleep", "null_resource", "terraform_data")
"""What stands between a cluster and those that must not be made before it is ready."""


def cluster_behind(resources: Resources, node: Node) -> Resource | None:
    """Return the cluster of EKS that a node names, also through what only waits for the cluster."""
    direct = behind(resources, node, "aws_eks_cluster")
    if direct is not None:
        return direct
    found = {
        each.address: each
        for waiting in mentioned(resources, node, *_WAITING)
        for each in mentioned(resources, waiting.body, "aws_eks_cluster")
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _tags(group: Resource) -> Iterator[str]:
    for tag in blocks(group.body["tag"])[0]:
        key = tag["key"].string()
        if isinstance(key, Known):
            yield key.value


def service_is_interruptible(service: Resource, resources: Resources) -> Maybe[bool]:
    """Return whether every task of a service of ECS can be taken back."""
    if is_present(argument(service, "launch_type")):
        return Known(value=False, at=argument(service, "launch_type").at)
    own = argument(service, "capacity_provider_strategy")
    if not own.is_absent:
        return _strategy(own, resources)
    cluster = behind(resources, argument(service, "cluster"), "aws_ecs_cluster")
    if cluster is None:
        return Unknown("the default capacity of its cluster is not in the scan", service.at)
    for providers in resources.of_type("aws_ecs_cluster_capacity_providers"):
        if cluster in mentioned(resources, argument(providers, "cluster_name")):
            return _strategy(argument(providers, "default_capacity_provider_strategy"), resources)
    return Absent(service.at)


def _strategy(node: Node, resources: Resources) -> Maybe[bool]:
    """Return whether a strategy has nothing but capacity that can be taken back."""
    members, complete = blocks(node)
    found = [_provider(member, resources) for member in members if member["weight"].content != 0 or _has_base(member)]
    if any(isinstance(each, Known) and not each.value for each in found):
        return Known(value=False, at=node.at)
    unknown = next((each for each in found if isinstance(each, Unknown)), None)
    if unknown is not None:
        return unknown
    if not complete:
        return Unknown("the capacity providers cannot be told", node.at)
    place = node.key_at or node.at
    return Known(value=True, at=place) if found else Absent(place)


def _has_base(member: Node) -> bool:
    base = member["base"]
    return base.content != 0 and not base.is_absent


def _provider(member: Node, resources: Resources) -> Value[bool]:
    node = member["capacity_provider"]
    name = node.string()
    if isinstance(name, Known) and name.value == _SPOT:
        return Known(value=True, at=name.at)
    if isinstance(name, Known) and name.value in _PLAIN:
        return Known(value=False, at=name.at)
    provider = behind(resources, node, "aws_ecs_capacity_provider")
    if provider is not None:
        place = argument(provider, "auto_scaling_group_provider.auto_scaling_group_arn")
        group = behind(resources, place, "aws_autoscaling_group")
        if group is not None:
            return group_is_interruptible(group, resources)
    return Unknown("the machines of its capacity provider are not in the scan", node.at)
