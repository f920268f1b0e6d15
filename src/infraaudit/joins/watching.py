"""Ties alarms to what they watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Alarm, Datastore, Edge, EdgeKind, Function, Queue, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_watching(estate: Estate) -> Estate:
    """Add the edges alarm to resource."""
    return estate.with_edges(_alarms(estate))


def _alarms(estate: Estate) -> Iterator[Edge]:
    named: dict[tuple[str, str], Datastore | Queue | Workload] = {}
    watchable: list[Datastore | Queue | Workload] = [*estate.of(Datastore), *estate.of(Queue), *estate.of(Workload)]
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
