"""Tells to what a store can be brought back, and what the tags of its resource promise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, FacetName, Known, Objective, Recovery, Unknown, default, or_default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.facts import Row
    from infraaudit.model import Facet, Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource

_TAGS = ("tags", "labels", "settings.user_labels")
_POINT = frozenset({"rpo", "recoverypointobjective"})
_TIME = frozenset({"rto", "recoverytimeobjective"})
_RETENTION = frozenset({"backupretention", "backupretentiondays", "backupdays"})
_DURATION = re.compile(r"P?T?(\d{1,6})\s*(s|m|h|d)[a-z]*", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def recovery_of(resource: Resource, facets: Iterable[Facet]) -> Recovery | None:
    """Return to what a store can be brought back; ``None`` for kinds of which the facts know nothing.

    What a plan elsewhere makes of it cannot be told, where the store makes no copies by itself.
    """
    row = table("recovery").get(resource.type)
    if row is None:
        return None
    days = or_default(argument(resource, row["days"]).integer(), int(row["absent"]), row.words)
    holds = next((each.holds for each in facets if each.name is FacetName.BACKED_UP), None)
    if isinstance(holds, Known) and not holds.value:
        kept = Known(0, holds.at, holds.stated, holds.fact)
        return Recovery(Absent(holds.at), kept, row["days"], _finer(row))
    doubt: Unknown[int] | None = None
    if isinstance(holds, Unknown):
        doubt = Unknown(holds.why, holds.at)
    elif isinstance(days, Unknown):
        return Recovery(days, days, row["days"], _finer(row))
    elif days.value == 0:
        doubt = Unknown("a plan elsewhere decides how often it is copied, and for how long", days.at)
    return Recovery(doubt or _interval(resource, row), doubt or days, row["days"], _finer(row))


def _finer(row: Row) -> str:
    return " or ".join(path.rpartition(".")[2] for path in row.get("finer", ()))


def _interval(resource: Resource, row: Row) -> Maybe[int]:
    """Return the seconds between two points: a finer way than the copies themselves, where one is switched on."""
    finer = [argument(resource, path).boolean() for path in row.get("finer", ())]
    on = next((each for each in finer if isinstance(each, Known) and each.value), None)
    if on is not None:
        return Known(int(row["fine"]), on.at, fact=row.words)
    unknown = next((each for each in finer if isinstance(each, Unknown)), None)
    if unknown is not None:
        return Unknown(unknown.why, unknown.at)
    at = finer[0].at if finer else argument(resource, row["days"]).key_at or resource.at
    return default(int(row["interval"]), at, row.words)


def objective_of(resource: Resource) -> Objective | None:
    """Return what the tags of a store promise; ``None`` where they promise nothing."""
    tags = [pair for path in _TAGS for pair in argument(resource, path).items()]
    found = {_plain(name): node for name, node in tags}
    point = _duration(found, _POINT, resource)
    time = _duration(found, _TIME, resource)
    retention = _days(found, resource)
    if all(isinstance(each, Absent) for each in (point, time, retention)):
        return None
    return Objective(point, time, retention)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _tag(found: dict[str, Node], names: frozenset[str], resource: Resource) -> Maybe[str]:
    node = next((found[name] for name in sorted(names) if name in found), None)
    return Absent(resource.at) if node is None else node.string()


def _duration(found: dict[str, Node], names: frozenset[str], resource: Resource) -> Maybe[int]:
    written = _tag(found, names, resource)
    if not isinstance(written, Known):
        return written if isinstance(written, Absent) else Unknown(written.why, written.at)
    match = _DURATION.fullmatch(written.value.strip())
    if match is None:
        return Unknown(f"{written.value} does not tell a time with its unit", written.at)
    return Known(int(match[1]) * _SECONDS[match[2].lower()], written.at)


def _days(found: dict[str, Node], resource: Resource) -> Maybe[int]:
    written = _tag(found, _RETENTION, resource)
    if not isinstance(written, Known):
        return written if isinstance(written, Absent) else Unknown(written.why, written.at)
    match = re.fullmatch(r"(\d{1,5})\s*(?:d|days?)?", written.value.strip().lower())
    return (
        Unknown(f"{written.value} is no number of days", written.at)
        if match is None
        else Known(int(match[1]), written.at)
    )
