"""Lifts the clusters of EKS and ECS with the machines that carry them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Cluster,
    ClusterKind,
    Known,
    NodePool,
    PodAddresses,
    Taint,
    Unknown,
    default,
    known_value,
)
from infraaudit.readers.terraform.aws.compute.capacity import cluster_behind, group_is_interruptible, serves_cluster
from infraaudit.readers.terraform.aws.compute.machines import (
    location_of_group,
    machine_of,
    machines_of_group,
    size_of,
)
from infraaudit.readers.terraform.aws.compute.measures import insights_of
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.subnets import location_of
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, is_present, literals, reason
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import MachineType, Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TABLE = "aws_defaults"
_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}


def lift_eks(resources: Resources) -> Iterator[Cluster]:
    """Lift ``aws_eks_cluster``."""
    for resource in resources.of_type("aws_eks_cluster"):
        sources, complete = _sources(resource)
        yield Cluster(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=ClusterKind.EKS,
            location=location_of(resources, argument(resource, "vpc_config.subnet_ids")),
            makes_nodes=_makes_nodes(resource, resources),
            endpoint_public=boolean_or_default(
                argument(resource, "vpc_config.endpoint_public_access"), "aws_eks_cluster.endpoint_public_access"
            ),
            endpoint_sources=sources,
            endpoint_sources_complete=complete,
            zonal=default(value=False, at=resource.at, fact=fact(_TABLE, "aws_eks_cluster.zonal").words),
            pod_addresses=_pod_addresses(resource),
            version=argument(resource, "version").string(),
            facets=facets_of(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _sources(resource: Resource) -> tuple[tuple[Value[str], ...], bool]:
    node = argument(resource, "vpc_config.public_access_cidrs")
    if node.is_absent:
        stated = fact(_TABLE, "aws_eks_cluster.public_access_cidrs")
        return (default(str(stated.value), node.at, stated.words),), True
    if not node.complete:
        return (Unknown(reason(node), node.at),), False
    values = [each.string() for each in node.each()]
    return tuple(each for each in values if not isinstance(each, Absent)), True


def _makes_nodes(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether machines of a fitting size come by themselves: by Auto Mode, or by Fargate."""
    written = argument(resource, "compute_config.enabled").boolean()
    if not isinstance(written, Absent):
        return written
    for profile in resources.of_type("aws_eks_fargate_profile"):
        if resource in mentioned(resources, argument(profile, "cluster_name")):
            return Known(value=True, at=profile.at)
    stated = fact(_TABLE, "aws_eks_cluster.auto_mode")
    return default(bool(stated.value), written.at, stated.words)


def _pod_addresses(resource: Resource) -> Maybe[PodAddresses]:
    family = argument(resource, "kubernetes_network_config.ip_family").string()
    if isinstance(family, Unknown):
        return Unknown(family.why, family.at)
    if isinstance(family, Known) and family.value == "ipv6":
        return Known(PodAddresses.RANGE, family.at)
    addons = argument(resource, "bootstrap_self_managed_addons").boolean()
    if isinstance(addons, Known) and not addons.value:
        return Unknown("the network plugin is not installed by EKS itself", addons.at)
    stated = fact(_TABLE, "aws_eks_cluster.pod_addresses")
    return default(PodAddresses.SUBNETS, resource.at, stated.words)


def lift_node_groups(resources: Resources) -> Iterator[NodePool]:
    """Lift ``aws_eks_node_group``."""
    for resource in resources.of_type("aws_eks_node_group"):
        labels, labels_known = argument(resource, "labels"), argument(resource, "labels").complete
        yield NodePool(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=ClusterKind.EKS,
            cluster=_cluster_named(resources, argument(resource, "cluster_name")),
            location=location_of(resources, argument(resource, "subnet_ids")),
            minimum=argument(resource, "scaling_config.min_size").integer(),
            maximum=argument(resource, "scaling_config.max_size").integer(),
            desired=argument(resource, "scaling_config.desired_size").integer(),
            autoscaled=_has_range(resource),
            count_ignored=ignores(resource, "scaling_config[0].desired_size"),
            machines=_machines(resource, resources),
            machines_complete=argument(resource, "instance_types").complete,
            interruptible=_spot(resource),
            labels=_labels(resource) if labels_known and not labels.is_unknown else None,
            taints=_taints(resource),
            pods_per_node=Absent(resource.at),
            identity=pointed(resources, argument(resource, "node_role_arn")),
            hides_node=_hides_node(resource, resources),
        )


def _hides_node(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether the service that tells who the machine is answers pods, which are one hop further away."""
    stated = fact(_TABLE, "aws_eks_node_group.hops")
    template = block(resource, "launch_template")
    if template.is_absent:
        return default(int(stated.value) == 1, resource.at, stated.words)
    found = next(
        (
            each
            for name in ("id", "name")
            if (each := behind(resources, argument(resource, f"launch_template.{name}"), "aws_launch_template"))
        ),
        None,
    )
    if found is None:
        return Unknown("its launch template is not in the scan", template.at)
    hops = argument(found, "metadata_options.http_put_response_hop_limit").integer()
    return default(int(stated.value) == 1, hops.at, stated.words) if isinstance(hops, Absent) else hops.map(_is_one)


def _is_one(hops: int) -> bool:
    return hops == 1


def _cluster_named(resources: Resources, node: Node) -> Maybe[str]:
    cluster = cluster_behind(resources, node)
    return pointed(resources, node) if cluster is None else Known(cluster.address, node.at)


def _has_range(resource: Resource) -> Value[bool]:
    least = argument(resource, "scaling_config.min_size").integer()
    most = argument(resource, "scaling_config.max_size").integer()
    for each in (least, most):
        if isinstance(each, Unknown):
            return Unknown(each.why, each.at)
    return Known(known_value(least) != known_value(most), most.at)


def _machines(resource: Resource, resources: Resources) -> tuple[Value[MachineType], ...]:
    node = argument(resource, "instance_types")
    if is_present(node):
        return tuple(machine_of(each.string()) for each in node.each()) or (Unknown(reason(node), node.at),)
    if node.is_unknown:
        return (Unknown(reason(node), node.at),)
    template = block(resource, "launch_template")
    if not template.is_absent:
        found = behind(resources, argument(resource, "launch_template.id"), "aws_launch_template") or behind(
            resources, argument(resource, "launch_template.name"), "aws_launch_template"
        )
        if found is None:
            return (Unknown("its launch template is not in the scan", template.at),)
        own = argument(found, "instance_type").string()
        if not isinstance(own, Absent):
            return (machine_of(own),)
    stated = fact(_TABLE, "aws_eks_node_group.instance_types")
    return (machine_of(default(str(stated.value), node.at, stated.words)),)


def _spot(resource: Resource) -> Value[bool]:
    written = argument(resource, "capacity_type").string()
    if isinstance(written, Absent):
        stated = fact(_TABLE, "aws_instance.spot")
        return default(bool(stated.value), written.at, stated.words)
    return written.map(_is_spot)


def _is_spot(capacity: str) -> bool:
    return capacity.upper() == "SPOT"


def _labels(resource: Resource) -> tuple[tuple[str, str], ...] | None:
    found = [(name, value.string()) for name, value in argument(resource, "labels").items()]
    known = tuple((name, value.value) for name, value in found if isinstance(value, Known))
    return known if len(known) == len(found) else None


def _taints(resource: Resource) -> tuple[Taint, ...] | None:
    members, complete = blocks(resource.body["taint"])
    taints = tuple(
        Taint(
            known_value(each["key"].string()) or "",
            known_value(each["value"].string()) or "",
            _EFFECTS.get(str(each["effect"].content), ""),
        )
        for each in members
    )
    return taints if complete and all(each.key and each.effect for each in taints) else None


def lift_ecs_clusters(resources: Resources) -> Iterator[Cluster]:
    """Lift ``aws_ecs_cluster``."""
    for resource in resources.of_type("aws_ecs_cluster"):
        yield Cluster(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=ClusterKind.ECS,
            session_log=string_or_default(
                argument(resource, "configuration.execute_command_configuration.logging"),
                "aws_ecs_cluster.session_log",
            ),
            makes_nodes=Unknown("each service chooses where its tasks run", resource.at),
            endpoint_public=Absent(resource.at),
            identifiers=literals(argument(resource, "name").string()),
            facets=(insights_of(resource, resources),),
        )


def lift_groups_of_clusters(resources: Resources) -> Iterator[NodePool]:
    """Lift each scaling group that carries a cluster."""
    for resource in resources.of_type("aws_autoscaling_group"):
        carried = serves_cluster(resource, resources)
        if carried is None:
            continue
        size = size_of(resource)
        yield NodePool(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=ClusterKind.EKS if isinstance(carried, str) else ClusterKind.ECS,
            cluster=Known(carried, resource.at)
            if isinstance(carried, str)
            else Unknown("the cluster of its capacity provider", resource.at, mentions=(carried.address,)),
            location=location_of_group(resource, resources),
            minimum=argument(resource, "min_size").integer(),
            maximum=argument(resource, "max_size").integer(),
            desired=size,
            autoscaled=Known(
                known_value(argument(resource, "min_size").integer())
                != known_value(argument(resource, "max_size").integer()),
                resource.at,
            ),
            count_ignored=ignores(resource, "desired_capacity"),
            machines=machines_of_group(resource, resources),
            interruptible=group_is_interruptible(resource, resources),
            labels=None if isinstance(carried, str) else (),
            taints=None if isinstance(carried, str) else (),
            pods_per_node=Absent(resource.at),
        )
