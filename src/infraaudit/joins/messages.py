"""Ties queues to the queues that take their failures, and to what consumes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Consumer, Edge, EdgeKind, Function, Queue, Subscription, Topic, Workload, known_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_messages(estate: Estate) -> Estate:
    """Add dead-letter and consumer edges, and mark the queues that serve others as dead-letter queues."""
    edges = [*_dead_letters(estate), *_consumers(estate), *_subscriptions(estate)]
    joined = estate.with_edges(edges)
    marked = (
        replace(queue, is_dead_letter=True)
        for queue in joined.of(Queue)
        if not queue.is_dead_letter and joined.edges_to(queue, EdgeKind.DEAD_LETTERS_TO)
    )
    return joined.with_entities(marked)


def _queue_named(estate: Estate, beside: Queue | Consumer | Subscription, name: str | None) -> Queue | None:
    """Return the queue of an address or of a literal name in the same deployment."""
    if not name:
        return None
    exact = estate.beside(beside, name, Queue)
    if exact is not None:
        return exact
    return next((each for each in estate.in_deployment(beside, Queue) if name in each.identifiers), None)


def _workload_named(estate: Estate, consumer: Consumer, name: str | None) -> Workload | None:
    """Return the workload of an address, or the function of a literal name, in the same deployment."""
    if not name:
        return None
    exact = estate.beside(consumer, name, Workload)
    if exact is not None:
        return exact
    return next((each for each in estate.in_deployment(consumer, Function) if name in each.identifiers), None)


def _dead_letters(estate: Estate) -> Iterator[Edge]:
    for queue in estate.of(Queue):
        target = _queue_named(estate, queue, known_value(queue.dead_letter))
        if target is not None:
            yield Edge(EdgeKind.DEAD_LETTERS_TO, queue.key, target.key, "redrive policy", queue.dead_letter.at)


def _consumers(estate: Estate) -> Iterator[Edge]:
    for consumer in estate.of(Consumer):
        queue = _queue_named(estate, consumer, known_value(consumer.queue))
        if queue is not None:
            yield Edge(EdgeKind.CONSUMES, consumer.key, queue.key, f"{consumer} reads it", consumer.queue.at)
        workload = _workload_named(estate, consumer, known_value(consumer.workload))
        if workload is not None:
            evidence = f"{consumer} hands it what it reads"
            yield Edge(EdgeKind.CALLS, consumer.key, workload.key, evidence, consumer.workload.at)


def _subscriptions(estate: Estate) -> Iterator[Edge]:
    for subscription in estate.of(Subscription):
        topic = estate.beside(subscription, known_value(subscription.topic) or "", Topic)
        if topic is not None:
            yield Edge(EdgeKind.CONSUMES, subscription.key, topic.key, f"{subscription}", subscription.topic.at)
        queue = _queue_named(estate, subscription, known_value(subscription.dead_letter))
        if queue is not None:
            at = subscription.dead_letter.at
            yield Edge(EdgeKind.DEAD_LETTERS_TO, subscription.key, queue.key, "redrive policy", at)
