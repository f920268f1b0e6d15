"""Reads between which bounds the machines of a store come and go by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Capacity, Known, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present

if TYPE_CHECKING:
    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_THOUSAND = 1000


def capacity_of(resource: Resource) -> Capacity | None:
    """Return the bounds of a store, ``None`` where its machines do not come and go by themselves."""
    for name, row in table("capacities").items():
        if row.get("type", name) == resource.type and _counts(resource, row):
            return _capacity(resource, row)
    return None


def _counts(resource: Resource, row: Row) -> bool:
    if row["block"]:
        return may_be_present(argument(resource, row["block"]))
    written = argument(resource, row["when"]).string() if "when" in row.columns else None
    return written is None or (isinstance(written, Known) and written.value == row["starts"])


def _capacity(resource: Resource, row: Row) -> Capacity:
    least = _bound(resource, row, "least")
    floor: Value[int] = Unknown(f"{row['least']} is not written", least.at) if isinstance(least, Absent) else least
    idle = argument(resource, row["idle"]).integer() if "idle" in row.columns else Absent(resource.at)
    return Capacity(
        unit=row["unit"],
        least=floor,
        most=_bound(resource, row, "most"),
        stops=_stops(resource, row, floor),
        idle=idle,
        setting=row["pauses"] if "pauses" in row.columns else row["least"],
    )


def _bound(resource: Resource, row: Row, name: str) -> Maybe[int]:
    written = argument(resource, row[name]).value(as_thousandths, "a number")
    absent = row.get(f"{name}_absent")
    return written if absent is None or not isinstance(written, Absent) else default(int(absent), written.at, row.words)


def _stops(resource: Resource, row: Row, least: Value[int]) -> Value[bool]:
    if row.get("never"):
        return default(value=False, at=resource.at, fact=row.words)
    if "pauses" in row.columns:
        return argument(resource, row["pauses"]).boolean_or(bool(row["pauses_absent"]), row.words)
    return least.map(_is_zero)


def _is_zero(number: int) -> bool:
    return number == 0


def as_thousandths(scalar: str | float | bool | None) -> int | None:  # noqa: FBT001 - the value that is read
    """Read a number with at most three digits after the point."""
    if isinstance(scalar, bool) or scalar is None:
        return None
    try:
        return round(float(scalar) * _THOUSAND)
    except (ValueError, OverflowError):
        return None
