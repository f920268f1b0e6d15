"""Lifts the resources of Google Cloud into entities, one file a service family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.google.compute.app_engine import lift_app_versions
from infraaudit.readers.terraform.google.compute.autoscaling import lift_autoscalers
from infraaudit.readers.terraform.google.compute.cloud_run import lift_services
from infraaudit.readers.terraform.google.compute.cloud_run_jobs import lift_jobs
from infraaudit.readers.terraform.google.compute.clusters import lift_clusters
from infraaudit.readers.terraform.google.compute.composer import lift_environments
from infraaudit.readers.terraform.google.compute.functions import lift_functions
from infraaudit.readers.terraform.google.compute.machine_images import lift_machine_images
from infraaudit.readers.terraform.google.compute.machines import lift_groups, lift_machines
from infraaudit.readers.terraform.google.compute.node_pools import lift_pools
from infraaudit.readers.terraform.google.compute.own_addresses import lift_own_addresses
from infraaudit.readers.terraform.google.compute.workflows import lift_workflows
from infraaudit.readers.terraform.google.delivery.registries import lift_repositories
from infraaudit.readers.terraform.google.identity.identities import (
    lift_account_keys,
    lift_federations,
    lift_permissions,
    lift_service_accounts,
)
from infraaudit.readers.terraform.google.identity.keys import lift_keys
from infraaudit.readers.terraform.google.identity.resource_policies import lift_resource_policies
from infraaudit.readers.terraform.google.identity.secret_stores import lift_secrets
from infraaudit.readers.terraform.google.messaging.pubsub import lift_pushes, lift_subscriptions, lift_topics
from infraaudit.readers.terraform.google.messaging.tasks import lift_task_queues
from infraaudit.readers.terraform.google.messaging.triggers import lift_triggers
from infraaudit.readers.terraform.google.network.backends import lift_backend_services
from infraaudit.readers.terraform.google.network.certificates import lift_certificates
from infraaudit.readers.terraform.google.network.cross_origins import lift_cross_origins
from infraaudit.readers.terraform.google.network.firewalls import lift_attachments, lift_firewalls
from infraaudit.readers.terraform.google.network.links import lift_network_links, lift_private_endpoints
from infraaudit.readers.terraform.google.network.load_balancers import lift_forwarding_rules
from infraaudit.readers.terraform.google.network.names import lift_names
from infraaudit.readers.terraform.google.network.networks import lift_networks, lift_subnets
from infraaudit.readers.terraform.google.network.web_firewalls import lift_web_firewalls
from infraaudit.readers.terraform.google.observability.audit import lift_audit_configs
from infraaudit.readers.terraform.google.observability.channels import lift_channels, lift_uptime_checks
from infraaudit.readers.terraform.google.observability.log_buckets import lift_log_buckets
from infraaudit.readers.terraform.google.observability.monitoring import lift_alert_policies
from infraaudit.readers.terraform.google.observability.sinks import lift_sinks
from infraaudit.readers.terraform.google.stores.backup_plans import (
    lift_cluster_plans,
    lift_plans,
    lift_restore_plans,
    lift_snapshot_schedules,
    lift_vaults,
)
from infraaudit.readers.terraform.google.stores.buckets import lift_buckets
from infraaudit.readers.terraform.google.stores.disks import lift_disks
from infraaudit.readers.terraform.google.stores.other_stores import lift_other_stores
from infraaudit.readers.terraform.google.stores.sql import lift_alloydb, lift_sql, lift_sql_networks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infraaudit.model import Entity
    from infraaudit.readers.terraform.configuration.resource import Resources

LIFTS: tuple[Callable[[Resources], Iterable[Entity]], ...] = (
    lift_sql,
    lift_sql_networks,
    lift_alloydb,
    lift_other_stores,
    lift_disks,
    lift_buckets,
    lift_topics,
    lift_subscriptions,
    lift_pushes,
    lift_functions,
    lift_clusters,
    lift_pools,
    lift_backend_services,
    lift_forwarding_rules,
    lift_web_firewalls,
    lift_names,
    lift_network_links,
    lift_private_endpoints,
    lift_networks,
    lift_subnets,
    lift_autoscalers,
    lift_log_buckets,
    lift_keys,
    lift_jobs,
    lift_groups,
    lift_machines,
    lift_machine_images,
    lift_permissions,
    lift_secrets,
    lift_federations,
    lift_service_accounts,
    lift_services,
    lift_own_addresses,
    lift_app_versions,
    lift_environments,
    lift_firewalls,
    lift_attachments,
    lift_alert_policies,
    lift_channels,
    lift_uptime_checks,
    lift_account_keys,
    lift_snapshot_schedules,
    lift_cluster_plans,
    lift_restore_plans,
    lift_plans,
    lift_vaults,
    lift_audit_configs,
    lift_sinks,
    lift_workflows,
    lift_resource_policies,
    lift_task_queues,
    lift_triggers,
    lift_repositories,
    lift_cross_origins,
    lift_certificates,
)
"""Every lift: given all resources of a root, it yields the entities of its family. What none lifts stays opaque."""

__all__ = ["LIFTS"]
