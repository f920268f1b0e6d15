"""Lifts the automatic clusters of AKS, of which most is set by the platform and cannot be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Cluster, ClusterKind, FacetName, Known, PodAddresses, Unknown, default
from infraaudit.readers.terraform.azure.compute.cluster_settings import backs_up
from infraaudit.readers.terraform.azure.compute.clusters import AUDIT, endpoint_sources
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.observability.diagnostics import sends
from infraaudit.readers.terraform.lifting.arguments import argument, literals, may_be_present, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CLUSTER = "azurerm_kubernetes_automatic_cluster"
_RANGES = ("api_server_access.authorized_ip_ranges",)


def lift_automatic_clusters(resources: Resources) -> Iterator[Cluster]:
    """Lift ``azurerm_kubernetes_automatic_cluster``."""
    for resource in resources.of_type(_CLUSTER):
        sources, complete = endpoint_sources(resource, _RANGES)
        network = fact(TABLE, f"{_CLUSTER}.network").words
        yield Cluster(
            **resource.head,
            platform=ClusterKind.AKS,
            makes_nodes=_fixed(resource, "makes_nodes"),
            endpoint_public=_public(resource),
            endpoint_sources=sources,
            endpoint_sources_complete=complete,
            promised=_fixed(resource, "promised"),
            pod_addresses=default(PodAddresses.OVERLAY, resource.at, network),
            identifiers=literals(argument(resource, "name").string()),
            upgrades_itself=_fixed(resource, "upgrades"),
            enforces_policies=default(value=True, at=resource.at, fact=network),
            pod_identities=_fixed(resource, "workload_identity"),
            node_addresses=_fixed(resource, "node_addresses"),
            backs_up=backs_up(resource, resources),
            facets=facets_of(resource, resources, {FacetName.CONTROL_PLANE_LOGGED: sends(resource, resources, *AUDIT)}),
        )


def _fixed(resource: Resource, name: str) -> Value[bool]:
    stated = fact(TABLE, f"{_CLUSTER}.{name}")
    return default(bool(stated.value), resource.at, stated.words)


def _public(resource: Resource) -> Value[bool]:
    """Return whether the internet reaches the API: unless a block makes the cluster a private one."""
    node = argument(resource, "private_cluster")
    if node.is_unknown:
        return Unknown(reason(node), node.at)
    private = may_be_present(node)
    return Known(value=not private, at=node.key_at or node.at, stated=private)
