"""Finds the resources of services that are withdrawn, of any cloud: looked up in ``retired.toml``."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, RetiredComponent, default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


def lift_retired(resources: Resources) -> Iterator[RetiredComponent]:
    """Yield a component beside each resource whose type stands for something that is withdrawn."""
    for type_, row in table("retired").items():
        for resource in resources.of_type(type_):
            yield RetiredComponent(
                address=f"{resource.address}#retired",
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                product=row["title"],
                ends=default(date.fromisoformat(row["ends"]), resource.at, row.words),
                retired=_retired(resource, row),
                instead=tuple(row["instead"]),
            )


def _retired(resource: Resource, row: Row) -> Value[bool]:
    setting = row.get("setting")
    if setting is None:
        return Known(value=True, at=resource.at)
    words = frozenset(row["values"])
    written = argument(resource, setting).string()
    if not isinstance(written, Absent):
        return written.map(lambda text: text.lower() in words)
    before, major = row.get("before"), resource.provider_major
    old = before is not None and major is not None and major < before["major"]
    return default(bool(before["absent"] if old else row["absent"]), written.at, row.words)
