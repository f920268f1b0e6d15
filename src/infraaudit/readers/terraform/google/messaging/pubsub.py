"""Lifts the topics of Pub/Sub, and its subscriptions as the queues that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Consumer, Known, Queue, SourceKind, Topic, default
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default, duration, integer_or_default
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, block, is_present, literals
from infraaudit.readers.terraform.lifting.naming import is_dead_letter_name
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SUBSCRIPTION = "google_pubsub_subscription"
_TARGET = "dead_letter_policy.dead_letter_topic"


def lift_topics(resources: Resources) -> Iterator[Topic]:
    """Lift ``google_pubsub_topic``."""
    for resource in resources.of_type("google_pubsub_topic"):
        yield Topic(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            facets=facets_of(resource),
        )


def lift_subscriptions(resources: Resources) -> Iterator[Queue]:
    """Lift ``google_pubsub_subscription``: it keeps the messages until its consumer has handled them."""
    serving = _dead_letter_topics(resources)
    for resource in resources.of_type(_SUBSCRIPTION):
        identifiers = literals(argument(resource, "name").string())
        topics = {each.address for each in mentioned(resources, argument(resource, "topic"))}
        yield Queue(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            fifo=boolean_or_default(
                argument(resource, "enable_message_ordering"), f"{_SUBSCRIPTION}.enable_message_ordering"
            ),
            dead_letter=_dead_letter(resource, resources),
            max_receive=_attempts(resource),
            visibility_timeout=integer_or_default(
                argument(resource, "ack_deadline_seconds"), f"{_SUBSCRIPTION}.ack_deadline_seconds"
            ),
            retention=_retention(resource),
            idle_expiry=_idle_expiry(resource),
            is_dead_letter=bool(topics & serving) or is_dead_letter_name((resource.name, *identifiers)),
            facets=facets_of(resource),
            identifiers=identifiers,
        )


def lift_pushes(resources: Resources) -> Iterator[Consumer]:
    """Lift what pushes the messages of a subscription to an endpoint of the configuration."""
    for resource in resources.of_type(_SUBSCRIPTION):
        endpoint = argument(resource, "push_config.push_endpoint")
        called = mentioned(resources, endpoint, *_ENDPOINTS)
        if len(called) == 1:
            yield Consumer(
                address=f"{resource.address}#push",
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                queue=Known(resource.address, endpoint.at),
                workload=Known(called[0].address, endpoint.at),
                source=Known(SourceKind.QUEUE, endpoint.at),
            )


_ENDPOINTS = (
    "google_cloud_run_v2_service",
    "google_cloud_run_service",
    "google_cloudfunctions2_function",
    "google_cloudfunctions_function",
)
"""What answers at an endpoint and has a limit of time."""


def _dead_letter(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the topic for what cannot be handled. A policy that names none is none."""
    policy = block(resource, "dead_letter_policy")
    target = pointed(resources, argument(resource, _TARGET))
    return Absent(policy.key_at or resource.at) if isinstance(target, Absent) else target


def _attempts(resource: Resource) -> Maybe[int]:
    if not is_present(argument(resource, _TARGET)):
        return Absent(resource.at)
    node = argument(resource, "dead_letter_policy.max_delivery_attempts")
    return integer_or_default(node, f"{_SUBSCRIPTION}.max_delivery_attempts")


def _retention(resource: Resource) -> Value[int]:
    written = argument(resource, "message_retention_duration").value(duration, "a number of seconds")
    if isinstance(written, Absent):
        stated = fact(TABLE, f"{_SUBSCRIPTION}.message_retention_duration")
        return default(int(stated.value), written.at, stated.words)
    return written


def _idle_expiry(resource: Resource) -> Maybe[int]:
    """Return after how many seconds without use a subscription is deleted: a policy with an empty time means never."""
    written = argument(resource, "expiration_policy.ttl")
    if written.content == "":
        return Absent(written.at)
    seconds = written.value(duration, "a number of seconds")
    if isinstance(seconds, Absent):
        stated = fact(TABLE, f"{_SUBSCRIPTION}.expiration_policy")
        return default(int(stated.value), resource.at, stated.words)
    return seconds


def _dead_letter_topics(resources: Resources) -> frozenset[str]:
    nodes = [argument(each, _TARGET) for each in resources.of_type(_SUBSCRIPTION)]
    return frozenset(each.address for node in nodes for each in mentioned(resources, node))
