"""Lifts the clusters of Azure Kubernetes Service and their node pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Cluster,
    ClusterKind,
    FacetName,
    Known,
    Location,
    NodePool,
    PodAddresses,
    Taint,
    Unknown,
    default,
    or_default,
)
from infraaudit.readers.terraform.azure.compute import cluster_settings
from infraaudit.readers.terraform.azure.compute.machines import is_spot, machine_of, zones_of
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.network.networks import subnets_of
from infraaudit.readers.terraform.azure.observability.diagnostics import sends
from infraaudit.readers.terraform.lifting.arguments import argument, block, literals, reason
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CLUSTER = "azurerm_kubernetes_cluster"
_DEFAULT = "default_node_pool"
AUDIT = ("kube-audit", "kube-audit-admin", "audit")
"""The kinds of logs that tell who asks for what; the last one is a group of such."""

_RANGES = ("api_server_access_profile.authorized_ip_ranges", "api_server_authorized_ip_ranges")
"""Where the addresses stand that may reach the API: today, and in former versions."""

_TAINT_PARTS = 2


_PODS = {PodAddresses.OVERLAY: "overlay", PodAddresses.SUBNETS: "subnets", PodAddresses.RANGE: "range"}
_PLUGINS = frozenset({*_PODS.values(), "none"})


def lift_clusters(resources: Resources) -> Iterator[Cluster]:
    """Lift ``azurerm_kubernetes_cluster``."""
    for resource in resources.of_type(_CLUSTER):
        sources, complete = endpoint_sources(resource)
        yield Cluster(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=ClusterKind.AKS,
            makes_nodes=_makes_nodes(resource),
            endpoint_public=_public(resource),
            endpoint_sources=sources,
            endpoint_sources_complete=complete,
            pod_addresses=_pod_addresses(resource),
            promised=cluster_settings.promised(resource),
            pod_range=argument(resource, "network_profile.pod_cidr").string(),
            version=argument(resource, "kubernetes_version").string(),
            identifiers=literals(argument(resource, "name").string()),
            upgrades_itself=cluster_settings.upgrades_itself(resource),
            window=cluster_settings.window_of(resource),
            enforces_policies=cluster_settings.enforces_policies(resource),
            pod_identities=cluster_settings.pod_identities(resource),
            node_addresses=cluster_settings.node_addresses(resource),
            metric_kinds=cluster_settings.metric_kinds(resource),
            backs_up=cluster_settings.backs_up(resource, resources),
            old_access=tuple(cluster_settings.old_access(resource)),
            facets=facets_of(resource, resources, {FacetName.CONTROL_PLANE_LOGGED: sends(resource, resources, *AUDIT)}),
        )


def _makes_nodes(resource: Resource) -> Value[bool]:
    mode = argument(resource, "node_provisioning_profile.mode").string()
    if isinstance(mode, Absent):
        stated = fact(TABLE, f"{_CLUSTER}.node_provisioning")
        return default(bool(stated.value), mode.at, stated.words)
    return mode.map(_is_auto)


def _is_auto(mode: str) -> bool:
    return mode.lower() == "auto"


def _public(resource: Resource) -> Value[bool]:
    private = boolean_or_default(argument(resource, "private_cluster_enabled"), f"{_CLUSTER}.private_cluster_enabled")
    return private.map(_not)


def _not(value: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not value


def endpoint_sources(resource: Resource, paths: tuple[str, ...] = _RANGES) -> tuple[tuple[Value[str], ...], bool]:
    """Return which addresses may reach the API of a cluster, and whether these are all: everybody without a list."""
    for path in paths:
        node = argument(resource, path)
        if node.is_absent or (node.is_list and not node.open and not node.each()):
            continue
        if not node.complete:
            return (Unknown(reason(node), node.at),), False
        values = [each.string() for each in node.each()]
        return tuple(each for each in values if not isinstance(each, Absent)), True
    stated = fact(TABLE, f"{_CLUSTER}.authorized_ip_ranges")
    return (default(str(stated.value), resource.at, stated.words),), True


def _pod_addresses(resource: Resource) -> Maybe[PodAddresses]:
    plugin = argument(resource, "network_profile.network_plugin").string()
    mode = argument(resource, "network_profile.network_plugin_mode").string()
    for each in (plugin, mode):
        if isinstance(each, Unknown):
            return Unknown(each.why, each.at)
    if isinstance(mode, Known) and mode.value.lower() == "overlay":
        return Known(PodAddresses.OVERLAY, mode.at)
    if isinstance(plugin, Known):
        own = argument(resource, f"{_DEFAULT}.pod_subnet_id")
        if plugin.value.lower() == "azure":
            return Known(PodAddresses.SUBNETS if own.is_absent else PodAddresses.RANGE, plugin.at)
        return Known(PodAddresses.OVERLAY, plugin.at)
    stated = fact(TABLE, f"{_CLUSTER}.network_plugin")
    return default(PodAddresses.OVERLAY, resource.at, stated.words)


# -- pools ---------------------------------------------------------------------------------------------------


def lift_pools(resources: Resources) -> Iterator[NodePool]:
    """Lift ``azurerm_kubernetes_cluster_node_pool``, and the pool that each cluster has from the start."""
    for resource in resources.of_type(_CLUSTER):
        node = block(resource, _DEFAULT)
        if node.is_mapping:
            yield _pool(resource, node, Known(resource.address, resource.at), resource, f"{_DEFAULT}[0].", resources)
    for resource in resources.of_type("azurerm_kubernetes_cluster_node_pool"):
        named = argument(resource, "kubernetes_cluster_id")
        cluster = behind(resources, named, _CLUSTER)
        target = pointed(resources, named) if cluster is None else Known(cluster.address, named.at)
        yield _pool(resource, resource.body, target, cluster, "", resources)


def _pool(
    holder: Resource, node: Node, cluster: Maybe[str], owner: Resource | None, prefix: str, resources: Resources
) -> NodePool:
    """Return a pool: ``node`` is what is written of it, in the resource ``holder``; ``owner`` is the cluster."""
    scaled = _either(node, "auto_scaling_enabled", "enable_auto_scaling").boolean()
    off = fact(TABLE, "azurerm_kubernetes_cluster.auto_scaling_enabled")
    autoscaled = or_default(scaled, bool(off.value), off.words)
    bounded = not (isinstance(autoscaled, Known) and not autoscaled.value)
    at = node.key_at or node.at
    nothing = Absent(at)
    return NodePool(
        address=f"{holder.address}#default" if prefix else holder.address,
        kind=holder.type,
        name=holder.name,
        at=holder.at,
        deployment=holder.deployment,
        platform=ClusterKind.AKS,
        cluster=cluster,
        location=Location(
            zones=zones_of(_either(node, "zones", "availability_zones")),
            subnets=subnets_of([node["vnet_subnet_id"]], resources),
        ),
        minimum=node["min_count"].integer() if bounded else nothing,
        maximum=node["max_count"].integer() if bounded else nothing,
        desired=node["node_count"].integer(),
        autoscaled=autoscaled,
        count_ignored=ignores(holder, f"{prefix}node_count"),
        machines=(machine_of(node["vm_size"].string()),),
        interruptible=is_spot(node["priority"].string()),
        labels=_labels(node["node_labels"]),
        taints=_taints(node["node_taints"]),
        pods_per_node=_pods(node, owner),
    )


def _either(node: Node, name: str, former: str) -> Node:
    return node[former] if node[name].is_absent else node[name]


def _pods(node: Node, owner: Resource | None) -> Maybe[int]:
    written = node["max_pods"].integer()
    if not isinstance(written, Absent):
        return written
    plugin = argument(owner, "network_profile.network_plugin").string() if owner is not None else Absent(written.at)
    addresses = _pod_addresses(owner) if owner is not None else Absent(written.at)
    if not isinstance(plugin, Known) or not isinstance(addresses, Known):
        return Unknown("how many pods a node takes follows the network plugin of its cluster", written.at)
    row = _PODS[addresses.value] if plugin.value.lower() == "azure" else plugin.value.lower()
    stated = fact(TABLE, f"{_CLUSTER}.max_pods.{'kubenet' if row not in _PLUGINS else row}")
    return default(int(stated.value), written.at, stated.words)


def _labels(node: Node) -> tuple[tuple[str, str], ...] | None:
    found = [(name, value.string()) for name, value in node.items()]
    known = tuple((name, value.value) for name, value in found if isinstance(value, Known))
    return known if node.complete and len(known) == len(found) else None


def _taints(node: Node) -> tuple[Taint, ...] | None:
    """Return the taints, each written as ``key=value:effect``."""
    taints: list[Taint] = []
    for each in node.each():
        text = each.string()
        parts = text.value.rsplit(":", 1) if isinstance(text, Known) else []
        if len(parts) != _TAINT_PARTS:
            return None
        key, _, value = parts[0].partition("=")
        taints.append(Taint(key, value, parts[1]))
    return tuple(taints) if node.complete else None
