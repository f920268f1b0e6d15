"""Lifts the node pools of Google Kubernetes Engine, of their own and inside of their cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, ClusterKind, Known, Location, NodePool, Taint, Unknown, default, known_value
from infraaudit.model.node import Missing, Node
from infraaudit.readers.terraform.google.compute import cluster_settings
from infraaudit.readers.terraform.google.compute.clusters import CLUSTER, zones_of
from infraaudit.readers.terraform.google.compute.machine_guards import whole_cloud
from infraaudit.readers.terraform.google.compute.machines import is_spot, machine_of
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, beneath, blocks, first, is_present, is_true, reason
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import MachineType, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}


@dataclass(frozen=True, slots=True)
class _Pool:
    """Where a pool is written: in a resource of its own, in a block of its cluster, or as the cluster's default one.

    ``body`` holds its settings, ``head`` is the resource that the block stands in, ``count`` the name of its number.
    """

    head: Resource
    body: Node
    address: str
    name: str
    at: Span
    count: str = "node_count"
    pods: str = "max_pods_per_node"
    scaled: bool = True


def lift_pools(resources: Resources) -> Iterator[NodePool]:
    """Lift ``google_container_node_pool``, the pools inside of a cluster, and the one that it brings along if kept."""
    for resource in resources.of_type("google_container_node_pool"):
        cluster = behind(resources, argument(resource, "cluster"), CLUSTER)
        pool = _Pool(resource, resource.body, resource.address, resource.name, resource.at)
        yield _pool(pool, resources, cluster)
    for resource in resources.of_type(CLUSTER):
        if is_true(argument(resource, "enable_autopilot")):
            continue
        for number, body in enumerate(blocks(resource.body["node_pool"])[0]):
            name = known_value(body["name"].string()) or str(number)
            at = body.key_at or body.at
            yield _pool(_Pool(resource, body, f"{resource.address}#{name}", name, at), resources, resource)
        kept = not is_true(argument(resource, "remove_default_node_pool"))
        if kept and is_present(argument(resource, "initial_node_count")):
            pool = _Pool(
                resource,
                resource.body,
                f"{resource.address}#default",
                resource.name,
                resource.at,
                count="initial_node_count",
                pods="default_max_pods_per_node",
                scaled=False,
            )
            yield _pool(pool, resources, resource)


def _pool(pool: _Pool, resources: Resources, cluster: Resource | None) -> NodePool:
    holder, body = pool.head, pool.body
    zones = zones_of(body, holder, cluster)
    least, most = _range(body, zones, pool.at) if pool.scaled else (Absent(pool.at), Absent(pool.at))
    config = first(body["node_config"])
    management = first(body["management"])
    return NodePool(
        address=pool.address,
        kind=holder.type,
        name=pool.name,
        at=pool.at,
        deployment=holder.deployment,
        platform=ClusterKind.GKE,
        cluster=Known(cluster.address, holder.at)
        if cluster is not None
        else pointed(resources, argument(holder, "cluster")),
        location=Location(zones=zones, subnets=Absent(holder.at)),
        minimum=least,
        maximum=most,
        desired=_in_all(beneath(body, pool.count, pool.at).integer(), zones),
        autoscaled=Known(not isinstance(most, Absent), most.at),
        count_ignored=_count_ignored(holder),
        machines=(_machine(config, holder),),
        interruptible=is_spot(config, pool.at),
        labels=_labels(config["labels"]),
        taints=_taints(config["taint"]),
        pods_per_node=integer_or_default(beneath(body, pool.pods, pool.at), "google_container_node_pool.max_pods"),
        repairs=boolean_or_default(
            _below(management, "auto_repair", pool.at), "google_container_node_pool.auto_repair"
        ),
        upgrades=boolean_or_default(
            _below(management, "auto_upgrade", pool.at), "google_container_node_pool.auto_upgrade"
        ),
        hides_node=_hides_node(config, cluster, pool.at),
        identity=_identity(config, resources, pool.at),
        whole_cloud=_whole_cloud(config, pool.at),
    )


def _below(block_: Node, name: str, at: Span) -> Node:
    node = block_[name]
    return Node(Missing(), at) if node.is_absent else node


def _hides_node(config: Node, cluster: Resource | None, at: Span) -> Value[bool]:
    """Return whether pods are answered as themselves: where it is said for the pool, or by the cluster for all."""
    mode = first(config["workload_metadata_config"])["mode"].string()
    if isinstance(mode, Known | Unknown):
        return mode.map(_is_concealed)
    if cluster is None:
        return Unknown("its cluster is not in the scan", at)
    identities = cluster_settings.pod_identities(cluster)
    return identities if isinstance(identities, Unknown) else Known(identities.value, at, identities.stated)


def _is_concealed(mode: str) -> bool:
    return mode in {"GKE_METADATA", "GKE_METADATA_SERVER"}


def _whole_cloud(config: Node, at: Span) -> Value[bool]:
    """Return whether scopes bound nothing: GKE gives few to nodes with the default account, and all to other ones."""
    scopes = config["oauth_scopes"]
    if scopes.is_absent:
        row = "oauth_scopes" if _has_default_account(config) else "own_oauth_scopes"
        stated = fact(TABLE, f"google_container_node_pool.{row}")
        return default(bool(stated.value), at, stated.words)
    return whole_cloud(scopes)


def _has_default_account(config: Node) -> bool:
    written = config["service_account"]
    return written.is_absent or written.content == "default"


def _identity(config: Node, resources: Resources, at: Span) -> Maybe[str]:
    written = config["service_account"]
    if _has_default_account(config):
        return Absent(at)
    return pointed(resources, written)


def _count_ignored(holder: Resource) -> Value[bool]:
    """Return whether changes of the number are left alone: by Terraform itself, or by a switch of the provider."""
    switch = argument(holder, "ignore_node_count_changes").boolean()
    if isinstance(switch, Unknown) or (isinstance(switch, Known) and switch.value):
        return switch
    return ignores(holder, "node_count")


def _range(body: Node, zones: Maybe[tuple[str, ...]], at: Span) -> tuple[Maybe[int], Maybe[int]]:
    """Return the fewest and most nodes of a pool that is scaled, of all zones together."""
    scaling = first(beneath(body, "autoscaling", at))
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
