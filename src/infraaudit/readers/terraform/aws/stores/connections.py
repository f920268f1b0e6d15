"""Computes how many connections a database of Amazon RDS accepts, from its parameter group or its instance class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import Absent, Known, Unknown, default

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Value

_GIB = 2**30
_SIZE = re.compile(r"([0-9]{1,3})xlarge")


@dataclass(frozen=True, slots=True)
class _Class:
    """An instance class taken apart: ``db.r6g.2xlarge`` is of the family r6g and the size 2xlarge."""

    row: str
    size: str
    gib: float


def memory_of(instance_class: Maybe[str]) -> Maybe[int]:
    """Return the nominal memory of an instance class in bytes, unknown where the facts do not have the class."""
    if not isinstance(instance_class, Known):
        return instance_class if isinstance(instance_class, Absent) else Unknown(instance_class.why, instance_class.at)
    found = _take_apart(instance_class.value)
    if found is None:
        return Unknown(f"the memory of the class {instance_class.value} is not among the facts", instance_class.at)
    words = table("instance_memory")[found.row].words
    return default(int(found.gib * _GIB), instance_class.at, words)


def _take_apart(text: str) -> _Class | None:
    parts = text.removeprefix("db.").split(".")
    if len(parts) != 2:  # noqa: PLR2004 - a class is a family and a size
        return None
    family, size = parts
    rows = table("instance_memory")
    for row in rows.values():
        if family in row.get("families", ()):
            steps = _steps(size)
            small = rows["sizes"].get(size)
            gib = row["large"] * steps if steps else small
            return None if gib is None else _Class(row.name, size, gib)
    return None


def _steps(size: str) -> int:
    """Return how many times the memory of ``large`` a size has; 0 for the sizes below it."""
    if size == "large":
        return 1
    if size == "xlarge":
        return 2
    match = _SIZE.fullmatch(size)
    return 0 if match is None else 2 * int(match[1])


def ceiling(stated: Maybe[int], formula: str, instance_class: Maybe[str]) -> Maybe[int]:
    """Return how many connections the server accepts: what is stated, else what AWS computes from the class.

    ``formula`` names the row of the defaults table: the engine, with ``aurora-mysql`` apart.
    """
    if not isinstance(stated, Absent):
        return stated
    if isinstance(instance_class, Absent):
        return Unknown("no instance class is given", instance_class.at)
    if isinstance(instance_class, Unknown):
        return Unknown(instance_class.why, instance_class.at)
    row = f"rds.max_connections.{formula}"
    if row not in table("aws_defaults"):
        return Unknown(f"no rule for the connections of {formula} is among the facts", instance_class.at)
    found = _take_apart(instance_class.value)
    if found is None:
        return Unknown(f"the class {instance_class.value} is not among the facts", instance_class.at)
    return _by_size(found, row, instance_class) if formula == "aurora-mysql" else _by_memory(found, row, instance_class)


def _by_memory(found: _Class, name: str, instance_class: Known[str]) -> Value[int]:
    row = table("aws_defaults")[name]
    limit = int(found.gib * _GIB / row["divisor"])
    limit = min(limit, row.get("most", limit))
    words = f"{row.words}; {found.gib:g} GiB of {instance_class.value}, nominal, so an upper bound"
    return default(limit, instance_class.at, words)


def _by_size(found: _Class, name: str, instance_class: Known[str]) -> Value[int]:
    row = table("aws_defaults")[name]
    column = {"burstable": "burstable", "memory optimized": "memory"}.get(found.row, "")
    limit = row.get(column, {}).get(found.size)
    if limit is None:
        return Unknown(f"the connections of {instance_class.value} are not among the facts", instance_class.at)
    return default(int(limit), instance_class.at, row.words)


def reserved() -> int:
    """Return how many connections RDS keeps from applications."""
    return int(fact("aws_defaults", "rds.reserved_connections").value)
