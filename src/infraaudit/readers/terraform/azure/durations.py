"""Reads durations and times that repeat as ISO 8601 writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.yaml_tree import Scalar

_DURATION = re.compile(
    r"P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.[0-9]+)?S)?)?"
)
_DAY = 86_400
_UNITS = (365 * _DAY, 30 * _DAY, 7 * _DAY, _DAY, 3_600, 60, 1)


def seconds(scalar: Scalar) -> int | None:
    """Return the seconds of a duration (``PT1M``, ``P14D``); a month has 30 days and a year 365."""
    match = _DURATION.fullmatch(str(scalar))
    if match is None or not any(match.groups()):
        return None
    return sum(int(part) * unit for part, unit in zip(match.groups(), _UNITS, strict=True) if part)


def days(scalar: Scalar) -> int | None:
    """Return the whole days of a duration."""
    found = seconds(scalar)
    return None if found is None else found // _DAY


def gap(scalar: Scalar) -> int | None:
    """Return the seconds between two times of a series (``R/2026-01-01T02:30:00+00:00/P1D``)."""
    return seconds(str(scalar).rsplit("/", 1)[-1]) if str(scalar).startswith("R") else None
