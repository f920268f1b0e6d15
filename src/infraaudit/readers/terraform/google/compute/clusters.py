"""Lifts the clusters of Google Kubernetes Engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Cluster,
    ClusterKind,
    FacetName,
    Known,
    Location,
    PodAddresses,
    Unknown,
    default,
)
from infraaudit.readers.terraform.google.compute import cluster_settings
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    block,
    blocks,
    literals,
    reason,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.model.node import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

CLUSTER = "google_container_cluster"
"""The type of a cluster."""

_ZONE = re.compile(r"[a-z]+-[a-z]+[0-9]+-[a-z]")


def lift_clusters(resources: Resources) -> Iterator[Cluster]:
    """Lift ``google_container_cluster``."""
    for resource in resources.of_type(CLUSTER):
        sources, complete = _sources(resource)
        yield Cluster(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=ClusterKind.GKE,
            location=Location(zones=zones_of(resource.body, resource, None), subnets=Absent(resource.at)),
            makes_nodes=_makes_nodes(resource),
            endpoint_public=_public(resource),
            endpoint_sources=sources,
            endpoint_sources_complete=complete,
            zonal=_zonal(argument(resource, "location").string()),
            pod_addresses=default(PodAddresses.RANGE, resource.at, fact(TABLE, f"{CLUSTER}.pod_addresses").words),
            pod_range=argument(resource, "ip_allocation_policy.cluster_ipv4_cidr_block").string(),
            version=argument(resource, "min_master_version").string(),
            upgrades_itself=cluster_settings.upgrades_itself(resource),
            window=cluster_settings.window_of(resource),
            enforces_policies=cluster_settings.enforces_policies(resource),
            pod_identities=cluster_settings.pod_identities(resource),
            node_addresses=_node_addresses(resource),
            facets=facets_of(
                resource,
                {FacetName.CONTROL_PLANE_LOGGED: cluster_settings.kinds_of(resource, "logging").map(_has_system)},
            ),
            metric_kinds=cluster_settings.kinds_of(resource, "monitoring"),
            backs_up=cluster_settings.backs_up(resource),
            admits_any=cluster_settings.admits_any(resource),
            old_access=tuple(cluster_settings.old_access(resource)),
            identifiers=literals(argument(resource, "name").string()),
        )


def _has_system(kinds: tuple[str, ...]) -> bool:
    return "SYSTEM_COMPONENTS" in kinds


def _node_addresses(resource: Resource) -> Value[bool]:
    private = argument(resource, "private_cluster_config.enable_private_nodes")
    return boolean_or_default(private, f"{CLUSTER}.enable_private_nodes").map(_is_not)


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer


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
    return boolean_or_default(argument(resource, "enable_autopilot"), f"{CLUSTER}.enable_autopilot")


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
    stated = fact(TABLE, f"{CLUSTER}.public")
    return default(bool(stated.value), private.at, stated.words)


def _sources(resource: Resource) -> tuple[tuple[Value[str], ...], bool]:
    config = block(resource, "master_authorized_networks_config")
    if config.is_unknown:
        return (Unknown(reason(config), config.at),), False
    if not config.is_mapping:
        stated = fact(TABLE, f"{CLUSTER}.authorized_networks")
        return (default(str(stated.value), resource.at, stated.words),), True
    members, complete = blocks(config["cidr_blocks"])
    ranges = tuple(each["cidr_block"].string() for each in members)
    known = tuple(each for each in ranges if not isinstance(each, Absent))
    return (known, True) if complete else ((*known, Unknown("some ranges cannot be told", config.at)), False)


# -- where nodes are ------------------------------------------------------------------------------------------


def zones_of(body: Node, holder: Resource, cluster: Resource | None) -> Maybe[tuple[str, ...]]:
    """Return the zones of nodes: those listed, the one zone of a zonal cluster, else absent for all of a region."""
    for resource in (holder, cluster):
        listed = argument(resource, "node_locations") if resource is not None else None
        if resource is holder and not body["node_locations"].is_absent:
            listed = body["node_locations"]
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
