"""Reads the expressions by which AWS is told when to do something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_UNITS = {"minute": _MINUTE, "hour": _HOUR, "day": _DAY}
_RATE = re.compile(r"rate\(\s*(\d{1,6})\s+(minute|hour|day)s?\s*\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_FIELDS = 6
_EVERY = frozenset({"*", "?", "*/1", "0/1", "1/1"})
_WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_WEEK, _MONTH = 7, 31


def gap_of(node: Node) -> Maybe[int]:
    """Return the most seconds that lie between two times of an expression; absent where none is written."""
    written = node.string()
    if not isinstance(written, Known):
        return Absent(written.at) if isinstance(written, Absent) else Unknown(written.why, written.at)
    gap = longest_gap(written.value)
    return Unknown(f"{written.value} is not understood", written.at) if gap is None else Known(gap, written.at)


def longest_gap(expression: str) -> int | None:
    """Return the most seconds between two times of ``rate(...)`` or ``cron(...)``; ``None`` where that is not told."""
    rate = _RATE.fullmatch(expression.strip())
    if rate is not None:
        return int(rate[1]) * _UNITS[rate[2]]
    cron = _CRON.fullmatch(expression.strip())
    fields = cron[1].split() if cron is not None else []
    if len(fields) != _FIELDS or fields[3] not in _EVERY or fields[5] not in _EVERY:
        return None
    hours = _gap_of_times(fields[0], fields[1])
    days = _gap_of_days(fields[2], fields[4])
    if hours is None or days is None:
        return None
    return hours if days == 1 else days * _DAY


def _gap_of_times(minute: str, hour: str) -> int | None:
    """Return the most seconds between two times of a day."""
    hours = _numbers(hour, 0, 23)
    if hours is None:
        return None
    if len(hours) == _HOURS:
        minutes = _numbers(minute, 0, 59)
        return None if minutes is None else _widest(minutes, _HOUR // _MINUTE) * _MINUTE
    return _widest(hours, _HOURS) * _HOUR


def _gap_of_days(of_month: str, of_week: str) -> int | None:
    """Return the most days between two days; of the two fields one says nothing."""
    if of_month not in _EVERY:
        if of_month == "L":
            return _MONTH
        days = _numbers(of_month, 1, _MONTH)
        return None if days is None or of_week not in _EVERY else _widest(days, _MONTH)
    if of_week in _EVERY:
        return 1
    if "#" in of_week or of_week.endswith("L"):
        return _MONTH
    for name, number in _WEEKDAYS.items():
        of_week = of_week.upper().replace(name, str(number))
    days = _numbers(of_week, 1, _WEEK)
    return None if days is None else _widest(days, _WEEK)


def _numbers(field: str, least: int, most: int) -> list[int] | None:
    """Return the numbers that a field stands for, in order; ``None`` where it is not understood."""
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        start = least if match["start"] in {"*", "?"} else int(match["start"])
        alone = match["end"] is None and match["step"] is None and match["start"] not in {"*", "?"}
        end = int(match["end"]) if match["end"] else (start if alone else most)
        found.update(range(start, end + 1, max(int(match["step"] or 1), 1)))
    return sorted(number for number in found if least <= number <= most) or None


def _widest(numbers: list[int], round_: int) -> int:
    """Return the widest gap between numbers that repeat after a round."""
    return max(later - earlier for earlier, later in zip(numbers, [*numbers[1:], numbers[0] + round_], strict=True))


_HOURS = 24
_PART = re.compile(r"(?P<start>\*|\?|\d{1,2})(?:-(?P<end>\d{1,2}))?(?:/(?P<step>\d{1,2}))?")
