"""Lifts how resources that no change reaches in place give way to their successors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, Replacement, Unknown, default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SWITCH = "lifecycle.create_before_destroy"
_DELETED_FIRST = "Terraform documentation, create_before_destroy: the old object goes first unless it is set (2026-08)"


def lift_replacements(resources: Resources) -> Iterator[Replacement]:
    """Lift those that something of the configuration holds on to."""
    for type_, row in table("replacements").items():
        for resource in resources.of_type(type_):
            holders = tuple(_holders(resource, row, resources))
            if holders:
                yield Replacement(
                    address=f"{resource.address}#replacement",
                    kind=resource.type,
                    name=resource.name,
                    at=resource.at,
                    deployment=resource.deployment,
                    of=resource.address,
                    successor_first=_successor_first(resource, [each for each, _ in holders]),
                    holders=tuple((each.address, argument(each, path).at) for each, path in holders),
                    happens=str(row["happens"]),
                    prefix=str(row.get("prefix", "")),
                )


def _holders(resource: Resource, row: Row, resources: Resources) -> Iterator[tuple[Resource, str]]:
    for type_, path in row["holders"].items():
        for holder in resources.of_type(type_):
            node = argument(holder, path)
            named = (node, *node.each())
            if any(means(resources, each, resource, row["named_by"]) is True for each in named):
                yield holder, path


def _successor_first(resource: Resource, holders: list[Resource]) -> Value[bool]:
    """Return whether the new one comes first: by its own switch, or since what holds it is replaced in that way."""
    doubt: Unknown[bool] | None = None
    for each in (resource, *holders):
        written = argument(each, _SWITCH).boolean()
        if isinstance(written, Unknown):
            doubt = doubt or written
        elif isinstance(written, Known) and written.value:
            return written
    own = argument(resource, _SWITCH).boolean()
    if doubt is not None:
        return doubt
    return default(value=False, at=own.at, fact=_DELETED_FIRST) if isinstance(own, Absent) else own
