"""Lifts the clusters of Google Kubernetes Engine and their node pools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Cluster,
    ClusterKind,
    Known,
    Location,
    NodePool,
    PodAddresses,
    Taint,
    Unknown,
    default,
    known_value,
)
from infraaudit.readers.terraform.google.compute.machines import is_spot, machine_of
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    block,
    blocks,
    first,
    is_present,
    is_true,
    literals,
    reason,
)
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import MachineType, Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CLUSTER = "google_container_cluster"
_ZONE = re.compile(r"[a-z]+-[a-z]+[0-9]+-[a-z]")
_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}


def lift_clusters(resources: Resources) -> Iterator[Cluster]:
    """Lift ``google_container_cluster``."""
    for resource in resources.of_type(_CLUSTER):
        sources, complete = _sources(resource)
        yield Cluster(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=ClusterKind.GKE,
            location=Location(zones=_zones(resource, None), subnets=Absent(resource.at)),
            makes_nodes=_makes_nodes(resource),
            endpoint_public=_public(resource),
            endpoint_sources=sources,
            endpoint_sources_complete=complete,
            zonal=_zonal(argument(resource, "location").string()),
            pod_addresses=default(PodAddresses.RANGE, resource.at, fact(TABLE, f"{_CLUSTER}.pod_addresses").words),
            pod_range=argument(resource, "ip_allocation_policy.cluster_ipv4_cidr_block").string(),
            version=argument(resource, "min_master_version").string(),
            identifiers=literals(argument(resource, "name").string()),
        )


def _zonal(location: Maybe[str]) -> Maybe[bool]:
    return location.map(_is_zone) if isinstance(location, Known) else Unknown("the place cannot be told", location.at)


def _is_zone(location: str) -> bool:
    return _ZONE.fullmatch(location) is not None


def _makes_nodes(resource: Resource) -> Value[bool]:
    """Return whether nodes of a fitting size come by themselves: in Autopilot, or by node auto-provisioning."""
    for path in ("enable_autopilot", "cluster_autoscaling.enabled"):
        written = argument(resource, path).boolean()
        if isinstance(written, Unknown) or (isinstance(written, Known) and written.value):
            return written
    return boolean_or_default(argument(resource, "enable_autopilot"), f"{_CLUSTER}.enable_autopilot")


def _public(resource: Resource) -> Value[bool]:
    """Return whether the API has an address of the internet."""
    private = argument(resource, "private_cluster_config.enable_private_endpoint").boolean()
    if isinstance(private, Unknown):
        return private
    addresses = argument(resource, "control_plane_endpoints_config.ip_endpoints_config.enabled").boolean()
    if isinstance(addresses, Unknown):
        return addresses
    if isinstance(addresses, Known) and not addresses.value:
        return Known(value=False, at=addresses.at)
    if isinstance(private, Known):
        return Known(not private.value, private.at)
    stated = fact(TABLE, f"{_CLUSTER}.public")
    return default(bool(stated.value), private.at, stated.words)


def _sources(resource: Resource) -> tuple[tuple[Value[str], ...], bool]:
    config = block(resource, "master_authorized_networks_config")
    if config.is_unknown:
        return (Unknown(reason(config), config.at),), False
    if not config.is_mapping:
        stated = fact(TABLE, f"{_CLUSTER}.authorized_networks")
        return (default(str(stated.value), resource.at, stated.words),), True
    members, complete = blocks(config["cidr_blocks"])
    ranges = tuple(each["cidr_block"].string() for each in members)
    known = tuple(each for each in ranges if not isinstance(each, Absent))
    return (known, True) if complete else ((*known, Unknown("some ranges cannot be told", config.at)), False)


# -- pools ---------------------------------------------------------------------------------------------------


def lift_pools(resources: Resources) -> Iterator[NodePool]:
    """Lift ``google_container_node_pool``, and the pool that a cluster brings along where it is kept."""
    for resource in resources.of_type("google_container_node_pool"):
        cluster = behind(resources, argument(resource, "cluster"), _CLUSTER)
        yield _pool(resource, resources, resource, cluster)
    for resource in resources.of_type(_CLUSTER):
        kept = not is_true(argument(resource, "remove_default_node_pool"))
        if (
            kept
            and is_present(argument(resource, "initial_node_count"))
            and not is_true(argument(resource, "enable_autopilot"))
        ):
            yield _pool(resource, resources, None, resource)


def _pool(holder: Resource, resources: Resources, own: Resource | None, cluster: Resource | None) -> NodePool:
    """Return a pool: ``holder`` is where it is written, ``own`` the pool's own resource, if it has one."""
    zones = _zones(holder, cluster)
    count = argument(holder, "node_count" if own is not None else "initial_node_count").integer()
    least, most = _range(holder, zones) if own is not None else (Absent(holder.at), Absent(holder.at))
    config = first(holder.body["node_config"])
    labels = config["labels"]
    return NodePool(
        address=holder.address if own is not None else f"{holder.address}#default",
        kind=holder.type,
        name=holder.name,
        at=holder.at,
        deployment=holder.deployment,
        platform=ClusterKind.GKE,
        cluster=Known(cluster.address, holder.at)
        if cluster is not None
        else pointed(resources, argument(holder, "cluster")),
        location=Location(zones=zones, subnets=Absent(holder.at)),
        minimum=least,
        maximum=most,
        desired=_in_all(count, zones),
        autoscaled=Known(not isinstance(most, Absent), most.at),
        count_ignored=_count_ignored(holder),
        machines=(_machine(config, holder),),
        interruptible=is_spot(config, holder.at),
        labels=_labels(labels),
        taints=_taints(config["taint"]),
        pods_per_node=integer_or_default(argument(holder, "max_pods_per_node"), "google_container_node_pool.max_pods")
        if own is not None
        else integer_or_default(argument(holder, "default_max_pods_per_node"), "google_container_node_pool.max_pods"),
    )


def _count_ignored(holder: Resource) -> Value[bool]:
    """Return whether changes of the number are left alone: by Terraform itself, or by a switch of the provider."""
    switch = argument(holder, "ignore_node_count_changes").boolean()
    if isinstance(switch, Unknown) or (isinstance(switch, Known) and switch.value):
        return switch
    return ignores(holder, "node_count")


def _zones(holder: Resource, cluster: Resource | None) -> Maybe[tuple[str, ...]]:
    """Return the zones of nodes: those listed, the one zone of a zonal cluster, else absent for all of a region."""
    for resource in (holder, cluster):
        listed = argument(resource, "node_locations") if resource is not None else None
        if listed is not None and not listed.is_absent:
            names = [each.string() for each in listed.each()]
            known = tuple(each.value for each in names if isinstance(each, Known))
            if not listed.complete or len(known) < len(names):
                return Unknown("the zones of the nodes cannot be told", listed.at)
            own = _place(resource) if resource is cluster and resource is not None else None
            extra = (own.value,) if isinstance(own, Known) and _is_zone(own.value) else ()
            return Known(tuple(dict.fromkeys((*extra, *known))), listed.at)
    places = [_place(each) for each in (holder, cluster) if each is not None]
    place = next((each for each in places if not isinstance(each, Absent)), places[0])
    if isinstance(place, Known):
        return Known((place.value,), place.at) if _is_zone(place.value) else Absent(place.at)
    return Unknown(place.why if isinstance(place, Unknown) else "its place is that of the provider", place.at)


def _place(resource: Resource) -> Maybe[str]:
    return argument(resource, "location").string()


def _range(holder: Resource, zones: Maybe[tuple[str, ...]]) -> tuple[Maybe[int], Maybe[int]]:
    """Return the fewest and most nodes of a pool that is scaled, of all zones together."""
    scaling = block(holder, "autoscaling")
    if scaling.is_unknown:
        unknown: Unknown[int] = Unknown(reason(scaling), scaling.at)
        return unknown, unknown
    if not scaling.is_mapping:
        return Absent(scaling.at), Absent(scaling.at)
    least, most = scaling["total_min_node_count"].integer(), scaling["total_max_node_count"].integer()
    if not isinstance(most, Absent):
        return least, most
    return _in_all(scaling["min_node_count"].integer(), zones), _in_all(scaling["max_node_count"].integer(), zones)


def _in_all(count: Maybe[int], zones: Maybe[tuple[str, ...]]) -> Maybe[int]:
    """Return a number of nodes of each zone, of all zones together."""
    if not isinstance(count, Known):
        return count
    if isinstance(zones, Unknown):
        return Unknown(zones.why, count.at)
    of_region = fact(TABLE, "google_container_cluster.zones_of_region")
    times = len(zones.value) if isinstance(zones, Known) else int(of_region.value)
    return Known(count.value * times, count.at, count.stated, count.fact)


def _machine(config: Node, holder: Resource) -> Value[MachineType]:
    written = config["machine_type"].string()
    if isinstance(written, Absent):
        stated = fact(TABLE, "google_container_node_pool.machine_type")
        return machine_of(default(str(stated.value), holder.at, stated.words))
    return machine_of(written)


def _labels(node: Node) -> tuple[tuple[str, str], ...] | None:
    found = [(name, value.string()) for name, value in node.items()]
    known = tuple((name, value.value) for name, value in found if isinstance(value, Known))
    return known if node.complete and len(known) == len(found) else None


def _taints(node: Node) -> tuple[Taint, ...] | None:
    members, complete = blocks(node)
    taints = tuple(
        Taint(
            known_value(each["key"].string()) or "",
            known_value(each["value"].string()) or "",
            _EFFECTS.get(str(each["effect"].content), ""),
        )
        for each in members
    )
    return taints if complete and all(each.key and each.effect for each in taints) else None
