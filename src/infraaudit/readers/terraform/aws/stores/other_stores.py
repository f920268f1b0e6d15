"""Lifts the remaining stores: tables, search domains, brokers, file systems, volumes, buckets and streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import DataClass, Datastore, FacetName, Known, Unknown
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.identity.access_policies import admits_everybody
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.stores.bucket_parts import access_logged
from infraaudit.readers.terraform.aws.stores.failover import of_domain
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals, reason
from infraaudit.readers.terraform.lifting.failover import failover_of
from infraaudit.readers.terraform.lifting.naming import data_class_of, words_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Failover, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one resource type reads: its engine, and the arguments with its name, version, machine and groups."""

    type: str
    engine: str
    identifier: str
    version: str = ""
    machine: str = ""
    groups: str = ""
    data_class: DataClass = DataClass.PRIMARY


_KINDS = (
    _Kind("aws_dynamodb_table", "dynamodb", "name"),
    _Kind(
        "aws_opensearch_domain", "opensearch", "domain_name", "engine_version", "cluster_config.instance_type",
        "vpc_options.security_group_ids", DataClass.DERIVED,
    ),
    _Kind(
        "aws_elasticsearch_domain", "elasticsearch", "domain_name", "elasticsearch_version",
        "cluster_config.instance_type", "vpc_options.security_group_ids", DataClass.DERIVED,
    ),
    _Kind(
        "aws_msk_cluster", "kafka", "cluster_name", "kafka_version", "broker_node_group_info.instance_type",
        "broker_node_group_info.security_groups",
    ),
    _Kind("aws_mq_broker", "activemq", "broker_name", "engine_version", "host_instance_type", "security_groups"),
    _Kind(
        "aws_timestreaminfluxdb_db_instance", "influxdb", "name", "", "db_instance_type", "vpc_security_group_ids",
    ),
    _Kind("aws_efs_file_system", "efs", "creation_token"),
    _Kind("aws_ebs_volume", "ebs", ""),
    _Kind("aws_kinesis_stream", "kinesis", "name"),
)  # fmt: skip

_BUCKET = _Kind("aws_s3_bucket", "s3", "bucket")
_DOMAINS = frozenset({"aws_opensearch_domain", "aws_elasticsearch_domain"})


def lift_other_stores(resources: Resources) -> Iterator[Datastore]:
    """Lift the stores that need no reading of their own."""
    for kind in _KINDS:
        for resource in resources.of_type(kind.type):
            yield _store(resource, resources, kind)


def bucket_of(resource: Resource, resources: Resources) -> Datastore:
    """Return what a bucket has in common with other stores."""
    return _store(resource, resources, _BUCKET)


def _store(resource: Resource, resources: Resources, kind: _Kind) -> Datastore:
    identifiers = literals(argument(resource, kind.identifier).string()) if kind.identifier else ()
    groups, complete = _groups(resource, resources, kind)
    return Datastore(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        engine=_engine(resource, kind),
        managed=True,
        data_class=_data_class(resource, kind, identifiers),
        version=argument(resource, kind.version).string() if kind.version else None,
        instance_class=argument(resource, kind.machine).string() if kind.machine else None,
        facets=facets_of(resource, resources, _answers(resource, resources)),
        firewalls=groups,
        firewalls_complete=complete,
        identifiers=identifiers,
        failover=_failover(resource),
    )


def _failover(resource: Resource) -> Failover | None:
    if resource.type in _DOMAINS:
        return of_domain(resource)
    return failover_of(resource) if resource.type == "aws_mq_broker" else None


def _engine(resource: Resource, kind: _Kind) -> str:
    if kind.type == "aws_mq_broker":
        written = argument(resource, "engine_type").string()
        return written.value.lower() if isinstance(written, Known) else "unknown"
    if kind.type == "aws_opensearch_domain":
        version = argument(resource, "engine_version").string()
        if isinstance(version, Known) and version.value.lower().startswith("elasticsearch"):
            return "elasticsearch"
    return kind.engine


def _groups(resource: Resource, resources: Resources, kind: _Kind) -> tuple[tuple[str, ...], bool]:
    """Return the security groups of a store; those of a file system stand on its mount targets."""
    if kind.type == "aws_efs_file_system":
        targets = [
            argument(target, "security_groups")
            for target in resources.of_type("aws_efs_mount_target")
            if resource in mentioned(resources, argument(target, "file_system_id"))
        ]
        return security_groups(resources, *targets)
    if not kind.groups:
        return (), True
    return security_groups(resources, argument(resource, kind.groups))


def _data_class(resource: Resource, kind: _Kind, identifiers: tuple[str, ...]) -> DataClass:
    names = (resource.name, *identifiers)
    if kind.type == "aws_dynamodb_table":
        return _table_class(resource, names)
    if kind.type in {"aws_s3_bucket", "aws_ebs_volume", "aws_efs_file_system"}:
        return data_class_of(names, kind.data_class)
    return kind.data_class


def _table_class(resource: Resource, names: tuple[str, ...]) -> DataClass:
    """Return the class of a table: lock tables, and sessions and caches that expire, are not worth a backup."""
    expires = argument(resource, "ttl.enabled").boolean()
    if argument(resource, "hash_key").content == "LockID":
        return DataClass.TRANSIENT
    if isinstance(expires, Known) and expires.value and words_of(names) & _PASSING:
        return DataClass.TRANSIENT
    return data_class_of(names, DataClass.PRIMARY)


_PASSING = frozenset({"session", "sessions", "cache", "lock", "locks"})
"""Words of tables whose entries may be lost when they also expire by themselves."""


def _answers(resource: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    """Return the facets that are settled by more than one attribute."""
    if resource.type in _DOMAINS:
        return _domain_answers(resource, resources)
    if resource.type == "aws_efs_file_system":
        return _file_system_answers(resource, resources)
    if resource.type == "aws_ebs_volume":
        return _volume_answers(resource, resources)
    if resource.type == _BUCKET.type:
        return {FacetName.ACCESS_LOGGED: access_logged(resource, resources)}
    return {}


def _domain_answers(resource: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    """Return what is true of a domain: outside a VPC its access policy decides, and fine-grained access encrypts."""
    answers: dict[FacetName, Value[bool]] = {}
    encrypted = argument(resource, "encrypt_at_rest.enabled")
    fine_grained = argument(resource, "advanced_security_options.enabled").boolean()
    if encrypted.is_absent and isinstance(fine_grained, Known) and fine_grained.value:
        answers[FacetName.ENCRYPTED_AT_REST] = fine_grained
    inside = argument(resource, "vpc_options")
    if is_present(inside):
        answers[FacetName.PUBLIC] = Known(value=False, at=inside.at)
    elif inside.is_unknown:
        answers[FacetName.PUBLIC] = Unknown(reason(inside), inside.at)
    else:
        answers[FacetName.PUBLIC] = _admitted_from_outside(resource, resources, inside)
    return answers


def _admitted_from_outside(resource: Resource, resources: Resources, inside: Node) -> Value[bool]:
    """Return whether the access policy of a domain outside a VPC admits anybody."""
    node = argument(resource, "access_policies")
    for policy in resources.of_type("aws_opensearch_domain_policy", "aws_elasticsearch_domain_policy"):
        if node.is_absent and _names_domain(resource, argument(policy, "domain_name"), resources):
            node = argument(policy, "access_policies")
    if node.is_absent:
        return Unknown("vpc_options is not written, and no access policy is among these files", inside.at)
    answer = admits_everybody(resources, node)
    return Known(value=True, at=inside.at) if isinstance(answer, Known) and answer.value else answer


def _names_domain(resource: Resource, node: Node, resources: Resources) -> bool:
    return resource in mentioned(resources, node) or argument(resource, "domain_name").content == node.content


def _file_system_answers(resource: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    for policy in resources.of_type("aws_efs_backup_policy"):
        if resource in mentioned(resources, argument(policy, "file_system_id")):
            status = argument(policy, "backup_policy.status").string()
            if isinstance(status, Known):
                return {FacetName.BACKED_UP: status.map(lambda text: text == "ENABLED")}
            return {FacetName.BACKED_UP: Unknown("the status of the backup policy cannot be told", status.at)}
    return {}


def _volume_answers(resource: Resource, resources: Resources) -> Mapping[FacetName, Value[bool]]:
    """Return what the account says of a volume: it may encrypt every one."""
    switches = resources.of_type("aws_ebs_encryption_by_default")
    if not switches or not argument(resource, "encrypted").is_absent:
        return {}
    switch = boolean_or_default(argument(switches[0], "enabled"), "aws_ebs_encryption_by_default.enabled")
    return {FacetName.ENCRYPTED_AT_REST: switch}
