"""Lifts the clusters of Amazon MSK: their brokers with their disks, and what they give to the logs that they make."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import (
    Absent,
    Disk,
    EventLog,
    FacetName,
    Known,
    Parameter,
    Parameters,
    Unknown,
    default,
    kept_by_kafka,
    or_default,
)
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.aws.stores.scaled_units import scaled
from infraaudit.readers.terraform.lifting.arguments import argument, is_present
from infraaudit.readers.terraform.lifting.engine_parameters import number_of
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Datastore, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_THREE_ZONES = 3
_TIERED = "TIERED"
_GIB = 2**30
_CLUSTER = StoreKind(
    "aws_msk_cluster", "kafka", "cluster_name", "kafka_version", "broker_node_group_info.instance_type",
    "broker_node_group_info.security_groups",
)  # fmt: skip
_DISK = "broker_node_group_info.storage_info.ebs_storage_info.volume_size"


def lift_clusters_of_brokers(resources: Resources) -> Iterator[Datastore]:
    """Lift ``aws_msk_cluster`` with the disks of its brokers, which a target of their own lets grow."""
    for resource in resources.of_type(_CLUSTER.type):
        size = argument(resource, _DISK).integer()
        grows = _tiered(resource) or scaled(resource, resources, "kafka:broker-storage:VolumeSize", "", size.at)
        disk = Disk(
            size=size.map(_GIB.__mul__),
            grows=grows,
            setting="aws_appautoscaling_target of kafka:broker-storage:VolumeSize",
            largest=Absent(resource.at),
            type=Absent(resource.at),
        )
        found = Found(answers={FacetName.ASKS: _asks(resource)})
        yield replace(store_of(resource, resources, _CLUSTER, found), disk=disk)


def _tiered(resource: Resource) -> Value[bool] | None:
    """Return that what does not fit on the disks of the brokers moves to storage without an end, where it does."""
    mode = argument(resource, "storage_mode").string()
    if isinstance(mode, Known):
        return Known(value=True, at=mode.at) if mode.value.upper() == _TIERED else None
    return Unknown(mode.why, mode.at) if isinstance(mode, Unknown) else None


def _asks(resource: Resource) -> Value[bool]:
    """Return whether every client is asked: a way to do so is on, and that without one is not."""
    base = "client_authentication"
    open_to_all = argument(resource, f"{base}.unauthenticated").boolean()
    if isinstance(open_to_all, Unknown) or (isinstance(open_to_all, Known) and open_to_all.value):
        return open_to_all.map(_negated)
    ways = [argument(resource, f"{base}.{way}").boolean() for way in ("sasl.iam", "sasl.scram")]
    certificates = argument(resource, f"{base}.tls.certificate_authority_arns")
    on = next((each for each in ways if isinstance(each, Known) and each.value), None)
    if on is not None or is_present(certificates):
        return on or Known(value=True, at=certificates.at)
    doubt = next((each for each in ways if isinstance(each, Unknown)), None)
    if doubt is not None or certificates.is_unknown:
        return doubt or Unknown("with which certificates clients show who they are cannot be told", certificates.at)
    at = argument(resource, base).at
    return default(value=False, at=at, fact=table("aws_facets")["aws_msk_cluster asks"].words)


def _negated(on: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not on


def lift_cluster_logs(resources: Resources) -> Iterator[EventLog]:
    """Lift the replication of ``aws_msk_cluster``."""
    for resource in resources.of_type("aws_msk_cluster"):
        properties = _properties(resource, resources)
        row = _row(resource)
        internal = [(name, number_of(properties, name)) for name in table("event_logs")["kafka"]["internal"]]
        unclean = properties.get("unclean.leader.election.enable")
        yield EventLog(
            address=f"{resource.address}/logs",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            replication=_number(number_of(properties, "default.replication.factor"), row, "replication"),
            in_sync=_number(number_of(properties, "min.insync.replicas"), row, "in_sync"),
            brokers=argument(resource, "number_of_broker_nodes").integer(),
            internal=tuple((name, value) for name, value in internal if not isinstance(value, Absent)),
            unclean=unclean.map(_is_true),
            shared=True,
            retention=_retention(properties),
        )


def _retention(properties: Parameters) -> Maybe[int]:
    row = table("event_logs")["kafka"]
    kept = kept_by_kafka(partial(number_of, properties))
    return default(int(row["retention"]), properties.at, row.words) if kept is None else kept


def _is_true(text: str) -> bool:
    return text.lower() == "true"


def _row(resource: Resource) -> Row | None:
    """Return the defaults by the number of zones, ``None`` where that cannot be told."""
    subnets = argument(resource, "broker_node_group_info.client_subnets")
    if not subnets.is_list or subnets.open:
        return None
    three = len(subnets.each()) >= _THREE_ZONES
    return table("event_logs")["msk-3-zones" if three else "msk-2-zones"]


def _number(value: Maybe[int], row: Row | None, column: str) -> Value[int]:
    if row is not None:
        return or_default(value, int(row[column]), row.words)
    if isinstance(value, Absent):
        return Unknown("the default follows the number of zones, which cannot be told", value.at)
    return value


def _properties(resource: Resource, resources: Resources) -> Parameters:
    """Return the lines of the configuration that a cluster names."""
    node = argument(resource, "configuration_info.arn")
    if node.is_absent:
        return Parameters(resource.at)
    configuration = behind(resources, node, "aws_msk_configuration")
    if configuration is None:
        return Parameters(node.at, doubt=Unknown("the configuration of the cluster is not among these files", node.at))
    text = argument(configuration, "server_properties").string()
    if not isinstance(text, Known):
        why = text.why if isinstance(text, Unknown) else "it sets nothing"
        return Parameters(text.at, doubt=Unknown(f"the configuration cannot be told: {why}", text.at))
    lines = (line.partition("=") for line in text.value.splitlines() if not line.lstrip().startswith("#"))
    members = (Parameter(name.strip().lower(), Known(value.strip(), text.at)) for name, _, value in lines if value)
    return Parameters(text.at, tuple(members))
