"""What watches: alarms, log sinks and whom they tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
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


@dataclass(frozen=True, slots=True)
class AlarmCondition:
    """When an alarm on one metric fires, in the words of CloudWatch.

    ``threshold`` is in the unit of the metric, ``period`` in seconds; of the last ``periods`` periods ``datapoints``
    have to be beyond it. ``missing_data`` is what a period without data counts as. ``unit`` is what the metric measures
    (``percent``, ``bytes``, ``seconds``, ``count``), empty where the facts do not have it; ``at_most_one`` tells that
    its average never passes 1, and ``liveness`` that it says that something is there, and falls silent where it is not.
    """

    statistic: Maybe[str]
    comparison: Maybe[str]
    threshold: Maybe[float]
    period: Maybe[int]
    periods: Maybe[int]
    datapoints: Maybe[int]
    missing_data: Value[str]
    unit: str = ""
    at_most_one: bool = False
    liveness: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Entity):
    """A rule that raises an alarm.

    ``metrics`` are the names of the metrics that it looks at and ``watches`` the addresses or literal names of what
    it looks at; ``complete`` is false where some of either cannot be told. ``acts`` tells whether it has an action
    when it fires. ``used_by`` names other resources that act on it (a composite alarm, a scaling policy).
    ``muted_by`` is the alarm, by address or literal name, during which its actions wait, absent where none does.
    ``namespace`` is the family of the metric and ``dimensions`` are what picks it, where the platform has both.
    ``condition`` is when it fires, ``None`` where that is no single metric against a number, or not read.
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
    condition: AlarmCondition | None = None
    muted_by: Maybe[str] | None = None


class LogKind(StrEnum):
    """What logs tell, as far as that decides how long they are needed."""

    AUDIT = "who changed what"
    FLOWS = "connections"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSink(Entity):
    """Where logs are kept. ``retention`` is in days; absent means for ever. ``identifiers`` are its literal names.

    ``is_group`` tells that containers name it as the group of their log driver. ``fixed`` tells that the platform
    decides how long they are kept. ``kinds`` are what is surely written there besides the output of programs, and
    ``handed_on`` whether what comes in also goes elsewhere, ``None`` where that is not read.
    """

    retention: Maybe[int]
    identifiers: tuple[str, ...] = ()
    is_group: bool = True
    fixed: bool = False
    kinds: tuple[LogKind, ...] = ()
    handed_on: Value[bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMetric(Entity):
    """A metric that counts the lines of a group which fit a pattern.

    ``group`` is the address or literal name of the group, ``namespace`` the family and ``metric`` the name under which
    alarms find what is counted.
    """

    group: Maybe[str]
    pattern: Maybe[str]
    namespace: Maybe[str]
    metric: Maybe[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLog(Entity):
    """What a service writes to a group of a name of its choice, and which it makes where there is none.

    ``of`` is the address of what writes it. ``group`` is the name, and ``declared`` whether a group of this name is
    among the files. ``measures`` tells that it holds figures of the platform, and not what programs say, and ``shared``
    that all of an account write to it, so that it may be declared with any of them.
    """

    of: str
    group: Value[str]
    declared: Value[bool]
    measures: bool = False
    shared: bool = False


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
