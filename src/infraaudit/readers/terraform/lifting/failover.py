"""Tells what a store survives, from the row that the table of failover has for its resource type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Failover, Known, Survives, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource


def row_of(resource: Resource) -> Row:
    """Return the row of a resource's type. Raises ``KeyError`` for a type that the table does not have."""
    return table("failover")[resource.type]


def failover_of(resource: Resource, holder: Resource | None = None) -> Failover:
    """Return what a store survives by the one attribute that decides it, which may stand in ``holder``."""
    row = row_of(resource)
    written = argument(holder or resource, row["setting"]).string()
    return _answer(row, survives_by(row, written))


def survives_by(row: Row, written: Maybe[str]) -> Value[Survives]:
    """Return what a written value comes to."""
    if isinstance(written, Absent):
        return default(Survives(row["absent"]), written.at, row.words)
    classes = {text.lower(): kind for text, kind in row["classes"].items()}
    return written.map(lambda text: Survives(classes.get(text.lower(), row["otherwise"])))


def by_count(resource: Resource, survives: Value[Survives]) -> Failover:
    """Return what a store survives whose instances were counted."""
    return _answer(row_of(resource), survives)


def _answer(row: Row, survives: Value[Survives]) -> Failover:
    return Failover(survives, row["setting"], tuple(row.get("equivalents", ())))


def weakest(answers: Iterable[Value[Survives]]) -> Value[Survives]:
    """Return the answer of the part that survives least; unknown where it may be one that cannot be told."""
    members = list(answers)
    nothing = next((each for each in members if isinstance(each, Known) and each.value is Survives.NOTHING), None)
    unknown = next((each for each in members if isinstance(each, Unknown)), None)
    order = list(Survives)
    known = [each for each in members if isinstance(each, Known)]
    return nothing or unknown or max(known, key=lambda each: order.index(each.value))
