"""What carries messages: queues, topics and what happens to a message that cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.data.retention import Retaining
from infraaudit.model.entity import Entity
from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivering(Entity):
    """What hands messages or events to somebody, and may in the end give one up, whatever else it is."""

    @property
    def gives_up_to(self) -> Maybe[str] | None:
        """What takes what is given up: an address or a literal name, ``None`` where nothing ever is."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Faceted, Retaining, Delivering):
    """A queue. ``dead_letter`` is the address of the queue that takes what cannot be handled, or its literal name.

    Times are in seconds. ``is_dead_letter`` marks a queue that serves another as such. ``keeps_age`` tells that a
    message which moves to the dead-letter queue is as old there as it was before.
    ``idle_expiry`` is after how long without use the platform deletes the queue with all that is in it, absent where it
    never does, and ``None`` where its platform knows no such thing. ``never_gives_up`` is whether what fails is tried
    for ever, ``None`` where a dead-letter queue is there for that.
    """

    fifo: Value[bool]
    dead_letter: Maybe[str]
    max_receive: Maybe[int]
    visibility_timeout: Value[int]
    retention: Value[int]
    is_dead_letter: bool = False
    keeps_age: bool = False
    idle_expiry: Maybe[int] | None = None
    never_gives_up: Value[bool] | None = None
    identifiers: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()

    @property
    def kept_for(self) -> Maybe[int] | None:
        """The seconds after which a message is dropped."""
        return self.retention

    @property
    def gives_up_to(self) -> Maybe[str] | None:
        """The queue that takes what cannot be handled."""
        return self.dead_letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Faceted):
    """A topic that hands messages to subscribers. ``identifiers`` are its literal names.

    ``delivers`` is whether it hands on anything at all, ``None`` where its kind always does.
    """

    delivers: Value[bool] | None = None
    identifiers: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Delivering):
    """One subscriber of a topic: addresses of the topic and of what receives, and the protocol between."""

    topic: Maybe[str]
    endpoint: Maybe[str]
    protocol: Maybe[str]
    dead_letter: Maybe[str]

    @property
    def gives_up_to(self) -> Maybe[str] | None:
        """The queue that takes what the subscriber refuses."""
        return self.dead_letter


class SourceKind(StrEnum):
    """How the source of a consumer keeps its messages."""

    QUEUE = "queue"
    SHARDED_STREAM = "sharded stream"
    LOG = "log"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(Faceted):
    """What takes messages from a queue or stream without a process of its own that polls it.

    ``queue`` is the address of the source or its literal name, ``workload`` that of the function it calls. Times are
    in seconds. ``most_at_once`` is how many calls it makes at the same time, absent where nothing bounds them but the
    function. ``retries`` and ``oldest`` bound how often and up to which age a record that fails is tried again,
    absent where it is tried until it expires. ``failures`` is the address or literal name of what then takes it.
    ``splits`` is whether a batch that fails is halved, ``partial`` whether the function names the messages that failed.
    Each is ``None`` where this kind of consumer does not have it.
    """

    queue: Maybe[str]
    workload: Maybe[str]
    source: Maybe[SourceKind] | None = None
    batch: Maybe[int] | None = None
    batch_window: Maybe[int] | None = None
    most_at_once: Maybe[int] | None = None
    retries: Maybe[int] | None = None
    oldest: Maybe[int] | None = None
    failures: Maybe[str] | None = None
    splits: Maybe[bool] | None = None
    partial: Maybe[bool] | None = None
    enabled: Value[bool] | None = None
    facets: tuple[Facet, ...] = ()
