"""Lifts the resources of Azure into entities, one file a service family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.azure.compute.app_service import lift_web_apps
from infraaudit.readers.terraform.azure.compute.automatic_clusters import lift_automatic_clusters
from infraaudit.readers.terraform.azure.compute.autoscaling import lift_autoscalers
from infraaudit.readers.terraform.azure.compute.clusters import lift_clusters, lift_pools
from infraaudit.readers.terraform.azure.compute.container_apps import lift_apps
from infraaudit.readers.terraform.azure.compute.container_groups import lift_container_groups
from infraaudit.readers.terraform.azure.compute.functions import lift_function_apps
from infraaudit.readers.terraform.azure.compute.logic_apps import lift_logic_apps
from infraaudit.readers.terraform.azure.compute.machines import lift_machines, lift_scale_sets
from infraaudit.readers.terraform.azure.compute.own_addresses import lift_own_addresses
from infraaudit.readers.terraform.azure.edge.api_management import lift_api_managements
from infraaudit.readers.terraform.azure.edge.classic_doors import lift_classic_endpoints, lift_classic_front_doors
from infraaudit.readers.terraform.azure.edge.cross_origins import lift_cross_origins
from infraaudit.readers.terraform.azure.edge.front_door import lift_front_doors
from infraaudit.readers.terraform.azure.edge.names import lift_names
from infraaudit.readers.terraform.azure.edge.web_firewalls import lift_web_firewalls
from infraaudit.readers.terraform.azure.identity.certificates import lift_key_vault_certificates
from infraaudit.readers.terraform.azure.identity.identities import lift_assignments, lift_identities
from infraaudit.readers.terraform.azure.identity.keys import lift_keys
from infraaudit.readers.terraform.azure.identity.settings import lift_settings
from infraaudit.readers.terraform.azure.identity.vaults import lift_access_policies, lift_secrets
from infraaudit.readers.terraform.azure.messaging.event_hubs import lift_event_hubs
from infraaudit.readers.terraform.azure.messaging.service_bus import lift_queues
from infraaudit.readers.terraform.azure.network.application_gateways import lift_application_gateways
from infraaudit.readers.terraform.azure.network.bastions import lift_bastions
from infraaudit.readers.terraform.azure.network.load_balancers import lift_balancers
from infraaudit.readers.terraform.azure.network.network_security import lift_attachments, lift_groups, lift_rules
from infraaudit.readers.terraform.azure.network.networks import lift_nat_gateways, lift_networks, lift_subnets
from infraaudit.readers.terraform.azure.network.private_access import lift_peerings, lift_private_endpoints
from infraaudit.readers.terraform.azure.observability.action_groups import lift_action_groups
from infraaudit.readers.terraform.azure.observability.diagnostics import lift_deliveries, lift_trails
from infraaudit.readers.terraform.azure.observability.log_workspaces import lift_workspaces
from infraaudit.readers.terraform.azure.observability.monitor import (
    lift_metric_alerts,
    lift_other_alerts,
    lift_query_alerts,
)
from infraaudit.readers.terraform.azure.observability.web_tests import lift_web_tests
from infraaudit.readers.terraform.azure.plain_resources import lift_plain_resources
from infraaudit.readers.terraform.azure.stores.backups import lift_policies, lift_vaults
from infraaudit.readers.terraform.azure.stores.databases import lift_stores
from infraaudit.readers.terraform.azure.stores.disks import lift_disks
from infraaudit.readers.terraform.azure.stores.server_firewalls import lift_server_rules
from infraaudit.readers.terraform.azure.stores.storage import lift_accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infraaudit.model import Entity
    from infraaudit.readers.terraform.configuration.resource import Resources

LIFTS: tuple[Callable[[Resources], Iterable[Entity]], ...] = (
    lift_stores,
    lift_accounts,
    lift_disks,
    lift_server_rules,
    lift_queues,
    lift_event_hubs,
    lift_cross_origins,
    lift_apps,
    lift_container_groups,
    lift_web_apps,
    lift_function_apps,
    lift_own_addresses,
    lift_autoscalers,
    lift_clusters,
    lift_automatic_clusters,
    lift_pools,
    lift_machines,
    lift_scale_sets,
    lift_assignments,
    lift_identities,
    lift_secrets,
    lift_access_policies,
    lift_settings,
    lift_groups,
    lift_rules,
    lift_attachments,
    lift_bastions,
    lift_metric_alerts,
    lift_query_alerts,
    lift_other_alerts,
    lift_workspaces,
    lift_action_groups,
    lift_deliveries,
    lift_trails,
    lift_logic_apps,
    lift_web_tests,
    lift_plain_resources,
    lift_front_doors,
    lift_classic_front_doors,
    lift_classic_endpoints,
    lift_api_managements,
    lift_web_firewalls,
    lift_names,
    lift_networks,
    lift_subnets,
    lift_nat_gateways,
    lift_private_endpoints,
    lift_peerings,
    lift_balancers,
    lift_application_gateways,
    lift_keys,
    lift_key_vault_certificates,
    lift_vaults,
    lift_policies,
)
"""Every lift: given all resources of a root, it yields the entities of its family. What none lifts stays opaque."""

__all__ = ["LIFTS"]
