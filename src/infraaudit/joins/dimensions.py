"""Tells which dimensions of alarms no metric has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Alarm, Known

if TYPE_CHECKING:
    from infraaudit.facts import Row
    from infraaudit.model import Dimension, Estate


def join_dimensions(estate: Estate) -> Estate:
    """Fill what is wrong with the dimensions of alarms on metrics that the facts know."""
    return estate.with_entities(
        replace(alarm, dimensions=tuple(_judged(each, alarm) for each in alarm.dimensions))
        for alarm in estate.of(Alarm)
        if alarm.dimensions
    )


def _judged(dimension: Dimension, alarm: Alarm) -> Dimension:
    namespace = alarm.namespace
    if not isinstance(namespace, Known):
        return dimension
    row = table("alarm_dimensions").get(f"{namespace.value}.{dimension.name}")
    return dimension if row is None else replace(dimension, fault=_fault(dimension, alarm, row))


def _fault(dimension: Dimension, alarm: Alarm, row: Row) -> str:
    needed = row.get("needs")
    if needed is not None and needed not in {each.name for each in alarm.dimensions}:
        return f"no metric has {dimension.name} without {needed} beside it"
    wanted = row["attribute"]
    if dimension.of:
        by_type = dimension.type in row["types"] and dimension.attribute not in {"", wanted, *row.get("also", ())}
        return f"{dimension.name} is the {wanted} of {dimension.of}, not its {dimension.attribute}" if by_type else ""
    starts = tuple(row.get("starts", ()))
    value = dimension.value
    if starts and isinstance(value, Known) and not value.value.startswith(starts):
        return f"{dimension.name} begins with {' or '.join(starts)}, as the end of an ARN does"
    return ""
