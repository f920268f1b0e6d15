"""Lifts the resources of AWS into entities, one file a service family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.aws.compute.app_runner import lift_app_runner
from infraaudit.readers.terraform.aws.compute.autoscaling import lift_autoscalers
from infraaudit.readers.terraform.aws.compute.desktops import lift_desktops
from infraaudit.readers.terraform.aws.compute.ecs import lift_services
from infraaudit.readers.terraform.aws.compute.eks import (
    lift_ecs_clusters,
    lift_eks,
    lift_groups_of_clusters,
    lift_node_groups,
)
from infraaudit.readers.terraform.aws.compute.function_addresses import lift_function_addresses
from infraaudit.readers.terraform.aws.compute.functions import lift_functions
from infraaudit.readers.terraform.aws.compute.lightsail import lift_light_machines
from infraaudit.readers.terraform.aws.compute.machines import lift_groups as lift_scaling_groups
from infraaudit.readers.terraform.aws.compute.machines import lift_machines
from infraaudit.readers.terraform.aws.compute.metadata import lift_machine_images, lift_metadata_services
from infraaudit.readers.terraform.aws.compute.scheduled_tasks import lift_scheduled_tasks
from infraaudit.readers.terraform.aws.compute.workflows import lift_workflows
from infraaudit.readers.terraform.aws.delivery.projects import lift_projects
from infraaudit.readers.terraform.aws.delivery.repositories import lift_repositories
from infraaudit.readers.terraform.aws.edge import (
    lift_accelerators,
    lift_classic_web_firewalls,
    lift_cross_origins,
    lift_distributions,
    lift_domains,
    lift_file_servers,
    lift_graph_apis,
    lift_http_apis,
    lift_names,
    lift_rest_apis,
    lift_search_doors,
    lift_web_firewalls,
)
from infraaudit.readers.terraform.aws.identity.access_keys import lift_access_keys
from infraaudit.readers.terraform.aws.identity.guardrails import lift_guardrails
from infraaudit.readers.terraform.aws.identity.identities import lift_identities, lift_permissions
from infraaudit.readers.terraform.aws.identity.keys import lift_keys
from infraaudit.readers.terraform.aws.identity.resource_policies import (
    lift_resource_permissions,
    lift_resource_policies,
)
from infraaudit.readers.terraform.aws.identity.secret_stores import lift_secrets, lift_settings
from infraaudit.readers.terraform.aws.messaging.event_sources import lift_consumers
from infraaudit.readers.terraform.aws.messaging.sqs_sns import lift_queues, lift_subscriptions, lift_topics
from infraaudit.readers.terraform.aws.messaging.triggers import lift_triggers
from infraaudit.readers.terraform.aws.network.access_lists import lift_access_lists
from infraaudit.readers.terraform.aws.network.attachments import lift_attachments
from infraaudit.readers.terraform.aws.network.certificates import lift_certificates
from infraaudit.readers.terraform.aws.network.classic_balancers import lift_classic_balancers
from infraaudit.readers.terraform.aws.network.firewalls import lift_groups, lift_remote_access, lift_rules
from infraaudit.readers.terraform.aws.network.hubs import lift_network_hubs
from infraaudit.readers.terraform.aws.network.load_balancers import (
    lift_balancers,
    lift_target_groups,
)
from infraaudit.readers.terraform.aws.network.premade import lift_premade_networks
from infraaudit.readers.terraform.aws.network.private_access import lift_network_links, lift_private_endpoints
from infraaudit.readers.terraform.aws.network.subnets import lift_networks, lift_subnets
from infraaudit.readers.terraform.aws.observability.cloudwatch import (
    lift_composite_alarms,
    lift_metric_alarms,
)
from infraaudit.readers.terraform.aws.observability.deliveries import lift_deliveries
from infraaudit.readers.terraform.aws.observability.dns_queries import lift_zones
from infraaudit.readers.terraform.aws.observability.log_buckets import lift_log_buckets
from infraaudit.readers.terraform.aws.observability.log_groups import lift_log_groups
from infraaudit.readers.terraform.aws.observability.log_metrics import lift_log_metrics
from infraaudit.readers.terraform.aws.observability.service_logs import lift_service_logs
from infraaudit.readers.terraform.aws.observability.trails import lift_trails
from infraaudit.readers.terraform.aws.observability.uptime import lift_uptime_checks
from infraaudit.readers.terraform.aws.stores.backup_plans import lift_plans
from infraaudit.readers.terraform.aws.stores.dynamodb import lift_tables
from infraaudit.readers.terraform.aws.stores.elasticache import lift_caches
from infraaudit.readers.terraform.aws.stores.file_systems import lift_file_systems
from infraaudit.readers.terraform.aws.stores.kinesis import lift_streams
from infraaudit.readers.terraform.aws.stores.lightsail import lift_light_databases, lift_light_disks
from infraaudit.readers.terraform.aws.stores.movers import lift_movers
from infraaudit.readers.terraform.aws.stores.msk import lift_cluster_logs, lift_clusters_of_brokers
from infraaudit.readers.terraform.aws.stores.other_stores import lift_other_stores
from infraaudit.readers.terraform.aws.stores.placements import lift_placements
from infraaudit.readers.terraform.aws.stores.proxies import lift_proxies
from infraaudit.readers.terraform.aws.stores.rds import lift_clusters, lift_instances, lift_other_clusters
from infraaudit.readers.terraform.aws.stores.s3 import lift_buckets
from infraaudit.readers.terraform.aws.stores.serverless import lift_serverless_stores
from infraaudit.readers.terraform.aws.stores.snapshots import lift_shared_snapshots, lift_snapshots
from infraaudit.readers.terraform.aws.stores.vaults import lift_restore_tests, lift_vaults
from infraaudit.readers.terraform.aws.stores.volumes import lift_volumes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infraaudit.model import Entity
    from infraaudit.readers.terraform.configuration.resource import Resources

LIFTS: tuple[Callable[[Resources], Iterable[Entity]], ...] = (
    lift_instances,
    lift_clusters,
    lift_other_clusters,
    lift_desktops,
    lift_caches,
    lift_proxies,
    lift_light_databases,
    lift_light_disks,
    lift_serverless_stores,
    lift_movers,
    lift_other_stores,
    lift_tables,
    lift_streams,
    lift_file_systems,
    lift_volumes,
    lift_buckets,
    lift_vaults,
    lift_plans,
    lift_restore_tests,
    lift_snapshots,
    lift_shared_snapshots,
    lift_keys,
    lift_clusters_of_brokers,
    lift_cluster_logs,
    lift_queues,
    lift_topics,
    lift_subscriptions,
    lift_consumers,
    lift_triggers,
    lift_services,
    lift_scheduled_tasks,
    lift_app_runner,
    lift_functions,
    lift_function_addresses,
    lift_workflows,
    lift_networks,
    lift_subnets,
    lift_private_endpoints,
    lift_network_links,
    lift_network_hubs,
    lift_premade_networks,
    lift_placements,
    lift_eks,
    lift_ecs_clusters,
    lift_node_groups,
    lift_groups_of_clusters,
    lift_scaling_groups,
    lift_machines,
    lift_light_machines,
    lift_metadata_services,
    lift_machine_images,
    lift_repositories,
    lift_identities,
    lift_permissions,
    lift_resource_policies,
    lift_resource_permissions,
    lift_access_keys,
    lift_secrets,
    lift_settings,
    lift_autoscalers,
    lift_balancers,
    lift_classic_balancers,
    lift_target_groups,
    lift_rest_apis,
    lift_http_apis,
    lift_distributions,
    lift_graph_apis,
    lift_accelerators,
    lift_names,
    lift_web_firewalls,
    lift_classic_web_firewalls,
    lift_search_doors,
    lift_projects,
    lift_certificates,
    lift_domains,
    lift_file_servers,
    lift_accelerators,
    lift_cross_origins,
    lift_groups,
    lift_rules,
    lift_remote_access,
    lift_access_lists,
    lift_attachments,
    lift_metric_alarms,
    lift_composite_alarms,
    lift_log_groups,
    lift_log_buckets,
    lift_log_metrics,
    lift_uptime_checks,
    lift_zones,
    lift_trails,
    lift_service_logs,
    lift_deliveries,
    lift_guardrails,
)
"""Every lift: given all resources of a root, it yields the entities of its family. What none lifts stays opaque."""

__all__ = [
    "LIFTS",
]
