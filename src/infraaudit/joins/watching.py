"""Ties alarms to what they watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Alarm, Datastore, Edge, EdgeKind, Queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_watching(estate: Estate) -> Estate:
    """Add the edges alarm to resource."""
    return estate.with_edges(_alarms(estate))


def _alarms(estate: Estate) -> Iterator[Edge]:
    for alarm in estate.of(Alarm):
        watchable: list[Datastore | Queue] = [
            *estate.in_deployment(alarm, Datastore),
            *estate.in_deployment(alarm, Queue),
        ]
        named = {identifier: each for each in watchable for identifier in (each.address, *each.identifiers)}
        for name in alarm.watches:
            if name in named:
                metrics = ", ".join(alarm.metrics) or "a metric"
                yield Edge(EdgeKind.WATCHES, alarm.key, named[name].key, f"{alarm} looks at its {metrics}", alarm.at)
