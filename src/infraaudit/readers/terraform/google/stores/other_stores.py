"""Lifts the remaining stores of Google Cloud: Memorystore, Spanner, Firestore, Bigtable, BigQuery and Filestore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, DataClass, Datastore, FacetName, Known, Node, Survives, Unknown, known_value
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.google.stores.spanner import of_databases
from infraaudit.readers.terraform.google.stores.sql import port_of
from infraaudit.readers.terraform.google.stores.throughput import throughput_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals, may_be_present
from infraaudit.readers.terraform.lifting.cluster_mode import clustered_of
from infraaudit.readers.terraform.lifting.engine_parameters import of_pairs, with_defaults
from infraaudit.readers.terraform.lifting.failover import by_count, failover_of
from infraaudit.readers.terraform.lifting.naming import cache_class_of, data_class_of
from infraaudit.readers.terraform.lifting.pointing import means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Failover, Parameters, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.readers.terraform.lifting.facets import Answers


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one resource type reads: its engine, and the arguments with its name, version and settings."""

    type: str
    engine: str
    identifier: str
    version: str = ""
    settings: str = ""


_INSTANCE, _CLUSTER, _FIRESTORE = "google_redis_instance", "google_redis_cluster", "google_firestore_database"
_SPANNER, _BIGTABLE, _TABLE = "google_spanner_instance", "google_bigtable_instance", "google_bigquery_table"
_SHARDED = (_CLUSTER, "google_memorystore_instance")
"""The types whose shards have replicas of their own."""

_KINDS = (
    _Kind(_INSTANCE, "redis", "name", "redis_version", "redis_configs"),
    _Kind(_CLUSTER, "redis", "name", settings="redis_configs"),
    _Kind("google_memorystore_instance", "redis", "instance_id", "engine_version", "engine_configs"),
    _Kind("google_memcache_instance", "memcached", "name", "memcache_version"),
    _Kind(_SPANNER, "spanner", "name"),
    _Kind(_FIRESTORE, "firestore", "name"),
    _Kind(_BIGTABLE, "bigtable", "name"),
    _Kind("google_bigquery_dataset", "bigquery", "dataset_id"),
    _Kind(_TABLE, "bigquery", "table_id"),
    _Kind("google_filestore_instance", "filestore", "name"),
    _Kind("google_managed_kafka_cluster", "kafka", "cluster_id"),
)
_WITHOUT_ROWS = ("view", "materialized_view", "external_data_configuration")
"""The blocks of a table of BigQuery that make it show what is kept elsewhere."""


_CACHES = frozenset({"redis", "memcached"})
_BUCKET = _Kind("google_storage_bucket", "gcs", "name")


def lift_other_stores(resources: Resources) -> Iterator[Datastore]:
    """Lift the stores that need no reading of their own."""
    for kind in _KINDS:
        for resource in resources.of_type(kind.type):
            if resource.type == _TABLE and any(may_be_present(argument(resource, each)) for each in _WITHOUT_ROWS):
                continue
            yield _store(resource, kind, _answers(resource, resources))


def bucket_of(resource: Resource) -> Datastore:
    """Return what a bucket has in common with other stores."""
    return _store(resource, _BUCKET)


def _answers(resource: Resource, resources: Resources) -> Answers | None:
    """Return what other resources make of a store: schedules that copy it, databases that guard it."""
    if resource.type == _FIRESTORE:
        return _copied(resource, resources)
    return of_databases(resource, resources) if resource.type == _SPANNER else None


def _copied(resource: Resource, resources: Resources) -> Answers | None:
    """Return that a schedule copies a database of Firestore, where one does."""
    for schedule in resources.of_type("google_firestore_backup_schedule"):
        if means(resources, node := argument(schedule, "database"), resource, "name") is True:
            return {FacetName.BACKED_UP: Known(value=True, at=node.at)}
    return None


def _store(resource: Resource, kind: _Kind, answers: Answers | None = None) -> Datastore:
    identifiers = literals(argument(resource, kind.identifier).string())
    words = (resource.name, *identifiers)
    data_class = cache_class_of(words) if kind.engine in _CACHES else data_class_of(words, DataClass.PRIMARY)
    facets = facets_of(resource, answers)
    if kind.engine == "redis" and data_class is DataClass.DERIVED:
        facets = tuple(each for each in facets if each.name is not FacetName.BACKED_UP)
    return Datastore(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        engine=kind.engine,
        managed=True,
        data_class=data_class,
        version=argument(resource, kind.version).string() if kind.version else None,
        port=port_of(resource, kind.engine),
        facets=facets,
        identifiers=identifiers,
        failover=_failover(resource),
        throughput=throughput_of(resource),
        parameters=_parameters(resource, kind.settings) if kind.settings else None,
        clustered=clustered_of(resource),
    )


def _failover(resource: Resource) -> Failover | None:
    """Return what a store survives; those without a row survive any single loss."""
    if resource.type == _INSTANCE:
        return failover_of(resource)
    if resource.type == _BIGTABLE:
        return by_count(resource, _by_clusters(resource))
    return by_count(resource, _by_replicas(resource)) if resource.type in _SHARDED else None


def _by_clusters(resource: Resource) -> Value[Survives]:
    """Return what an instance of Bigtable survives: each cluster stands in one zone and replaces its nodes itself."""
    node = argument(resource, "cluster")
    members, complete = blocks(node)
    if not complete or not members:
        return Unknown("the clusters of the instance cannot all be told", node.at)
    zones = {str(each["zone"].content) for each in members if each["zone"].is_scalar}
    if len(zones) > 1:
        return Known(Survives.ZONE, node.at)
    if len(members) > 1:
        return Unknown("whether its clusters stand in several zones cannot be told", node.at)
    return Known(Survives.INSTANCE, members[0].key_at or members[0].at)


def _by_replicas(resource: Resource) -> Value[Survives]:
    """Return what a cluster survives: with a replica of each shard the loss of a zone, unless it stands in one."""
    replicas = argument(resource, "replica_count").integer()
    mode = argument(resource, "zone_distribution_config.mode").string()
    if isinstance(replicas, Absent):
        return Unknown(f"no replica_count is written for {resource.address}", replicas.at)
    for each in (replicas, mode):
        if isinstance(each, Unknown):
            return Unknown(each.why, each.at)
    if known_value(replicas) == 0:
        return Known(Survives.NOTHING, replicas.at)
    return Known(Survives.INSTANCE if known_value(mode) == "SINGLE_ZONE" else Survives.ZONE, replicas.at)


def _parameters(resource: Resource, settings: str) -> Parameters:
    node = argument(resource, settings)
    pairs = ((Node(name, value.key_at or value.at), value) for name, value in node.items())
    found = of_pairs(node, pairs, complete=node.complete, why="the settings of the instance cannot all be told")
    return with_defaults(found, resource)
