"""Lifts the topics of Kafka that Terraform makes, at a cluster of one's own or at Google's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, EventLog, Unknown, kept_by_kafka
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPES = {"kafka_topic": "config", "google_managed_kafka_topic": "configs"}
"""The types of a topic, and the argument with its settings."""


def lift_topics(resources: Resources) -> Iterator[EventLog]:
    """Lift topics. How many copies must be in sync follows the cluster where a topic says nothing."""
    for type_, settings in _TYPES.items():
        for resource in resources.of_type(type_):
            yield EventLog(
                address=resource.address,
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                replication=_replication(resource),
                in_sync=_in_sync(resource, settings),
                brokers=Absent(resource.at),
                retention=_retention(resource, settings),
            )


def _replication(resource: Resource) -> Value[int]:
    written = argument(resource, "replication_factor").integer()
    if isinstance(written, Absent):
        return Unknown(f"{resource.address} does not say how many copies it has", written.at)
    return written


def _retention(resource: Resource, settings: str) -> Maybe[int] | None:
    config = argument(resource, settings)
    return kept_by_kafka(lambda name: config[name].integer(), topic=True)


def _in_sync(resource: Resource, settings: str) -> Value[int]:
    written = argument(resource, settings)["min.insync.replicas"].integer()
    if isinstance(written, Absent):
        why = f"min.insync.replicas of {resource.address} follows its cluster, which is not among these files"
        return Unknown(why, resource.at)
    return written
