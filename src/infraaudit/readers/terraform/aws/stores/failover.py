"""Tells what those stores of AWS survive whose instances have to be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Survives, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, may_be_present
from infraaudit.readers.terraform.lifting.failover import by_count, row_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Failover, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_READERS = "rds:cluster:ReadReplicaCount"


def of_cluster(resource: Resource, resources: Resources, members: tuple[Resource, ...], type_: str) -> Failover | None:
    """Return what a cluster of Aurora, DocumentDB or Neptune survives: its storage any zone, an instance only its own.

    A serverless cluster of the first generation and a Multi-AZ cluster of databases survive the loss of a zone.
    """
    if argument(resource, "engine_mode").content == "serverless":
        return None
    machine = argument(resource, "db_cluster_instance_class")
    if is_present(machine):
        return by_count(resource, Known(Survives.ZONE, machine.at))
    return by_count(resource, _of_members(resource, resources, members, type_))


def _of_members(resource: Resource, resources: Resources, members: tuple[Resource, ...], type_: str) -> Value[Survives]:
    count = sum(member.multiplicity for member in members)
    perhaps = [each for each in resources.perhaps if each.type == type_ and not each.data]
    if count > 1:
        return _placed(members)
    if perhaps or not members:
        why = f"how many instances {resource.address} has cannot be told"
        return Unknown(why, (perhaps[0] if perhaps else resource).at)
    if any(_adds_readers(each, resource, resources) for each in resources.of_type("aws_appautoscaling_target")):
        return Unknown("readers are added by an autoscaling target", resource.at)
    return Known(Survives.NOTHING, members[0].at)


def _adds_readers(target: Resource, resource: Resource, resources: Resources) -> bool:
    if argument(target, "scalable_dimension").content != _READERS:
        return False
    node = argument(target, "resource_id")
    return resource in mentioned(resources, node) or node.is_unknown or not node.mentions


def _placed(members: tuple[Resource, ...]) -> Value[Survives]:
    """Return whether several instances share a zone that is written for each of them."""
    zones = [argument(member, "availability_zone").string() for member in members]
    known = {zone.value for zone in zones if isinstance(zone, Known)}
    if len(known) == 1 and all(isinstance(zone, Known) for zone in zones):
        return Known(Survives.INSTANCE, zones[0].at)
    return Known(Survives.ZONE, members[0].at)


def of_replication_group(resource: Resource) -> Failover | None:
    """Return what a replication group survives: failover and its spread over zones are two switches.

    A group that belongs to a global one gets both from there.
    """
    if may_be_present(argument(resource, "global_replication_group_id")):
        return None
    row = row_of(resource)
    switch = argument(resource, "automatic_failover_enabled")
    automatic = switch.boolean_or(fallback=False, fact=row.words)
    zones = argument(resource, "multi_az_enabled").boolean_or(fallback=False, fact=row.words)
    if isinstance(automatic, Unknown):
        return by_count(resource, Unknown(automatic.why, automatic.at))
    if not automatic.value:
        return by_count(resource, automatic.map(_nothing))
    single = _without_replicas(resource)
    if single is not None:
        return by_count(resource, single)
    return by_count(resource, zones.map(_spread))


def _nothing(_: bool) -> Survives:  # noqa: FBT001 - the value that is mapped
    return Survives.NOTHING


def _spread(zones: bool) -> Survives:  # noqa: FBT001 - the value that is mapped
    return Survives.ZONE if zones else Survives.INSTANCE


def _without_replicas(resource: Resource) -> Value[Survives] | None:
    """Return that shards without replicas survive nothing, ``None`` where there are replicas."""
    for path in ("replicas_per_node_group", "cluster_mode.replicas_per_node_group"):
        replicas = argument(resource, path).integer()
        if isinstance(replicas, Unknown) and argument(resource, path).is_unknown:
            return Unknown(replicas.why, replicas.at)
        if isinstance(replicas, Known):
            return Known(Survives.NOTHING, replicas.at) if replicas.value == 0 else None
    return None


def of_single_cache(resource: Resource, engine: str) -> Failover | None:
    """Return that a Redis outside of a replication group is one node; Memcached keeps nothing that could fail over."""
    if engine == "memcached":
        return None
    return by_count(resource, Known(Survives.NOTHING, resource.at))


def of_domain(resource: Resource) -> Failover:
    """Return what a search domain survives: copies need two nodes, and zones are a switch of their own."""
    row = row_of(resource)
    aware = argument(resource, "cluster_config.zone_awareness_enabled")
    nodes = argument(resource, "cluster_config.instance_count").integer_or(1, row.words)
    if isinstance(nodes, Unknown):
        return by_count(resource, Unknown(nodes.why, nodes.at))
    if nodes.value <= 1:
        return by_count(resource, nodes.map(_few))
    return by_count(resource, aware.boolean_or(fallback=False, fact=row.words).map(_spread))


def _few(_: int) -> Survives:
    return Survives.NOTHING
