"""What has something done: by the clock, when an event comes, or when an object is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.data.messaging import Delivering

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


class TriggerKind(StrEnum):
    """What sets it off."""

    CLOCK = "the clock"
    EVENTS = "events"
    OBJECTS = "changes of objects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Delivering):
    """A rule with what it starts, a schedule, or a notification of a bucket.

    ``sets_off`` is by what, ``schedule`` the expression of the clock, absent for others. ``starts`` is the address or
    literal name of what is called: a function, a queue, a workflow, or the task whose containers are told elsewhere.
    ``enabled`` is whether it is switched on. ``retries`` is how often and ``event_age`` up to which age in seconds the
    platform tries again to hand over what is refused, and ``dead_letter`` the queue that takes it then; ``None`` where
    the platform leaves no choice. ``hears`` are the sources and the kinds of the events, in the words of the platform
    (``aws.ecs``, ``ECS Task State Change``), ``hears_complete`` being false where some cannot be told.
    """

    sets_off: Value[TriggerKind]
    schedule: Maybe[str]
    starts: Maybe[str]
    enabled: Value[bool]
    retries: Value[int] | None = None
    event_age: Value[int] | None = None
    dead_letter: Maybe[str] | None = None
    hears: tuple[str, ...] = ()
    hears_complete: bool = True

    @property
    def gives_up_to(self) -> Maybe[str] | None:
        """What takes an event that could not be handed over."""
        return self.dead_letter
