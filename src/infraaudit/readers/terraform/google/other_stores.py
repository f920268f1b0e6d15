"""Lifts the remaining stores of Google Cloud: Memorystore, Spanner and buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import DataClass, Datastore, FacetName, Node
from infraaudit.readers.terraform.arguments import argument, literals
from infraaudit.readers.terraform.cluster_mode import clustered_of
from infraaudit.readers.terraform.engine_parameters import of_pairs, with_defaults
from infraaudit.readers.terraform.failover import failover_of
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.google.sql import port_of
from infraaudit.readers.terraform.naming import cache_class_of, data_class_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Parameters
    from infraaudit.readers.terraform.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one resource type reads: its engine, and the arguments with its name, version and settings."""

    type: str
    engine: str
    identifier: str
    version: str = ""
    settings: str = ""


_KINDS = (
    _Kind("google_redis_instance", "redis", "name", "redis_version", "redis_configs"),
    _Kind("google_redis_cluster", "redis", "name", settings="redis_configs"),
    _Kind("google_memorystore_instance", "redis", "instance_id", "engine_version", "engine_configs"),
    _Kind("google_spanner_instance", "spanner", "name"),
)


_BUCKET = _Kind("google_storage_bucket", "gcs", "name")


def lift_other_stores(resources: Resources) -> Iterator[Datastore]:
    """Lift the stores that need no reading of their own."""
    for kind in _KINDS:
        for resource in resources.of_type(kind.type):
            yield _store(resource, kind)


def bucket_of(resource: Resource) -> Datastore:
    """Return what a bucket has in common with other stores."""
    return _store(resource, _BUCKET)


def _store(resource: Resource, kind: _Kind) -> Datastore:
    identifiers = literals(argument(resource, kind.identifier).string())
    names = (resource.name, *identifiers)
    data_class = cache_class_of(names) if kind.engine == "redis" else data_class_of(names, DataClass.PRIMARY)
    facets = facets_of(resource)
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
        failover=failover_of(resource) if kind.type == "google_redis_instance" else None,
        parameters=_parameters(resource, kind.settings) if kind.settings else None,
        clustered=clustered_of(resource),
    )


def _parameters(resource: Resource, settings: str) -> Parameters:
    node = argument(resource, settings)
    pairs = ((Node(name, value.key_at or value.at), value) for name, value in node.items())
    found = of_pairs(node, pairs, complete=node.complete, why="the settings of the instance cannot all be told")
    return with_defaults(found, resource)
