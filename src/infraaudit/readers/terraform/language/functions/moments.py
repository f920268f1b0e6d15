"""Functions on moments that are given as text; those that ask for the present moment are not evaluated."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.declare import Function, pure

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.readers.terraform.language.values import Plain

_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[-+](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_DURATION = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+", re.ASCII)
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_MICROSECONDS = {
    "ns": Fraction(1, 1000),
    "us": Fraction(1),
    "µs": Fraction(1),
    "μs": Fraction(1),
    "ms": Fraction(1000),
    "s": Fraction(1_000_000),
    "m": Fraction(60_000_000),
    "h": Fraction(3_600_000_000),
}
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT = 3
_NOON = 12


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise ValueError
    return datetime.fromisoformat(text)


def _written(moment: datetime) -> str:
    text = moment.replace(microsecond=0).isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _add(text: str, duration: str) -> Plain:
    moment = _moment(text)
    if duration.lstrip("+-") != "0" and not _DURATION.fullmatch(duration):
        raise ValueError
    total = sum((Fraction(amount) * _MICROSECONDS[unit] for amount, unit in _PART.findall(duration)), Fraction())
    step = timedelta(microseconds=int(total))
    return _written(moment - step if duration.startswith("-") else moment + step)


def _compare(one: str, other: str) -> Plain:
    first, second = _moment(one), _moment(other)
    return (first > second) - (first < second)


def _format(template: str, text: str) -> Plain:
    moment = _moment(text)
    pieces: list[str] = []
    end = 0
    while end < len(template):
        token = _TOKEN.match(template, end)
        if token is None:
            raise ValueError
        end = token.end()
        if token[2]:
            pieces.append(_VERBS[token[0]](moment))
        else:
            pieces.append(token[0] if token[1] is None else token[1].replace("''", "'"))
    return "".join(pieces)


def _offset(moment: datetime, colon: str) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}{colon}{text[3:5]}"


_VERBS: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "MMMM": lambda moment: _MONTHS[moment.month - 1],
    "MMM": lambda moment: _MONTHS[moment.month - 1][:_SHORT],
    "MM": lambda moment: f"{moment.month:02}",
    "M": lambda moment: str(moment.month),
    "DD": lambda moment: f"{moment.day:02}",
    "D": lambda moment: str(moment.day),
    "EEEE": lambda moment: _DAYS[moment.weekday()],
    "EEE": lambda moment: _DAYS[moment.weekday()][:_SHORT],
    "hh": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: str(moment.hour),
    "HH": lambda moment: f"{(moment.hour - 1) % _NOON + 1:02}",
    "H": lambda moment: str((moment.hour - 1) % _NOON + 1),
    "AA": lambda moment: "AM" if moment.hour < _NOON else "PM",
    "aa": lambda moment: "am" if moment.hour < _NOON else "pm",
    "mm": lambda moment: f"{moment.minute:02}",
    "m": lambda moment: str(moment.minute),
    "ss": lambda moment: f"{moment.second:02}",
    "s": lambda moment: str(moment.second),
    "ZZZZZ": lambda moment: _offset(moment, ":"),
    "ZZZZ": lambda moment: _offset(moment, ""),
    "ZZZ": lambda moment: "UTC" if not moment.utcoffset() else _offset(moment, ""),
    "Z": lambda moment: "Z" if not moment.utcoffset() else _offset(moment, ":"),
}
"""What each word of ``formatdate`` stands for; any other letter is refused."""

MOMENTS: dict[str, Function] = {
    "formatdate": pure("string", "string", compute=_format),
    "timeadd": pure("string", "string", compute=_add),
    "timecmp": pure("string", "string", compute=_compare),
}
