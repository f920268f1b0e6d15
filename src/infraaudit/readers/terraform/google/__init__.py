"""Lifts the resources of Google Cloud into entities, one file a service family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.google.autoscaling import lift_autoscalers
from infraaudit.readers.terraform.google.buckets import lift_buckets
from infraaudit.readers.terraform.google.cloud_run import lift_services
from infraaudit.readers.terraform.google.cloud_run_jobs import lift_jobs
from infraaudit.readers.terraform.google.clusters import lift_clusters, lift_pools
from infraaudit.readers.terraform.google.firewalls import lift_attachments, lift_firewalls
from infraaudit.readers.terraform.google.functions import lift_functions
from infraaudit.readers.terraform.google.identities import lift_federations, lift_permissions, lift_service_accounts
from infraaudit.readers.terraform.google.keys import lift_keys
from infraaudit.readers.terraform.google.load_balancers import lift_backend_services, lift_forwarding_rules
from infraaudit.readers.terraform.google.log_buckets import lift_log_buckets
from infraaudit.readers.terraform.google.machines import lift_groups, lift_machines
from infraaudit.readers.terraform.google.monitoring import lift_alert_policies
from infraaudit.readers.terraform.google.networks import lift_networks, lift_subnets
from infraaudit.readers.terraform.google.other_stores import lift_other_stores
from infraaudit.readers.terraform.google.pubsub import lift_pushes, lift_subscriptions, lift_topics
from infraaudit.readers.terraform.google.secret_stores import lift_secret_grants, lift_secrets
from infraaudit.readers.terraform.google.sql import lift_alloydb, lift_sql, lift_sql_networks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infraaudit.model import Entity
    from infraaudit.readers.terraform.configuration.resource import Resources

LIFTS: tuple[Callable[[Resources], Iterable[Entity]], ...] = (
    lift_sql,
    lift_sql_networks,
    lift_alloydb,
    lift_other_stores,
    lift_buckets,
    lift_topics,
    lift_subscriptions,
    lift_pushes,
    lift_functions,
    lift_clusters,
    lift_pools,
    lift_backend_services,
    lift_forwarding_rules,
    lift_networks,
    lift_subnets,
    lift_autoscalers,
    lift_log_buckets,
    lift_keys,
    lift_jobs,
    lift_groups,
    lift_machines,
    lift_permissions,
    lift_secrets,
    lift_secret_grants,
    lift_federations,
    lift_service_accounts,
    lift_services,
    lift_firewalls,
    lift_attachments,
    lift_alert_policies,
)
"""Every lift: given all resources of a root, it yields the entities of its family. What none lifts stays opaque."""

__all__ = ["LIFTS"]
