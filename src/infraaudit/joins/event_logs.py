"""Tells how many copies the brokers of Kafka in containers keep of a log that states nothing of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import (
    Absent,
    Datastore,
    EdgeKind,
    EventLog,
    Known,
    Unknown,
    Workload,
    default,
    kept_by_kafka,
    or_default,
)
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Estate, Maybe, Parameters, Value


def join_event_logs(estate: Estate) -> Estate:
    """Add an entity for the logs of each broker, or group of equal brokers, of Kafka."""
    return estate.with_entities(_logs(estate))


def _logs(estate: Estate) -> Iterator[EventLog]:
    row = table("event_logs")["kafka"]
    for store in estate.of(Datastore):
        if store.engine != "kafka" or store.managed or store.parameters is None:
            continue
        settings = store.parameters
        internal = [(name, _number(settings, name)) for name in row["internal"]]
        yield EventLog(
            address=f"{store.address}/logs",
            kind=store.kind,
            name=store.name,
            at=store.at,
            deployment=store.deployment,
            replication=_defaulted(settings, "default.replication.factor", row, "replication"),
            in_sync=_defaulted(settings, "min.insync.replicas", row, "in_sync"),
            brokers=_brokers(store, estate),
            internal=tuple((name, value) for name, value in internal if not isinstance(value, Absent)),
            unclean=settings.get("unclean.leader.election.enable").map(_is_true),
            shared=True,
            retention=_retention(settings, row),
        )


def _is_true(text: str) -> bool:
    return text.lower() == "true"


def _retention(settings: Parameters, row: Row) -> Maybe[int]:
    kept = kept_by_kafka(partial(_number, settings))
    return default(int(row["retention"]), settings.at, row.words) if kept is None else kept


def _defaulted(settings: Parameters, name: str, row: Row, column: str) -> Value[int]:
    return or_default(_number(settings, name), int(row[column]), row.words)


def _number(settings: Parameters, name: str) -> Maybe[int]:
    written = settings.get(name)
    if not isinstance(written, Known):
        return written if isinstance(written, Absent) else Unknown(written.why, written.at)
    number = as_integer(written.value)
    return Unknown(f"{name} is not a whole number", written.at) if number is None else Known(number, written.at)


def _brokers(store: Datastore, estate: Estate) -> Value[int]:
    """Return how many brokers run beside this one, it counted: copies of all workloads with Kafka in a deployment."""
    total = 0
    for other in estate.in_deployment(store, Datastore):
        if other.engine != "kafka" or other.managed:
            continue
        for carrier in estate.sources(other, EdgeKind.RUNS, Workload):
            copies = carrier.replicas
            if isinstance(copies, Unknown):
                return Unknown(copies.why, copies.at)
            total += copies.value
    return Known(total, store.at)
