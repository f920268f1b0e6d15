"""Lifts what a cluster of Amazon MSK gives to the logs that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, EventLog, Known, Parameter, Parameters, Unknown, or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.engine_parameters import number_of
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_THREE_ZONES = 3


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
        )


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
