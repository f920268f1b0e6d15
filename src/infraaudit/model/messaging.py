"""What carries messages: queues, topics and what happens to a message that cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity
from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Faceted):
    """A queue. ``dead_letter`` is the address of the queue that takes what cannot be handled, or its literal name.

    Times are in seconds. ``is_dead_letter`` marks a queue that serves another as such.
    """

    fifo: Value[bool]
    dead_letter: Maybe[str]
    max_receive: Maybe[int]
    visibility_timeout: Value[int]
    retention: Value[int]
    is_dead_letter: bool = False
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Faceted):
    """A topic that hands messages to subscribers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Entity):
    """One subscriber of a topic: addresses of the topic and of what receives, and the protocol between."""

    topic: Maybe[str]
    endpoint: Maybe[str]
    protocol: Maybe[str]
    dead_letter: Maybe[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(Entity):
    """What takes messages from a queue without a process of its own that polls it: an event source mapping."""

    queue: Maybe[str]
    workload: Maybe[str]
