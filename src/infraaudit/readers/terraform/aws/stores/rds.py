"""Lifts the databases of Amazon RDS, Aurora, DocumentDB, Neptune and Redshift."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, DataClass, Datastore, FacetName, Known, Unknown, default
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.stores.backup_plans import recovery_with_plans
from infraaudit.readers.terraform.aws.stores.connections import ceiling, memory_of, reserved
from infraaudit.readers.terraform.aws.stores.elsewhere import copied_away, renewed
from infraaudit.readers.terraform.aws.stores.failover import of_cluster
from infraaudit.readers.terraform.aws.stores.insights import insight_of, insights_of_cluster
from infraaudit.readers.terraform.aws.stores.log_exports import exports_of
from infraaudit.readers.terraform.aws.stores.members import with_members, with_newest
from infraaudit.readers.terraform.aws.stores.parameter_groups import parameters_of
from infraaudit.readers.terraform.aws.stores.store_events import events_of
from infraaudit.readers.terraform.aws.stores.store_logs import logs_of_database
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals, may_be_present
from infraaudit.readers.terraform.lifting.engine_parameters import major_of, number_of
from infraaudit.readers.terraform.lifting.failover import failover_of
from infraaudit.readers.terraform.lifting.pointing import behind, resolve
from infraaudit.readers.terraform.lifting.recovery import objective_of
from infraaudit.readers.terraform.lifting.store_parts import with_parts
from infraaudit.readers.terraform.lifting.transport import requires_encryption, with_transport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ENGINES = (
    ("aurora-postgresql", "postgres"),
    ("aurora", "mysql"),
    ("postgres", "postgres"),
    ("mysql", "mysql"),
    ("mariadb", "mariadb"),
    ("custom-oracle", "oracle"),
    ("oracle", "oracle"),
    ("custom-sqlserver", "sqlserver"),
    ("sqlserver", "sqlserver"),
    ("db2", "db2"),
    ("docdb", "mongodb"),
    ("neptune", "neptune"),
)
"""How the engine names of AWS begin, and the protocol family of each."""

_UNKNOWN_ENGINE = "unknown"
_LAST_MAJOR_WITH_AURORA_DEFAULT = 4


def engine_of(written: Maybe[str]) -> str:
    """Return the protocol family of an engine as AWS names it, ``unknown`` where it cannot be told."""
    if isinstance(written, Known):
        return next((family for start, family in _ENGINES if written.value.lower().startswith(start)), written.value)
    if isinstance(written, Unknown) and written.candidates:
        families = {engine_of(Known(each, written.at)) for each in written.candidates}
        return families.pop() if len(families) == 1 else _UNKNOWN_ENGINE
    return _UNKNOWN_ENGINE


def port_of(resource: Resource, engine: str) -> Maybe[int]:
    """Return the port of a store: what is written, else the engine's own."""
    port = argument(resource, "port").integer()
    row = table("aws_defaults").get(f"port.{engine}")
    if isinstance(port, Absent) and row is not None:
        return default(int(row["value"]), port.at, row.words)
    return port


@dataclass(frozen=True, slots=True)
class _Arguments:
    """How a kind of resource calls its own name, and the store that it is a replica of."""

    identifier: str
    source: str


_OF_INSTANCES = _Arguments("identifier", "replicate_source_db")
_OF_CLUSTERS = _Arguments("cluster_identifier", "replication_source_identifier")


def _store(
    resource: Resource,
    resources: Resources,
    engine: str,
    instance_class: Maybe[str],
    names: _Arguments,
    answers: Mapping[FacetName, Value[bool]] | None = None,
) -> Datastore:
    """Return what instances and clusters have in common; the limit of connections is the caller's."""
    groups, complete = security_groups(resources, argument(resource, "vpc_security_group_ids"))
    exports = _log_exports(resource)
    logs = logs_of_database(resource, resources, engine, exports)
    events = events_of(resource, resources)
    facets = facets_of(resource, resources, {**(answers or {}), **logs, **events})
    replica = may_be_present(argument(resource, names.source))
    store = Datastore(
        **resource.head,
        engine=engine,
        managed=True,
        data_class=DataClass.DERIVED if replica else DataClass.PRIMARY,
        version=argument(resource, "engine_version").string(),
        major=major_of(argument(resource, "engine_version").string()),
        instance_class=instance_class,
        memory=memory_of(instance_class),
        port=port_of(resource, engine),
        facets=facets,
        recovery=recovery_with_plans(resource, resources, facets),
        objective=objective_of(resource),
        firewalls=groups,
        firewalls_complete=complete,
        replica=replica,
        identifiers=literals(argument(resource, names.identifier).string()),
        log_exports=exports,
    )
    store = replace(store, copied_away=copied_away(resource, resources), renewed=renewed(resource, resources))
    return with_newest(with_parts(store, resource), resource, resources)


def _log_exports(resource: Resource) -> Maybe[tuple[str, ...]] | None:
    """Return the kinds of logs that are exported; none are where nothing is written."""
    if resource.type.startswith("aws_redshift"):
        return None
    names = ("enabled_cloudwatch_logs_exports", "enable_cloudwatch_logs_exports")
    nodes = [argument(resource, name) for name in names]
    node = next((each for each in nodes if not each.is_absent), nodes[0])
    if node.is_absent:
        return Absent(node.key_at or node.at)
    kinds = [each.string() for each in node.each()]
    known = tuple(kind.value for kind in kinds if isinstance(kind, Known))
    if len(known) < len(kinds) or not node.complete:
        return Unknown("which logs it exports cannot be told", node.at)
    return Known(known, node.at)


def lift_instances(resources: Resources) -> Iterator[Datastore]:
    """Lift ``aws_db_instance``."""
    for resource in resources.of_type("aws_db_instance"):
        written = _engine_written(resource, resources)
        engine = engine_of(written)
        instance_class = argument(resource, "instance_class").string()
        parameters = parameters_of(resources, argument(resource, "parameter_group_name"))
        stated = number_of(parameters, "max_connections")
        store = _store(resource, resources, engine, instance_class, _OF_INSTANCES)
        encrypted = requires_encryption(engine, parameters, store.major or Absent(resource.at), aurora=False)
        store = replace(
            store,
            facets=with_transport(store.facets, encrypted),
            max_connections=ceiling(stated, engine, instance_class),
            reserved_connections=reserved(),
            failover=failover_of(resource),
            parameters=parameters,
            insights=(insight_of(resource, resources),),
        )
        yield replace(store, produced=exports_of(store, resource, resources))


def _engine_written(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the engine, a replica having that of its source."""
    written = argument(resource, "engine").string()
    if not isinstance(written, Absent):
        return written
    source = behind(resources, argument(resource, "replicate_source_db"), "aws_db_instance")
    return written if source is None else argument(source, "engine").string()


def lift_clusters(resources: Resources) -> Iterator[Datastore]:
    """Lift the clusters of Aurora and of Multi-AZ databases."""
    for resource in resources.of_type("aws_rds_cluster"):
        written = argument(resource, "engine").string()
        members = members_of(resource, resources, "aws_rds_cluster_instance")
        engine = _cluster_engine(resource, written)
        instance_class = _cluster_class(resource, members)
        formula = "aurora-mysql" if _is_aurora(written) and engine == "mysql" else engine
        parameters = parameters_of(
            resources,
            *(argument(member, "db_parameter_group_name") for member in members[:1]),
            argument(resource, "db_cluster_parameter_group_name"),
        )
        stated = number_of(parameters, "max_connections")
        answers = {FacetName.PUBLIC: any_public(resource, members)}
        store = _store(resource, resources, engine, instance_class, _OF_CLUSTERS, answers)
        major = store.major or Absent(resource.at)
        store = replace(
            store,
            facets=with_transport(
                store.facets, requires_encryption(engine, parameters, major, aurora=_is_aurora(written))
            ),
            max_connections=ceiling(stated, formula, instance_class),
            reserved_connections=reserved(),
            failover=of_cluster(resource, resources, members, "aws_rds_cluster_instance"),
            parameters=parameters,
            insights=insights_of_cluster(resource, members, resources),
        )
        # What the instances of a cluster are told may turn a log on, so without any of them nothing is sure.
        produced = exports_of(store, resource, resources, aurora=_is_aurora(written)) if members else ()
        yield with_members(replace(store, produced=produced), members)


def _cluster_engine(resource: Resource, written: Maybe[str]) -> str:
    """Return the engine of a cluster. Until version 4 the provider took Aurora MySQL where none was written.

    Later versions refuse a cluster without an engine, so a cluster without one was written for the earlier ones.
    """
    major = resource.provider_major
    if isinstance(written, Absent) and (major is None or major <= _LAST_MAJOR_WITH_AURORA_DEFAULT):
        return "mysql"
    return engine_of(written)


def _is_aurora(written: Maybe[str]) -> bool:
    return isinstance(written, Absent) or (isinstance(written, Known) and written.value.startswith("aurora"))


def members_of(resource: Resource, resources: Resources, type_: str) -> tuple[Resource, ...]:
    """Return the instances of a cluster: those that refer to it, or name it by its literal identifier."""
    identifier = argument(resource, "cluster_identifier").content
    found = []
    for member in resources.of_type(type_):
        node = argument(member, "cluster_identifier")
        targets = {each.address for each in (resolve(resources, target) for target in node.mentions) if each}
        if resource.address in targets or (isinstance(identifier, str) and node.content == identifier):
            found.append(member)
    return tuple(found)


def _cluster_class(resource: Resource, members: tuple[Resource, ...]) -> Maybe[str]:
    """Return the class of the cluster's instances; unknown where they differ."""
    own = argument(resource, "db_cluster_instance_class").string()
    if not isinstance(own, Absent) or not members:
        return own
    classes = [argument(member, "instance_class").string() for member in members]
    known = {each.value for each in classes if isinstance(each, Known)}
    if len(known) == 1 and all(isinstance(each, Known) for each in classes):
        return classes[0]
    unknown = next((each for each in classes if isinstance(each, Unknown)), None)
    return unknown or Unknown("the instances of the cluster have different classes", classes[0].at)


def any_public(resource: Resource, members: tuple[Resource, ...]) -> Value[bool]:
    """Return whether any way into a cluster is public: through itself, or through one of its instances."""
    ways = [boolean_or_default(argument(each, "publicly_accessible"), "public.publicly_accessible") for each in members]
    own = argument(resource, "publicly_accessible")
    if is_present(own) or own.is_unknown or not ways:
        ways.append(boolean_or_default(own, "public.publicly_accessible"))
    public = next((way for way in ways if isinstance(way, Known) and way.value), None)
    unknown = next((way for way in ways if isinstance(way, Unknown)), None)
    return public or unknown or ways[0]


def lift_other_clusters(resources: Resources) -> Iterator[Datastore]:
    """Lift the clusters of DocumentDB, Neptune and Redshift."""
    for type_, engine, members_type in (
        ("aws_docdb_cluster", "mongodb", "aws_docdb_cluster_instance"),
        ("aws_neptune_cluster", "neptune", "aws_neptune_cluster_instance"),
        ("aws_redshift_cluster", "redshift", ""),
    ):
        for resource in resources.of_type(type_):
            yield _other_cluster(resource, resources, engine, members_type)


_CLUSTER_GROUPS = {
    "aws_docdb_cluster": "db_cluster_parameter_group_name",
    "aws_neptune_cluster": "neptune_cluster_parameter_group_name",
}
"""The argument that names what the engine of a cluster is told."""


def _other_cluster(resource: Resource, resources: Resources, engine: str, members_type: str) -> Datastore:
    members = members_of(resource, resources, members_type) if members_type else ()
    instance_class = argument(resource, "node_type").string() if not members_type else _cluster_class(resource, members)
    answers = {FacetName.PUBLIC: any_public(resource, members)} if engine == "neptune" else {}
    store = _store(resource, resources, engine, instance_class, _OF_CLUSTERS, answers)
    failover = of_cluster(resource, resources, members, members_type) if members_type else None
    name = _CLUSTER_GROUPS.get(resource.type)
    parameters = parameters_of(resources, argument(resource, name)) if name else None
    store = replace(store, failover=failover, parameters=parameters)
    return with_members(replace(store, produced=exports_of(store, resource, resources)), members)
