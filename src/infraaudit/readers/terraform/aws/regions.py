"""Tells in which region of AWS something is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource


def region_of(resource: Resource) -> Value[str]:
    """Return the region that a resource names itself, else that of its provider; unknown where neither says one."""
    own = argument(resource, "region").string()
    if not isinstance(own, Absent):
        return own
    given = Absent(own.at) if resource.region is None else resource.region.string()
    if isinstance(given, Absent):
        return Unknown("its provider names no region, so whoever applies decides it", own.at)
    return given
