"""Lifts the in-memory stores of ElastiCache, MemoryDB and DAX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Datastore, FacetName, Known, Unknown
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.stores.backup_plans import recovery_with_plans
from infraaudit.readers.terraform.aws.stores.cache_users import asks_of
from infraaudit.readers.terraform.aws.stores.failover import of_replication_group, of_single_cache
from infraaudit.readers.terraform.aws.stores.parameter_groups import parameters_of
from infraaudit.readers.terraform.aws.stores.rds import port_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.cluster_mode import clustered_of
from infraaudit.readers.terraform.lifting.engine_parameters import with_defaults
from infraaudit.readers.terraform.lifting.failover import failover_of
from infraaudit.readers.terraform.lifting.naming import cache_class_of
from infraaudit.readers.terraform.lifting.recovery import objective_of
from infraaudit.readers.terraform.lifting.store_parts import with_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Failover, Maybe, Parameters
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPES = (
    ("aws_elasticache_replication_group", "replication_group_id", "node_type"),
    ("aws_elasticache_cluster", "cluster_id", "node_type"),
    ("aws_elasticache_serverless_cache", "name", ""),
    ("aws_memorydb_cluster", "name", "node_type"),
    ("aws_dax_cluster", "cluster_name", "node_type"),
)
"""Resource type, the argument that names it, and the argument with its machine."""


def lift_caches(resources: Resources) -> Iterator[Datastore]:
    """Lift the in-memory stores. A cluster that belongs to a replication group is part of that and not a store."""
    for type_, identifier, machine in _TYPES:
        for resource in resources.of_type(type_):
            if type_ == "aws_elasticache_cluster" and not argument(resource, "replication_group_id").is_absent:
                continue
            yield _cache(resource, resources, identifier, machine)


def _cache(resource: Resource, resources: Resources, identifier: str, machine: str) -> Datastore:
    engine = _engine(resource)
    identifiers = literals(argument(resource, identifier).string())
    groups, complete = security_groups(resources, argument(resource, "security_group_ids"))
    facets = facets_of(resource, resources, asks_of(resource, resources))
    parameters = _parameters(resource, resources)
    if engine == "memcached":
        facets = tuple(each for each in facets if each.name is not FacetName.BACKED_UP)
    store = Datastore(
        **resource.head,
        engine=engine,
        managed=True,
        data_class=cache_class_of((resource.name, *identifiers)),
        version=argument(resource, "engine_version").string(),
        instance_class=argument(resource, machine).string() if machine else None,
        port=port_of(resource, engine),
        facets=facets,
        recovery=recovery_with_plans(resource, resources, facets),
        objective=objective_of(resource),
        firewalls=groups,
        firewalls_complete=complete,
        identifiers=identifiers,
        failover=_failover(resource, engine),
        parameters=parameters,
        clustered=None if engine in {"memcached", "dax"} else clustered_of(resource, parameters),
    )
    return with_parts(store, resource)


def _parameters(resource: Resource, resources: Resources) -> Parameters | None:
    if resource.type in {"aws_dax_cluster", "aws_elasticache_serverless_cache"}:
        return None
    return with_defaults(parameters_of(resources, argument(resource, "parameter_group_name")), resource)


def _failover(resource: Resource, engine: str) -> Failover | None:
    if resource.type == "aws_elasticache_replication_group":
        return of_replication_group(resource)
    if resource.type == "aws_elasticache_cluster":
        return of_single_cache(resource, engine)
    return failover_of(resource) if resource.type == "aws_memorydb_cluster" else None


def _engine(resource: Resource) -> str:
    if resource.type == "aws_dax_cluster":
        return "dax"
    written: Maybe[str] = argument(resource, "engine").string()
    if isinstance(written, Known):
        return written.value.lower()
    if isinstance(written, Absent):
        return "redis"
    families = set(written.candidates) if isinstance(written, Unknown) else set()
    return families.pop() if len(families) == 1 else "unknown"
