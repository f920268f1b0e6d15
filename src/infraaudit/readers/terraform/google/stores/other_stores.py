"""Lifts the remaining stores of Google Cloud: Memorystore, Spanner, Firestore and buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, DataClass, Datastore, FacetName, Known, Node, Survives, Unknown, known_value
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.google.stores.sql import port_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.cluster_mode import clustered_of
from infraaudit.readers.terraform.lifting.engine_parameters import of_pairs, with_defaults
from infraaudit.readers.terraform.lifting.failover import by_count, failover_of
from infraaudit.readers.terraform.lifting.naming import cache_class_of, data_class_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

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
_SHARDED = (_CLUSTER, "google_memorystore_instance")
"""The types whose shards have replicas of their own."""

_KINDS = (
    _Kind(_INSTANCE, "redis", "name", "redis_version", "redis_configs"),
    _Kind(_CLUSTER, "redis", "name", settings="redis_configs"),
    _Kind("google_memorystore_instance", "redis", "instance_id", "engine_version", "engine_configs"),
    _Kind("google_spanner_instance", "spanner", "name"),
    _Kind(_FIRESTORE, "firestore", "name"),
)


_BUCKET = _Kind("google_storage_bucket", "gcs", "name")


def lift_other_stores(resources: Resources) -> Iterator[Datastore]:
    """Lift the stores that need no reading of their own."""
    for kind in _KINDS:
        for resource in resources.of_type(kind.type):
            yield _store(resource, kind, _copied(resource, resources))


def bucket_of(resource: Resource) -> Datastore:
    """Return what a bucket has in common with other stores."""
    return _store(resource, _BUCKET)


def _copied(resource: Resource, resources: Resources) -> Answers | None:
    """Return that a schedule copies a database of Firestore, where one does."""
    if resource.type != _FIRESTORE:
        return None
    for schedule in resources.of_type("google_firestore_backup_schedule"):
        if resource in mentioned(resources, node := argument(schedule, "database")):
            return {FacetName.BACKED_UP: Known(value=True, at=node.at)}
    return None


def _store(resource: Resource, kind: _Kind, answers: Answers | None = None) -> Datastore:
    identifiers = literals(argument(resource, kind.identifier).string())
    names = (resource.name, *identifiers)
    data_class = cache_class_of(names) if kind.engine == "redis" else data_class_of(names, DataClass.PRIMARY)
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
        parameters=_parameters(resource, kind.settings) if kind.settings else None,
        clustered=clustered_of(resource),
    )


def _failover(resource: Resource) -> Failover | None:
    """Return what an instance or cluster of Memorystore survives; the other stores survive any single loss."""
    if resource.type == _INSTANCE:
        return failover_of(resource)
    return by_count(resource, _by_replicas(resource)) if resource.type in _SHARDED else None


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
