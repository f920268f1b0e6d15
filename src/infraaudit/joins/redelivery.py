"""Tells after what time a broker hands a task of Celery to another worker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Datastore, EdgeKind, Known, Server, Unknown, Workload, default
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from infraaudit.model import Container, Edge, Estate, Value
    from infraaudit.source.span import Span

_OPTIONS = "BROKER_TRANSPORT_OPTIONS"
_SETTING = "visibility_timeout"
_BROKER = "broker"


def redelivery_of(estate: Estate, edge: Edge) -> Value[int] | None:
    """Return the time of an edge from a Celery worker to its broker, ``None`` for every other edge.

    A variable of the worker states it; else the broker's own time counts.
    """
    store = estate.get(edge.target, Datastore)
    row = table("brokers").get(store.engine) if store is not None else None
    if row is None or edge.kind is not EdgeKind.READS or edge.purpose != _BROKER:
        return None
    workload = estate.get(edge.source, Workload)
    for container in workload.containers if workload is not None else ():
        if container.process is not None and container.process.server is Server.CELERY_WORKER:
            stated = _stated(container) if row["transport_option"] else None
            return stated or default(int(row["redelivery"]), edge.at, row.words)
    return None


def _stated(container: Container) -> Value[int] | None:
    for variable in reversed(container.environment):
        name = variable.name.upper()
        if not name.endswith(_OPTIONS) and _SETTING.upper() not in name:
            continue
        if not isinstance(variable.value, Known):
            return Unknown(f"{variable.name} may set it", variable.value.at)
        return _read(variable.name, variable.value.value, variable.value.at, whole=not name.endswith(_OPTIONS))
    return None


def _read(name: str, text: str, at: Span, *, whole: bool) -> Value[int] | None:
    """Read the number, or the setting among the options that a variable holds as JSON."""
    if whole:
        number = as_integer(text.strip())
    else:
        try:
            options = json.loads(text)
        except ValueError:
            return Unknown(f"{name} is not JSON", at)
        if not isinstance(options, dict) or _SETTING not in options:
            return None
        number = as_integer(options[_SETTING])
    return Unknown(f"{_SETTING} in {name} is not a whole number", at) if number is None else Known(number, at)
