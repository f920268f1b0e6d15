"""Tells what the locks of Azure guard against deletion: a resource, or all that lies in a group or subscription."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import last_segment, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_LOCK = "azurerm_management_lock"
_HOLDERS = ("resource_group_name", "server_id")
"""The arguments by which a resource names what it lies in."""

_SUBSCRIPTION = re.compile(r"/subscriptions/[^/]+/?")
_WIDE = ("azurerm_subscription", "azurerm_management_group")


def guards_of(resource: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    """Return whether a lock keeps anybody from deleting a resource."""
    return {FacetName.DELETION_PROTECTED: _guarded(resource, resources)}


def _guarded(resource: Resource, resources: Resources) -> Value[bool]:
    around = {resource.address, *(each.address for each in _around(resource, resources))}
    names = {f"/{text.lower()}" for text in _literals(resource)}
    doubt: Unknown[bool] | None = None
    for lock in resources.of_type(_LOCK):
        scope = argument(lock, "scope")
        text = scope.string()
        if any(each.address in around for each in mentioned(resources, scope)) or _is_wide(scope):
            return Known(value=True, at=lock.at)
        if isinstance(text, Known) and _covers(text.value, names):
            return Known(value=True, at=lock.at)
        if isinstance(text, Unknown) and not scope.mentions:
            doubt = doubt or Unknown(f"what {lock.address} guards cannot be told", scope.at)
    for perhaps in resources.perhaps:
        if perhaps.type == _LOCK:
            doubt = doubt or Unknown(f"whether {perhaps.address} is made cannot be told", perhaps.at)
    if doubt is not None:
        return doubt
    return Known(value=False, at=resource.at, stated=False, fact="no lock is on it or on what it lies in")


def _around(resource: Resource, resources: Resources) -> Iterator[Resource]:
    for name in _HOLDERS:
        for each in mentioned(resources, argument(resource, name)):
            yield each
            yield from mentioned(resources, argument(each, "resource_group_name"))


def _literals(resource: Resource) -> Iterator[str]:
    for name in ("name", "resource_group_name"):
        text = argument(resource, name).string()
        if isinstance(text, Known):
            yield text.value


def _is_wide(scope: Node) -> bool:
    return any(kind in mention for kind in _WIDE for mention in scope.mentions)


def _covers(scope: str, names: set[str]) -> bool:
    """Tell whether an id is that of a resource of one of these names, of its group, or of a whole subscription."""
    return _SUBSCRIPTION.fullmatch(scope) is not None or f"/{last_segment(scope).lower()}" in names
