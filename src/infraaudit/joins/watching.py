"""Ties alarms to what they watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Alarm,
    Datastore,
    Edge,
    EdgeKind,
    Function,
    LogMetric,
    LogSink,
    Queue,
    Trigger,
    Workload,
    known_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_watching(estate: Estate) -> Estate:
    """Add the edges alarm to resource."""
    return estate.with_edges((*_alarms(estate), *_of_logs(estate)))


def _of_logs(estate: Estate) -> Iterator[Edge]:
    """Yield the edges between alarms, the metrics that lines of logs are counted as, and the groups of these."""
    for counted in estate.of(LogMetric):
        namespace, name, group = known_value(counted.namespace), known_value(counted.metric), known_value(counted.group)
        for alarm in estate.in_deployment(counted, Alarm):
            same = alarm.namespace is not None and known_value(alarm.namespace) == namespace
            if same and namespace is not None and name in alarm.metrics:
                yield Edge(EdgeKind.WATCHES, alarm.key, counted.key, f"{alarm} looks at what it counts", alarm.at)
        sink = next((each for each in estate.in_deployment(counted, LogSink) if _is_named(each, group)), None)
        if sink is not None:
            yield Edge(EdgeKind.READS, counted.key, sink.key, f"{counted} counts its lines", counted.group.at)


def _is_named(sink: LogSink, name: str | None) -> bool:
    return name is not None and name in {sink.address, *sink.identifiers}


def _alarms(estate: Estate) -> Iterator[Edge]:
    named: dict[tuple[str, str], Datastore | Queue | Workload | Trigger] = {}
    watchable: list[Datastore | Queue | Workload | Trigger] = [
        *estate.of(Datastore),
        *estate.of(Queue),
        *estate.of(Workload),
        *estate.of(Trigger),
    ]
    for each in watchable:
        names = each.identifiers if isinstance(each, Datastore | Queue | Function) else ()
        for name in (each.address, *names):
            named.setdefault((each.deployment.id, name), each)
    for alarm in estate.of(Alarm):
        for name in alarm.watches:
            watched = named.get((alarm.deployment.id, name))
            if watched is not None:
                metrics = ", ".join(alarm.metrics) or "a metric"
                yield Edge(EdgeKind.WATCHES, alarm.key, watched.key, f"{alarm} looks at its {metrics}", alarm.at)
