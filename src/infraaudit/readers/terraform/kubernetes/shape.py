"""The shape of the Kubernetes API for what Terraform's Kubernetes provider writes in a shape of its own.

The provider writes the API's fields in snake case, its lists of objects as repeated blocks under a singular name,
and its single objects as blocks too. A mapping that is an argument (labels, data, limits) is left as it is. What
follows no rule stands in the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Unresolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Node

KINDS = {
    "kubernetes_cluster_role": ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    "kubernetes_cluster_role_binding": ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    "kubernetes_config_map": ("v1", "ConfigMap"),
    "kubernetes_cron_job": ("batch/v1", "CronJob"),
    "kubernetes_daemon_set": ("apps/v1", "DaemonSet"),
    "kubernetes_daemonset": ("apps/v1", "DaemonSet"),
    "kubernetes_default_service_account": ("v1", "ServiceAccount"),
    "kubernetes_deployment": ("apps/v1", "Deployment"),
    "kubernetes_horizontal_pod_autoscaler": ("autoscaling/v2", "HorizontalPodAutoscaler"),
    "kubernetes_ingress": ("networking.k8s.io/v1", "Ingress"),
    "kubernetes_ingress_class": ("networking.k8s.io/v1", "IngressClass"),
    "kubernetes_job": ("batch/v1", "Job"),
    "kubernetes_limit_range": ("v1", "LimitRange"),
    "kubernetes_namespace": ("v1", "Namespace"),
    "kubernetes_network_policy": ("networking.k8s.io/v1", "NetworkPolicy"),
    "kubernetes_persistent_volume": ("v1", "PersistentVolume"),
    "kubernetes_persistent_volume_claim": ("v1", "PersistentVolumeClaim"),
    "kubernetes_pod": ("v1", "Pod"),
    "kubernetes_pod_disruption_budget": ("policy/v1", "PodDisruptionBudget"),
    "kubernetes_priority_class": ("scheduling.k8s.io/v1", "PriorityClass"),
    "kubernetes_replication_controller": ("v1", "ReplicationController"),
    "kubernetes_resource_quota": ("v1", "ResourceQuota"),
    "kubernetes_role": ("rbac.authorization.k8s.io/v1", "Role"),
    "kubernetes_role_binding": ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    "kubernetes_secret": ("v1", "Secret"),
    "kubernetes_service": ("v1", "Service"),
    "kubernetes_service_account": ("v1", "ServiceAccount"),
    "kubernetes_stateful_set": ("apps/v1", "StatefulSet"),
    "kubernetes_storage_class": ("storage.k8s.io/v1", "StorageClass"),
}
"""API version and kind by resource type, without the version that newer types end with."""

_ROOT = frozenset({""})
_SPEC = frozenset({"spec"})
_CONTAINER = frozenset({"container", "init_container"})
_FILES = frozenset({"config_map", "downward_api", "secret"})
_SELECTOR = frozenset(
    {
        "cluster_role_selectors", "label_selector", "namespace_selector", "node_selector_term", "pod_selector",
        "preference", "scope_selector", "selector",
    },
)  # fmt: skip
_PODS = frozenset({"pod_affinity", "pod_anti_affinity"})
_HARD, _SOFT = (f"{word}_during_scheduling_ignored_during_execution" for word in ("required", "preferred"))
_LISTS = {
    "allowed_topologies": ("allowedTopologies", _ROOT),
    "cluster_role_selectors": ("clusterRoleSelectors", frozenset({"aggregation_rule"})),
    "container": ("containers", _SPEC),
    "egress": ("egress", _SPEC),
    "env": ("env", _CONTAINER),
    "env_from": ("envFrom", _CONTAINER),
    "from": ("from", frozenset({"ingress"})),
    "host_aliases": ("hostAliases", _SPEC),
    "http_header": ("httpHeaders", frozenset({"http_get"})),
    "image_pull_secret": ("imagePullSecrets", _ROOT),
    "image_pull_secrets": ("imagePullSecrets", _SPEC),
    "ingress": ("ingress", _SPEC),
    "init_container": ("initContainers", _SPEC),
    "items": ("items", _FILES),
    "limit": ("limits", _SPEC),
    "match_expression": ("matchExpressions", _SELECTOR),
    "match_expressions": ("matchExpressions", _SELECTOR),
    "match_fields": ("matchFields", _SELECTOR),
    "match_label_expressions": ("matchLabelExpressions", frozenset({"allowed_topologies"})),
    "metric": ("metrics", _SPEC),
    "node_selector_term": ("nodeSelectorTerms", frozenset({_HARD, "required"})),
    "option": ("options", frozenset({"dns_config"})),
    "path": ("paths", frozenset({"http"})),
    "policy": ("policies", frozenset({"scale_down", "scale_up"})),
    "port": ("ports", _CONTAINER | _SPEC),
    "ports": ("ports", frozenset({"egress", "ingress"})),
    _HARD: ("requiredDuringSchedulingIgnoredDuringExecution", _PODS),
    _SOFT: ("preferredDuringSchedulingIgnoredDuringExecution", _PODS | {"node_affinity"}),
    "readiness_gate": ("readinessGates", _SPEC),
    "rule": ("rules", _ROOT | _SPEC | {"pod_failure_policy"}),
    "secret": ("secrets", _ROOT),
    "sources": ("sources", frozenset({"projected"})),
    "subject": ("subjects", _ROOT),
    "sysctl": ("sysctls", frozenset({"security_context"})),
    "tls": ("tls", _SPEC),
    "to": ("to", frozenset({"egress"})),
    "toleration": ("tolerations", _SPEC),
    "topology_spread_constraint": ("topologySpreadConstraints", _SPEC),
    "volume": ("volumes", _SPEC),
    "volume_claim_template": ("volumeClaimTemplates", _SPEC),
    "volume_device": ("volumeDevices", _CONTAINER),
    "volume_mount": ("volumeMounts", _CONTAINER),
}
"""Blocks that the API keeps as lists: what it calls them, and the blocks in which they are ones, the resource itself
being the empty one. Every other block stands for one object."""

_OTHERWISE = {
    "client_ip": "clientIP",
    "cluster_ip": "clusterIP",
    "cluster_ips": "clusterIPs",
    "data_disk_uri": "diskURI",
    "external_ips": "externalIPs",
    "host_ip": "hostIP",
    "host_ipc": "hostIPC",
    "host_pid": "hostPID",
    "load_balancer_ip": "loadBalancerIP",
    "non_resource_urls": "nonResourceURLs",
    "target_cpu_utilization_percentage": "targetCPUUtilizationPercentage",
    "volume_id": "volumeID",
}
"""Fields whose name in the API does not follow from the one in the provider."""

_OF_KIND = {
    ("DaemonSet", "spec", "strategy"): "updateStrategy",
    ("Secret", "", "binary_data"): "data",
    ("Secret", "", "data"): "stringData",
    ("StorageClass", "", "storage_provisioner"): "provisioner",
}
"""The same for one kind, by the block that holds them. A Secret's data are encoded by the provider itself."""

_UNFOLDED = frozenset({"persistent_volume_source"})
"""Blocks whose fields the API keeps in the object around them."""


def entries_of(kind: str, body: Node) -> Mapping[str, Node]:
    """Return the arguments and blocks of a resource under the names, and in the shape, of the API."""
    return _Shape(kind).entries(body, "")


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: str

    def entries(self, block: Node, name: str) -> Mapping[str, Node]:
        converted: dict[str, Node] = {}
        for key, child in block.items():
            api_name, value = self._converted(name, key, child)
            if key in _UNFOLDED and value.is_mapping:
                converted.update(value.items())
            else:
                converted[api_name] = value
        return converted

    def _converted(self, parent: str, key: str, node: Node) -> tuple[str, Node]:
        api_name, parents = _LISTS.get(key, ("", frozenset()))
        if parent in parents:
            members = tuple(self._block(each, key) for each in node.each())
            return api_name, replace(node, content=members) if node.is_list else node
        own_name = _OF_KIND.get((self.kind, parent, key)) or _OTHERWISE.get(key) or _camel(key)
        return own_name, self._single(key, node)

    def _single(self, key: str, node: Node) -> Node:
        """Return the object that a block stands for, and an argument as it is."""
        if not node.is_list or (node.each() and not any(each.is_mapping for each in node.each())):
            return _at_its_use(node)
        if not node.each():
            why = f"whether there is a block {key!r} cannot be told"
            return replace(node, content=Unresolved(why) if node.open else None, open=False)
        only = self._block(node.each()[0], key)
        why = only.why_open or node.why_open
        return replace(only, key_at=only.key_at or node.key_at, open=only.open or node.open, why_open=why)

    def _block(self, node: Node, key: str) -> Node:
        return replace(node, content=self.entries(node, key)) if node.is_mapping else node


def _at_its_use(node: Node) -> Node:
    """Put a name that is read of another object where it is used: there its owner chooses which object is meant."""
    read, trail = node.reads, node.at.trail
    if read is None or not trail or not read.attribute.endswith(".name"):
        return node
    written = replace(node.at, trail=trail[1:])
    return replace(node, at=trail[0].at.via(f"{read.target}.{read.attribute}", written))


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
