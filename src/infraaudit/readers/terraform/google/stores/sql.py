"""Lifts the databases of Cloud SQL with the networks that they admit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import (
    Absent,
    DataClass,
    Datastore,
    Direction,
    FacetName,
    FirewallRule,
    Insight,
    Known,
    Unknown,
    default,
)
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default, string_or_default
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, literals, may_be_present
from infraaudit.readers.terraform.lifting.engine_parameters import major_of, number_of, of_pairs
from infraaudit.readers.terraform.lifting.failover import by_count, failover_of, row_of, survives_by, weakest
from infraaudit.readers.terraform.lifting.recovery import objective_of, recovery_of
from infraaudit.readers.terraform.lifting.store_parts import administrator_of, with_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Failover, Maybe, Node, Parameters, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GIB = 2**30
_MIB = 2**20
_ENGINES = {"POSTGRES": "postgres", "MYSQL": "mysql", "SQLSERVER": "sqlserver"}
_SHARED_CORES = frozenset({"db-f1-micro", "db-g1-small"})
"""Tiers too small to keep what statements take."""

_CUSTOM = re.compile(r"db-custom-[0-9]{1,3}-([0-9]{1,9})")
_SIZED = re.compile(r"(db-[a-z0-9]+-[a-zA-Z]+(?:-N)?)-([0-9]{1,3})")


def lift_sql(resources: Resources) -> Iterator[Datastore]:
    """Lift ``google_sql_database_instance``."""
    for resource in resources.of_type("google_sql_database_instance"):
        version = argument(resource, "database_version").string()
        engine = _engine(version)
        tier = argument(resource, "settings.tier").string()
        replica = _is_replica(resource)
        parameters = _flags(resource)
        facets = facets_of(resource, {**_protection(resource), **_identity_login(parameters)})
        store = Datastore(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            engine=engine,
            managed=True,
            data_class=DataClass.DERIVED if replica else DataClass.PRIMARY,
            version=version,
            instance_class=tier,
            memory=_memory(tier),
            max_connections=_ceiling(parameters, engine, tier),
            reserved_connections=_reserved(engine),
            port=port_of(resource, engine),
            facets=facets,
            recovery=recovery_of(resource, facets),
            objective=objective_of(resource),
            firewalls=(resource.address,),
            firewalls_complete=_networks(resource)[1],
            replica=replica,
            identifiers=literals(argument(resource, "name").string()),
            failover=failover_of(resource),
            parameters=parameters,
            major=major_of(version),
            insights=(_insight(resource, tier),),
        )
        yield with_parts(store, resource)


def _insight(resource: Resource, tier: Maybe[str]) -> Insight:
    """Return what an instance shows of its work: the machine always, its statements where query insights are on."""
    row = "google_sql_database_instance.insights"
    config = argument(resource, "settings.insights_config")
    kept, interval = fact(TABLE, f"{row}_kept"), fact(TABLE, f"{row}_interval")
    return Insight(
        at=config.key_at or resource.at,
        statements=boolean_or_default(argument(resource, "settings.insights_config.query_insights_enabled"), row),
        advanced=Known(value=False, at=resource.at),
        kept=default(int(kept.value), resource.at, kept.words),
        kept_at_least=0,
        interval=default(int(interval.value), resource.at, interval.words),
        identity=Known("Cloud SQL itself", resource.at),
        able=not (isinstance(tier, Known) and tier.value in _SHARED_CORES),
    )


def port_of(resource: Resource, engine: str) -> Maybe[int]:
    """Return the port of an engine, which cannot be chosen; absent where the engine is not known."""
    row = table(TABLE).get(f"port.{engine}")
    return Absent(resource.at) if row is None else default(int(row["value"]), resource.at, row.words)


def _engine(version: Maybe[str]) -> str:
    if isinstance(version, Known):
        return _ENGINES.get(version.value.partition("_")[0].upper(), "unknown")
    families = {_engine(Known(each, version.at)) for each in version.candidates} if isinstance(version, Unknown) else ()
    return next(iter(families)) if len(families) == 1 else "unknown"


def _is_replica(resource: Resource) -> bool:
    return is_present(argument(resource, "master_instance_name"))


def _protection(resource: Resource) -> dict[FacetName, Value[bool]]:
    """Return that the guard of Cloud SQL itself is on, where it is: it also stops Terraform."""
    guard = argument(resource, "settings.deletion_protection_enabled").boolean()
    if isinstance(guard, Absent) or (isinstance(guard, Known) and not guard.value):
        return {}
    return {FacetName.DELETION_PROTECTED: guard}


def _identity_login(parameters: Parameters) -> dict[FacetName, Value[bool]]:
    """Return whether a flag lets in accounts of IAM; SQL Server has none."""
    written = parameters.get("cloudsql.iam_authentication", "cloudsql_iam_authentication")
    if isinstance(written, Absent):
        return {}
    return {FacetName.IDENTITY_LOGIN: written.map(lambda text: text.lower() == "on")}


# -- how many connections ------------------------------------------------------------------------------------


def _memory(tier: Maybe[str]) -> Maybe[int]:
    if isinstance(tier, Absent):
        return tier
    if isinstance(tier, Unknown):
        return Unknown(tier.why, tier.at)
    custom = _CUSTOM.fullmatch(tier.value)
    if custom is not None:
        return Known(int(custom[1]) * _MIB, tier.at)
    row = table(TABLE)["sql.memory"]
    gib = row["tiers"].get(tier.value)
    sized = _SIZED.fullmatch(tier.value)
    if gib is None and sized is not None and sized[1] in row["families"]:
        gib = row["families"][sized[1]] * int(sized[2])
    if gib is None:
        return Unknown(f"the memory of the tier {tier.value} is not among the facts", tier.at)
    return default(int(gib * _GIB), tier.at, row.words)


def _ceiling(parameters: Parameters, engine: str, tier: Maybe[str]) -> Maybe[int]:
    """Return how many connections the server accepts: its flag, else what Cloud SQL sets for the memory of its tier."""
    stated = number_of(parameters, "max_connections")
    if not isinstance(stated, Absent):
        return stated
    row = table(TABLE).get(f"sql.max_connections.{engine}")
    if row is None:
        return Unknown(f"no rule for the connections of {engine} is among the facts", tier.at)
    named = row["tiers"].get(tier.value) if isinstance(tier, Known) else None
    return _by_memory(row, tier) if named is None else default(int(named), tier.at, row.words)


def _by_memory(row: Row, tier: Maybe[str]) -> Value[int]:
    memory = _memory(tier)
    if isinstance(memory, Absent):
        return Unknown("no tier is given", memory.at)
    if isinstance(memory, Unknown):
        return memory
    fitting = [limit for gib, limit in zip(row["gib"], row["limits"], strict=True) if memory.value >= gib * _GIB]
    if not fitting:
        return Unknown("so little memory is not among the facts", tier.at)
    return default(int(fitting[-1]), tier.at, row.words)


def _flags(resource: Resource) -> Parameters:
    node = argument(resource, "settings.database_flags")
    members, complete = blocks(node)
    pairs = ((member["name"], member["value"]) for member in members)
    return of_pairs(node, pairs, complete=complete, why="the database flags cannot all be told")


def _reserved(engine: str) -> int:
    return int(fact(TABLE, "sql.reserved.postgres").value) if engine == "postgres" else 0


# -- who may reach it ----------------------------------------------------------------------------------------


def lift_sql_networks(resources: Resources) -> Iterator[FirewallRule]:
    """Lift a rule for each network that an instance with a public address admits."""
    for resource in resources.of_type("google_sql_database_instance"):
        public = boolean_or_default(
            argument(resource, "settings.ip_configuration.ipv4_enabled"), "google_sql_database_instance.ipv4_enabled"
        )
        if isinstance(public, Known) and not public.value:
            continue
        engine = _engine(argument(resource, "database_version").string())
        for number, node in enumerate(_networks(resource)[0]):
            yield _rule(resource, engine, node, number)


def _networks(resource: Resource) -> tuple[tuple[Node, ...], bool]:
    """Return the networks that an instance admits, and whether these are all of them."""
    node = argument(resource, "settings.ip_configuration.authorized_networks")
    members, complete = blocks(node)
    values = tuple(each["value"] for each in members)
    return values, complete and not any(each.is_unknown for each in values)


def _rule(resource: Resource, engine: str, node: Node, number: int) -> FirewallRule:
    source = node.string()
    why = "the engine cannot be told, nor its port"
    known = port_of(resource, engine)
    port: Value[int] = Unknown(why, resource.at) if isinstance(known, Absent) else known
    return FirewallRule(
        address=f"{resource.address}/ingress/{number}",
        kind=resource.type,
        name=resource.name,
        at=node.key_at or node.at,
        deployment=resource.deployment,
        group=Known(resource.address, resource.at),
        direction=Direction.INGRESS,
        protocol=Known("tcp", node.at),
        from_port=port,
        to_port=port,
        sources=() if isinstance(source, Absent) else (source,),
        sources_complete=isinstance(source, Known),
        of_store=True,
    )


# -- AlloyDB -------------------------------------------------------------------------------------------------


def lift_alloydb(resources: Resources) -> Iterator[Datastore]:
    """Lift ``google_alloydb_cluster`` with the public addresses of its instances."""
    for resource in resources.of_type("google_alloydb_cluster"):
        replica = argument(resource, "cluster_type").content == "SECONDARY"
        members = _instances(resource, resources)
        yield Datastore(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            engine="postgres",
            managed=True,
            data_class=DataClass.DERIVED if replica else DataClass.PRIMARY,
            version=argument(resource, "database_version").string(),
            port=port_of(resource, "postgres"),
            facets=facets_of(
                resource,
                {
                    FacetName.BACKED_UP: _is_backed_up(resource),
                    FacetName.PUBLIC: _any_public(resource, members),
                    FacetName.ENCRYPTED_IN_TRANSIT: _all_encrypted(resource, members),
                },
            ),
            firewalls=(resource.address,),
            firewalls_complete=not any(
                may_be_present(argument(each, "network_config.authorized_external_networks")) for each in members
            ),
            replica=replica,
            identifiers=literals(argument(resource, "cluster_id").string()),
            failover=_failover(resource, members),
            administrator=administrator_of(resource, "postgres"),
        )


def _instances(resource: Resource, resources: Resources) -> tuple[Resource, ...]:
    return tuple(
        each
        for each in resources.of_type("google_alloydb_instance")
        if (found := resources.behind(argument(each, "cluster"))) is not None and found.address == resource.address
    )


def _failover(resource: Resource, members: tuple[Resource, ...]) -> Failover | None:
    """Return what the primary instance of a cluster survives; pools of readers are no part of that."""
    row = row_of(resource)
    primaries = [each for each in members if argument(each, "instance_type").content == "PRIMARY"]
    answers = [survives_by(row, argument(each, row["setting"]).string()) for each in primaries]
    return by_count(resource, weakest(answers)) if answers else None


def _is_backed_up(resource: Resource) -> Value[bool]:
    """Return whether a cluster is backed up, continuously or by a schedule; both are on unless they are turned off."""
    continuous = boolean_or_default(
        argument(resource, "continuous_backup_config.enabled"), "google_alloydb_cluster.continuous_backup"
    )
    scheduled = boolean_or_default(
        argument(resource, "automated_backup_policy.enabled"), "google_alloydb_cluster.automated_backup"
    )
    for answer in (continuous, scheduled):
        if isinstance(answer, Known) and answer.value:
            return answer
    return next((each for each in (continuous, scheduled) if isinstance(each, Unknown)), continuous)


def _any_public(resource: Resource, members: tuple[Resource, ...]) -> Value[bool]:
    if not members:
        return Unknown("no instance of the cluster is among these files", resource.at)
    ways = [
        boolean_or_default(
            argument(each, "network_config.enable_public_ip"), "google_alloydb_instance.enable_public_ip"
        )
        for each in members
    ]
    public = next((way for way in ways if isinstance(way, Known) and way.value), None)
    return public or next((way for way in ways if isinstance(way, Unknown)), ways[0])


def _all_encrypted(resource: Resource, members: tuple[Resource, ...]) -> Value[bool]:
    """Return whether every instance takes encrypted connections alone, as one does that does not say otherwise."""
    if not members:
        return Unknown("no instance of the cluster is among these files", resource.at)
    modes = [
        string_or_default(argument(each, "client_connection_config.ssl_config.ssl_mode"), "google_alloydb_instance.ssl")
        for each in members
    ]
    ways = [mode.map(_is_encrypted) for mode in modes]
    plain = next((way for way in ways if isinstance(way, Known) and not way.value), None)
    return plain or next((way for way in ways if isinstance(way, Unknown)), ways[0])


def _is_encrypted(mode: str) -> bool:
    return mode == "ENCRYPTED_ONLY"
