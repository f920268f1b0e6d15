"""Lifts the stores that need little reading: search domains, brokers, and what a service keeps in tables of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import DataClass, FacetName, Known, Unknown
from infraaudit.readers.terraform.aws.identity.access_policies import admits_everybody
from infraaudit.readers.terraform.aws.stores.failover import of_domain
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, reason
from infraaudit.readers.terraform.lifting.failover import failover_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Datastore, Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DOMAINS = (
    StoreKind(
        "aws_opensearch_domain", "opensearch", "domain_name", "engine_version", "cluster_config.instance_type",
        "vpc_options.security_group_ids", DataClass.DERIVED,
    ),
    StoreKind(
        "aws_elasticsearch_domain", "elasticsearch", "domain_name", "elasticsearch_version",
        "cluster_config.instance_type", "vpc_options.security_group_ids", DataClass.DERIVED,
    ),
)  # fmt: skip
_BROKER = StoreKind(
    "aws_mq_broker", "activemq", "broker_name", "engine_version", "host_instance_type", "security_groups"
)
_MOVER = StoreKind(
    "aws_dms_replication_instance", "dms", "replication_instance_id", "engine_version", "replication_instance_class",
    "vpc_security_group_ids", DataClass.TRANSIENT,
)  # fmt: skip
_LEDGERS = (
    StoreKind(
        "aws_timestreaminfluxdb_db_instance", "influxdb", "name", "", "db_instance_type", "vpc_security_group_ids"
    ),
    StoreKind("aws_timestreamwrite_table", "timestream", "table_name", named=True),
    StoreKind("aws_qldb_ledger", "qldb", "name"),
)


def lift_other_stores(resources: Resources) -> Iterator[Datastore]:
    """Lift search domains, brokers, and the stores of which one attribute each is told."""
    for kind in _DOMAINS:
        for resource in resources.of_type(kind.type):
            answers = _domain_answers(resource, resources)
            found = Found(_domain_engine(resource), answers, None, of_domain(resource))
            yield replace(store_of(resource, resources, kind, found), voters=_voters(resource))
    for resource in resources.of_type(_BROKER.type):
        found = Found(engine=_broker_engine(resource), failover=failover_of(resource))
        yield store_of(resource, resources, _BROKER, found)
    for resource in resources.of_type(_MOVER.type):
        yield store_of(resource, resources, _MOVER, Found(answers=_mover_answers(resource)))
    for kind in _LEDGERS:
        for resource in resources.of_type(kind.type):
            yield store_of(resource, resources, kind)


def _voters(resource: Resource) -> Maybe[int] | None:
    """Return how many nodes of their own decide for a domain, ``None`` where its data nodes do."""
    chosen = argument(resource, "cluster_config.dedicated_master_enabled").boolean()
    if isinstance(chosen, Unknown):
        return Unknown(chosen.why, chosen.at)
    if not isinstance(chosen, Known) or not chosen.value:
        return None
    return argument(resource, "cluster_config.dedicated_master_count").integer()


def _mover_answers(resource: Resource) -> Mapping[FacetName, Value[bool]]:
    """Return that the service decides on a public address where none is asked for or refused."""
    node = argument(resource, "publicly_accessible")
    if not node.is_absent:
        return {}
    return {FacetName.PUBLIC: Unknown("publicly_accessible is not written, and the service decides", node.at)}


def _broker_engine(resource: Resource) -> str:
    written = argument(resource, "engine_type").string()
    return written.value.lower() if isinstance(written, Known) else "unknown"


def _domain_engine(resource: Resource) -> str:
    version = argument(resource, "engine_version").string()
    old = isinstance(version, Known) and version.value.lower().startswith("elasticsearch")
    return "elasticsearch" if old else ""


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
