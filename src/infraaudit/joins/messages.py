"""Ties queues to the queues that take their failures, and to what consumes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import (
    Consumer,
    Edge,
    EdgeKind,
    Function,
    Queue,
    Stream,
    Subscription,
    Topic,
    Trigger,
    Workflow,
    Workload,
    known_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Entity, Estate


def join_messages(estate: Estate) -> Estate:
    """Add dead-letter and consumer edges, and mark the queues that serve others as dead-letter queues."""
    edges = [
        *_dead_letters(estate),
        *_consumers(estate),
        *_subscriptions(estate),
        *_triggers(estate),
        *_successes(estate),
    ]
    joined = estate.with_edges(edges)
    marked = (
        replace(queue, is_dead_letter=True)
        for queue in joined.of(Queue)
        if not queue.is_dead_letter and joined.edges_to(queue, EdgeKind.DEAD_LETTERS_TO)
    )
    return joined.with_entities(marked)


def _queue_named(estate: Estate, beside: Entity, name: str | None) -> Queue | None:
    """Return the queue of an address or of a literal name in the same deployment."""
    if not name:
        return None
    exact = estate.beside(beside, name, Queue)
    if exact is not None:
        return exact
    return next((each for each in estate.in_deployment(beside, Queue) if name in each.identifiers), None)


def _stream_named(estate: Estate, consumer: Consumer, name: str | None) -> Stream | None:
    """Return the stream of an address or of a literal name in the same deployment."""
    if not name:
        return None
    exact = estate.beside(consumer, name, Stream)
    return exact or next((each for each in estate.in_deployment(consumer, Stream) if name in each.identifiers), None)


def _workload_named(estate: Estate, consumer: Entity, name: str | None) -> Workload | None:
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
        stream = _stream_named(estate, consumer, known_value(consumer.queue))
        if stream is not None:
            yield Edge(EdgeKind.CONSUMES, consumer.key, stream.key, f"{consumer} reads it", consumer.queue.at)
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
        told = _workload_named(estate, subscription, known_value(subscription.endpoint))
        if told is not None:
            yield Edge(
                EdgeKind.STARTS, subscription.key, told.key, f"{subscription} calls it", subscription.endpoint.at
            )


def _triggers(estate: Estate) -> Iterator[Edge]:
    for trigger in estate.of(Trigger):
        name = known_value(trigger.starts)
        started: Workload | Workflow | Queue | None = _workload_named(estate, trigger, name)
        started = started or _queue_named(estate, trigger, name) or _workflow_named(estate, trigger, name)
        if started is not None:
            yield Edge(EdgeKind.STARTS, trigger.key, started.key, f"{trigger} starts it", trigger.starts.at)
        queue = _queue_named(estate, trigger, known_value(trigger.dead_letter) if trigger.dead_letter else None)
        if queue is not None and trigger.dead_letter is not None:
            at = trigger.dead_letter.at
            yield Edge(EdgeKind.DEAD_LETTERS_TO, trigger.key, queue.key, "takes what could not be handed over", at)


def _successes(estate: Estate) -> Iterator[Edge]:
    """Yield the edges from a function to what hears of the events that it handled."""
    for function in estate.of(Function):
        if function.successes is not None:
            name = known_value(function.successes)
            told = _queue_named(estate, function, name) or _workload_named(estate, function, name)
            if told is not None:
                evidence = f"{function} hands on what it handled"
                yield Edge(EdgeKind.STARTS, function.key, told.key, evidence, function.successes.at)


def _workflow_named(estate: Estate, trigger: Trigger, name: str | None) -> Workflow | None:
    if not name:
        return None
    exact = estate.beside(trigger, name, Workflow)
    return exact or next((each for each in estate.in_deployment(trigger, Workflow) if name in each.identifiers), None)
