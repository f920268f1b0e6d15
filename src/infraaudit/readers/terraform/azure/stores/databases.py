"""Lifts the databases and caches of Azure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import Absent, DataClass, Datastore, FacetName, Known, Unknown, default, known_value
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.stores.elsewhere import copied_away
from infraaudit.readers.terraform.azure.stores.failover import store_failover
from infraaudit.readers.terraform.azure.stores.locks import guards_of
from infraaudit.readers.terraform.azure.stores.parameters import parameters_of
from infraaudit.readers.terraform.azure.stores.recovery import store_recovery
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals
from infraaudit.readers.terraform.lifting.cluster_mode import clustered_of
from infraaudit.readers.terraform.lifting.engine_parameters import major_of, number_of
from infraaudit.readers.terraform.lifting.naming import cache_class_of
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned
from infraaudit.readers.terraform.lifting.recovery import objective_of
from infraaudit.readers.terraform.lifting.store_parts import with_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Parameters, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_GIB = 2**30
_SKU = re.compile(r"(?:B|GP|MO)_Standard_([BDE])([0-9]{1,3})[a-z]*(?:_v[0-9]{1,2})?")
_FLEXIBLE_POSTGRES = "azurerm_postgresql_flexible_server"
_DATABASE = "azurerm_mssql_database"
_AUDITING = {
    "azurerm_mssql_database_extended_auditing_policy": "database_id",
    "azurerm_mssql_server_extended_auditing_policy": "server_id",
}
"""The types of policies by which SQL Server keeps account, and the argument that names whose it is."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one resource type reads: its engine, and the arguments with its machine and version."""

    type: str
    engine: str
    machine: str = "sku_name"
    version: str = "version"
    cache: bool = False
    derived: bool = False


_KINDS = (
    _Kind(_FLEXIBLE_POSTGRES, "postgres"),
    _Kind("azurerm_mysql_flexible_server", "mysql"),
    _Kind("azurerm_postgresql_server", "postgres"),
    _Kind("azurerm_mysql_server", "mysql"),
    _Kind("azurerm_mssql_server", "sqlserver", machine="", version=""),
    _Kind(_DATABASE, "sqlserver", version=""),
    _Kind("azurerm_redis_cache", "redis", version="redis_version", cache=True),
    _Kind("azurerm_managed_redis", "redisenterprise", version="", cache=True),
    _Kind("azurerm_synapse_workspace", "synapse", machine="", version=""),
    _Kind("azurerm_search_service", "azure-search", machine="sku", version="", derived=True),
    _Kind("azurerm_cosmosdb_account", "cosmosdb", machine="", version="mongo_server_version"),
)
"""The stores of Azure. The parts of SQL Server are two: the server has the address, its databases have the data."""


def lift_stores(resources: Resources) -> Iterator[Datastore]:
    """Lift the databases and caches."""
    for kind in _KINDS:
        for resource in resources.of_type(kind.type):
            yield _store(resource, resources, kind)


def port_of(resource: Resource) -> Value[int]:
    """Return the port of a store, which cannot be chosen."""
    return _port(_engine_of(resource), resource.at)


def port_of_type(type_: str, at: Span) -> Value[int]:
    """Return the port of the stores of a resource type."""
    return _port(_engines()[type_], at)


def _port(engine: str, at: Span) -> Value[int]:
    stated = fact(TABLE, f"port.{engine}")
    return default(int(stated.value), at, stated.words)


def _engines() -> dict[str, str]:
    return {kind.type: kind.engine for kind in _KINDS}


def _engine_of(resource: Resource) -> str:
    """Return the engine of a store; an account of Cosmos DB is one of MongoDB where it says so."""
    engine = _engines()[resource.type]
    if engine == "cosmosdb" and argument(resource, "kind").content == "MongoDB":
        return "mongodb"
    return engine


def _store(resource: Resource, resources: Resources, kind: _Kind) -> Datastore:
    identifiers = literals(argument(resource, "name").string())
    replica = known_value(argument(resource, "create_mode").string()) in {"Replica", "Secondary", "OnlineSecondary"}
    plain = DataClass.DERIVED if kind.derived else DataClass.PRIMARY
    data_class = cache_class_of((resource.name, *identifiers)) if kind.cache else plain
    parameters = parameters_of(resource, resources)
    answers = {**_audited(resource, resources), **_answers(resource), **_transport(parameters)}
    answers |= guards_of(resource, resources)
    facets = facets_of(resource, resources, answers)
    if kind.cache and data_class is DataClass.DERIVED:
        facets = tuple(each for each in facets if each.name is not FacetName.BACKED_UP)
    sku = argument(resource, kind.machine).string() if kind.machine else None
    engine = _engine_of(resource)
    store = Datastore(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        engine="redis" if kind.cache else engine,
        managed=True,
        data_class=DataClass.DERIVED if replica else data_class,
        version=argument(resource, kind.version).string() if kind.version else None,
        instance_class=sku,
        memory=_memory(sku) if kind.type == _FLEXIBLE_POSTGRES and sku is not None else None,
        max_connections=_ceiling(resource, parameters, sku),
        reserved_connections=_reserved(resource),
        port=port_of(resource),
        facets=facets,
        recovery=store_recovery(resource, facets),
        objective=objective_of(resource),
        firewalls=() if kind.type == _DATABASE else (resource.address,),
        replica=replica,
        identifiers=identifiers,
        failover=store_failover(resource, resources),
        parameters=parameters,
        clustered=_clustered(resource),
        major=major_of(argument(resource, kind.version).string()) if kind.version else None,
        copied_away=copied_away(resource),
    )
    return with_parts(store, resource)


def _audited(resource: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    """Return that a database keeps account of what is done in it, where it or its server has an auditing policy."""
    if resource.type != _DATABASE:
        return {}
    server = behind(resources, argument(resource, "server_id"), "azurerm_mssql_server")
    for type_, name in _AUDITING.items():
        for policy in resources.of_type(type_):
            named = mentioned(resources, argument(policy, name))
            on = argument(policy, "enabled").content is not False
            if on and (resource in named or (server is not None and server in named)):
                return {FacetName.LOGS_SENT: Known(value=True, at=policy.at)}
    return {}


def _clustered(resource: Resource) -> Value[bool] | None:
    if resource.type != "azurerm_redis_cache":
        return clustered_of(resource)
    shards = argument(resource, "shard_count").integer()
    return Known(value=False, at=shards.at) if isinstance(shards, Absent) else shards.map((0).__lt__)


def _transport(parameters: Parameters | None) -> dict[FacetName, Value[bool]]:
    """Return what a server says of connections in plain text, where it says anything."""
    written = parameters.get("require_secure_transport") if parameters is not None else None
    if written is None or isinstance(written, Absent):
        return {}
    return {FacetName.ENCRYPTED_IN_TRANSIT: written.map(lambda text: text.lower() not in {"off", "0"})}


def _answers(resource: Resource) -> dict[FacetName, Value[bool]]:
    """Return the backups of a cache, which either of two settings gives, and what former arguments say of keys."""
    if resource.type == "azurerm_redis_cache":
        written = argument(resource, "redis_configuration.aof_backup_enabled").boolean()
        if isinstance(written, Known) and written.value:
            return {FacetName.BACKED_UP: written}
        rdb = argument(resource, "redis_configuration.rdb_backup_enabled").boolean()
        if isinstance(written, Unknown) and not (isinstance(rdb, Known) and rdb.value):
            return {FacetName.BACKED_UP: written}
    former = argument(resource, "local_authentication_disabled").boolean()
    if resource.type == "azurerm_cosmosdb_account" and not isinstance(former, Absent):
        return {FacetName.NO_SHARED_KEYS: former}
    if resource.type == "azurerm_managed_redis":
        node = argument(resource, "default_database.persistence_append_only_file_backup_frequency")
        if is_present(node):
            return {FacetName.BACKED_UP: Known(value=True, at=node.at)}
        if node.is_unknown:
            return {FacetName.BACKED_UP: Unknown("whether it keeps a file of its changes cannot be told", node.at)}
    return {}


# -- how many connections ------------------------------------------------------------------------------------


def _memory(sku: Maybe[str]) -> Maybe[int]:
    if isinstance(sku, Absent):
        return sku
    if isinstance(sku, Unknown):
        return Unknown(sku.why, sku.at)
    row = table(TABLE)["postgres.memory"]
    gib = row["skus"].get(sku.value)
    match = _SKU.fullmatch(sku.value)
    if gib is None and match is not None:
        gib = row["families"][match[1]] * int(match[2])
    if gib is None:
        return Unknown(f"the memory of {sku.value} is not among the facts", sku.at)
    return default(int(gib * _GIB), sku.at, row.words)


def _ceiling(resource: Resource, parameters: Parameters | None, sku: Maybe[str] | None) -> Maybe[int] | None:
    """Return how many connections the server accepts: its parameter, else what Azure sets for the memory of its SKU."""
    if resource.type != _FLEXIBLE_POSTGRES or sku is None or parameters is None:
        return None
    stated = number_of(parameters, "max_connections")
    if not isinstance(stated, Absent):
        return stated
    row = table(TABLE)["postgres.max_connections"]
    named = row["skus"].get(sku.value) if isinstance(sku, Known) else None
    if named is not None:
        return default(int(named), sku.at, row.words)
    return _by_memory(_memory(sku))


def _by_memory(memory: Maybe[int]) -> Value[int]:
    if not isinstance(memory, Known):
        return Unknown(memory.why if isinstance(memory, Unknown) else "no SKU is given", memory.at)
    row = table(TABLE)["postgres.max_connections"]
    fitting = [limit for gib, limit in zip(row["gib"], row["limits"], strict=True) if memory.value >= gib * _GIB]
    if not fitting:
        return Unknown("so little memory is not among the facts", memory.at)
    return default(int(fitting[-1]), memory.at, row.words)


def _reserved(resource: Resource) -> int:
    return int(fact(TABLE, "postgres.reserved").value) if resource.type == _FLEXIBLE_POSTGRES else 0
