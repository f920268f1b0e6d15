"""What watches: alarms, log sinks and whom they tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Dimension:
    """One name by which an alarm picks its metric.

    ``value`` is the text, unknown until apply where it is read of another resource: that one's address is ``of``, its
    type ``type`` and the attribute ``attribute``. ``fault`` says why no metric has this dimension, where that is
    known, derived.
    """

    name: str
    value: Maybe[str]
    at: Span
    of: str = ""
    type: str = ""
    attribute: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Entity):
    """A rule that raises an alarm.

    ``metrics`` are the names of the metrics that it looks at and ``watches`` the addresses or literal names of what
    it looks at; ``complete`` is false where some of either cannot be told. ``acts`` tells whether it has an action
    when it fires. ``used_by`` names other resources that act on it (a composite alarm, a scaling policy).
    ``namespace`` is the family of the metric and ``dimensions`` are what picks it, where the platform has both.
    """

    metrics: tuple[str, ...]
    watches: tuple[str, ...]
    complete: bool = True
    enabled: Value[bool]
    acts: Value[bool]
    actions: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    namespace: Maybe[str] | None = None
    dimensions: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSink(Entity):
    """Where logs are kept. ``retention`` is in days; absent means for ever. ``identifiers`` are its literal names.

    ``is_group`` tells that containers name it as the group of their log driver.
    """

    retention: Maybe[int]
    identifiers: tuple[str, ...] = ()
    is_group: bool = True


@dataclass(frozen=True, slots=True)
class Logging:
    """Where a platform takes the output of a container.

    ``driver`` is the platform's word for the way. ``group`` is the log group that it leads to, by its address or
    literal name, absent for other ways; ``creates`` tells that the way makes the group where it is missing. ``routes``
    marks the container that hands on the output of the others beside it. ``limit`` is the size at which a file of it
    is put aside, where the driver keeps files.
    """

    driver: Maybe[str]
    group: Maybe[str]
    creates: Value[bool]
    at: Span
    routes: bool = False
    limit: Maybe[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringAgent(Entity):
    """A sign that monitoring lives elsewhere: a vendor's agent or provider, whose monitors the tree need not show."""

    vendor: str
