"""Turns resources of Terraform's Kubernetes provider into objects in the shape of the API, to be lifted like manifests.

The provider writes the API's fields in snake case, its lists of objects as repeated blocks under a singular name,
and its single objects as blocks too. A mapping that is an argument (labels, data, limits) is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value
from infraaudit.model.node import Reference, Unresolved
from infraaudit.readers.kubernetes.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.readers.terraform.resource import Resource, Resources

_KINDS = {
    "kubernetes_config_map": ("v1", "ConfigMap"),
    "kubernetes_cron_job": ("batch/v1", "CronJob"),
    "kubernetes_daemon_set": ("apps/v1", "DaemonSet"),
    "kubernetes_daemonset": ("apps/v1", "DaemonSet"),
    "kubernetes_deployment": ("apps/v1", "Deployment"),
    "kubernetes_horizontal_pod_autoscaler": ("autoscaling/v2", "HorizontalPodAutoscaler"),
    "kubernetes_ingress": ("networking.k8s.io/v1", "Ingress"),
    "kubernetes_ingress_class": ("networking.k8s.io/v1", "IngressClass"),
    "kubernetes_job": ("batch/v1", "Job"),
    "kubernetes_limit_range": ("v1", "LimitRange"),
    "kubernetes_persistent_volume_claim": ("v1", "PersistentVolumeClaim"),
    "kubernetes_pod": ("v1", "Pod"),
    "kubernetes_pod_disruption_budget": ("policy/v1", "PodDisruptionBudget"),
    "kubernetes_replication_controller": ("v1", "ReplicationController"),
    "kubernetes_resource_quota": ("v1", "ResourceQuota"),
    "kubernetes_secret": ("v1", "Secret"),
    "kubernetes_service": ("v1", "Service"),
    "kubernetes_stateful_set": ("apps/v1", "StatefulSet"),
}
"""API version and kind by resource type, without the version that newer types end with."""

_VERSION = re.compile(r"_v\d\w*$")
_OBJECT = "kubernetes_manifest"

_POD = frozenset({"spec"})
_CONTAINER = frozenset({"container", "init_container"})
_SELECTOR = frozenset({"label_selector", "namespace_selector", "node_selector_term", "preference", "selector"})
_PODS = frozenset({"pod_affinity", "pod_anti_affinity"})
_HARD, _SOFT = (f"{word}_during_scheduling_ignored_during_execution" for word in ("required", "preferred"))
_LISTS = {
    "container": ("containers", _POD),
    "env": ("env", _CONTAINER),
    "env_from": ("envFrom", _CONTAINER),
    "init_container": ("initContainers", _POD),
    "limit": ("limits", _POD),
    "match_expressions": ("matchExpressions", _SELECTOR),
    "metric": ("metrics", _POD),
    "node_selector_term": ("nodeSelectorTerms", frozenset({_HARD})),
    "path": ("paths", frozenset({"http"})),
    "port": ("ports", _CONTAINER | _POD),
    "rule": ("rules", _POD),
    _HARD: ("requiredDuringSchedulingIgnoredDuringExecution", _PODS),
    _SOFT: ("preferredDuringSchedulingIgnoredDuringExecution", _PODS | {"node_affinity"}),
    "tls": ("tls", _POD),
    "toleration": ("tolerations", _POD),
    "topology_spread_constraint": ("topologySpreadConstraints", _POD),
    "volume": ("volumes", _POD),
    "volume_claim_template": ("volumeClaimTemplates", _POD),
    "volume_mount": ("volumeMounts", _CONTAINER),
}
"""Blocks that the API keeps as lists: what it calls them, and the blocks in which they are ones. Every other block
stands for one object."""

_IRREGULAR = {
    "cluster_ip": "clusterIP",
    "cluster_ips": "clusterIPs",
    "external_ips": "externalIPs",
    "host_ip": "hostIP",
    "host_ipc": "hostIPC",
    "host_pid": "hostPID",
    "load_balancer_ip": "loadBalancerIP",
    "target_cpu_utilization_percentage": "targetCPUUtilizationPercentage",
}


def manifests_of(resources: Resources) -> Iterator[Manifest]:
    """Yield an object for each managed resource that stands for one, under the address of the resource."""
    for resource in resources.members:
        if resource.data or not resource.body.is_mapping:
            continue
        body = _object_of(resource)
        if body is not None:
            yield _manifest(resource, body)


def _object_of(resource: Resource) -> Node | None:
    if resource.type == _OBJECT:
        written = resource.body["manifest"]
        body = written.structure if written.structure is not None else written
        return replace(body, key_at=resource.at) if body.is_mapping else None
    described = _KINDS.get(_VERSION.sub("", resource.type))
    if described is None:
        return None
    version, kind = described
    entries = {"apiVersion": Node(version, resource.at), "kind": Node(kind, resource.at)}
    return Node(
        {**entries, **_entries(resource.body, "")},
        resource.block,
        key_at=resource.at,
        open=resource.body.open,
        why_open=resource.body.why_open,
    )


def _manifest(resource: Resource, body: Node) -> Manifest:
    metadata = body["metadata"]
    name = metadata["generateName"] if metadata["name"].is_absent else metadata["name"]
    return Manifest(
        address=resource.address,
        kind=known_value(body["kind"].string()) or "object",
        name=known_value(name.string()) or resource.name,
        namespace=_namespace(metadata["namespace"]),
        body=body,
        at=resource.at,
        deployment=resource.deployment,
    )


def _namespace(node: Node) -> str:
    """Return the namespace; one that cannot be told goes by what it refers to, so that equal references agree."""
    if node.is_absent:
        return "default"
    if isinstance(node.content, Reference):
        return node.content.target
    return known_value(node.string()) or next(iter(node.mentions), "?")


def _entries(block: Node, name: str) -> Mapping[str, Node]:
    """Return the arguments and inner blocks of a block under the API's names."""
    converted: dict[str, Node] = {}
    for key, child in block.items():
        api_name, value = _converted(name, key, child)
        converted[api_name] = value
    return converted


def _converted(parent: str, key: str, node: Node) -> tuple[str, Node]:
    api_name, parents = _LISTS.get(key, ("", frozenset()))
    if parent in parents:
        return api_name, replace(
            node, content=tuple(_block(each, key) for each in node.each())
        ) if node.is_list else node
    if not node.is_list or (node.each() and not any(each.is_mapping for each in node.each())):
        return _camel(key), node
    if not node.each():
        why = f"whether there is a block {key!r} cannot be told"
        return _camel(key), replace(node, content=Unresolved(why) if node.open else None, open=False)
    only = _block(node.each()[0], key)
    why = only.why_open or node.why_open
    return _camel(key), replace(only, key_at=only.key_at or node.key_at, open=only.open or node.open, why_open=why)


def _block(node: Node, key: str) -> Node:
    return replace(node, content=_entries(node, key)) if node.is_mapping else node


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return _IRREGULAR.get(name) or head + "".join(word.capitalize() for word in rest)
