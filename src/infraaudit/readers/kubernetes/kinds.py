"""Which lift belongs to which kind of object, by API group and kind; the version of the API does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.kubernetes.cluster.access import access_binding_of, access_role_of, service_account_of
from infraaudit.readers.kubernetes.cluster.budgets import disruption_budget_of, priority_class_of
from infraaudit.readers.kubernetes.cluster.configuration import PROVIDERS, config_object_of
from infraaudit.readers.kubernetes.cluster.namespaces import namespace_of, resource_defaults_of, resource_quota_of
from infraaudit.readers.kubernetes.cluster.network_policies import (
    FOREIGN_POLICIES,
    foreign_policy_of,
    network_policy_of,
)
from infraaudit.readers.kubernetes.cluster.storage import persistent_volume_of, storage_class_of, volume_claim_of
from infraaudit.readers.kubernetes.delivery.releases import application_of, flux_kustomization_of, helm_release_of
from infraaudit.readers.kubernetes.ingresses import ingress_of
from infraaudit.readers.kubernetes.mesh.certificates import certificate_of, issuer_entity_of
from infraaudit.readers.kubernetes.mesh.traffic import destination_rule_of, peer_authentication_of, service_profile_of
from infraaudit.readers.kubernetes.observing.monitors import MONITORS
from infraaudit.readers.kubernetes.observing.prometheus import (
    alert_routing_of,
    alertmanager_of,
    prometheus_of,
    thanos_ruler_of,
)
from infraaudit.readers.kubernetes.routes import GATEWAY_API, gateway_of, virtual_service_of
from infraaudit.readers.kubernetes.scaling import (
    horizontal_autoscaler_of,
    scaled_object_of,
    vertical_autoscaler_of,
)
from infraaudit.readers.kubernetes.services import service_of
from infraaudit.readers.kubernetes.stores.databases import cloudnative_of, zalando_of
from infraaudit.readers.kubernetes.stores.strimzi import cluster_logs_of, topic_of
from infraaudit.readers.kubernetes.traefik import TRAEFIK_GROUPS, TRAEFIK_KINDS, ingress_route_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraaudit.model import Entity
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

_RBAC = ("rbac.authorization.k8s.io", "authorization.openshift.io")
_OPERATOR = "monitoring.coreos.com"

ALONE: Mapping[tuple[str, str], Callable[[Manifest], Entity]] = {
    ("", "ConfigMap"): config_object_of,
    ("", "Secret"): config_object_of,
    ("", "LimitRange"): resource_defaults_of,
    ("", "Namespace"): namespace_of,
    ("", "PersistentVolume"): persistent_volume_of,
    ("", "PersistentVolumeClaim"): volume_claim_of,
    ("", "ResourceQuota"): resource_quota_of,
    ("", "Service"): service_of,
    ("", "ServiceAccount"): service_account_of,
    ("policy", "PodDisruptionBudget"): disruption_budget_of,
    ("scheduling.k8s.io", "PriorityClass"): priority_class_of,
    ("storage.k8s.io", "StorageClass"): storage_class_of,
    ("networking.k8s.io", "NetworkPolicy"): network_policy_of,
    ("extensions", "NetworkPolicy"): network_policy_of,
    **{(group, kind): access_role_of for group in _RBAC for kind in ("Role", "ClusterRole")},
    **{(group, kind): access_binding_of for group in _RBAC for kind in ("RoleBinding", "ClusterRoleBinding")},
    **dict.fromkeys(FOREIGN_POLICIES, foreign_policy_of),
    **PROVIDERS,
    **MONITORS,
    (_OPERATOR, "Prometheus"): prometheus_of,
    (_OPERATOR, "PrometheusAgent"): prometheus_of,
    (_OPERATOR, "ThanosRuler"): thanos_ruler_of,
    (_OPERATOR, "Alertmanager"): alertmanager_of,
    (_OPERATOR, "AlertmanagerConfig"): alert_routing_of,
    ("cert-manager.io", "Certificate"): certificate_of,
    ("cert-manager.io", "Issuer"): issuer_entity_of,
    ("cert-manager.io", "ClusterIssuer"): issuer_entity_of,
    ("security.istio.io", "PeerAuthentication"): peer_authentication_of,
    ("argoproj.io", "Application"): application_of,
    ("acid.zalan.do", "postgresql"): zalando_of,
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): flux_kustomization_of,
    ("helm.toolkit.fluxcd.io", "HelmRelease"): helm_release_of,
}
"""Lifts that need the object alone."""

WITH_NEIGHBOURS: Mapping[tuple[str, str], Callable[[Manifest, Neighbours], Entity]] = {
    ("networking.k8s.io", "Ingress"): ingress_of,
    ("extensions", "Ingress"): ingress_of,
    ("autoscaling", "HorizontalPodAutoscaler"): horizontal_autoscaler_of,
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): vertical_autoscaler_of,
    ("keda.sh", "ScaledObject"): scaled_object_of,
    ("networking.istio.io", "VirtualService"): virtual_service_of,
    ("networking.istio.io", "DestinationRule"): destination_rule_of,
    ("linkerd.io", "ServiceProfile"): service_profile_of,
    (GATEWAY_API, "Gateway"): gateway_of,
    **{(group, kind): ingress_route_of for group in TRAEFIK_GROUPS for kind in TRAEFIK_KINDS},
    ("postgresql.cnpg.io", "Cluster"): cloudnative_of,
    ("kafka.strimzi.io", "Kafka"): cluster_logs_of,
    ("kafka.strimzi.io", "KafkaTopic"): topic_of,
}
"""Lifts that look for other objects of the same deployment."""
