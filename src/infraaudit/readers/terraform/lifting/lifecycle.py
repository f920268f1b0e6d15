"""Reads what ``lifecycle`` says of a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource


def ignores(resource: Resource, attribute: str) -> Value[bool]:
    """Tell whether changes that others make to an attribute are left alone; naming a part of it ignores that part."""
    node = argument(resource, "lifecycle.ignore_changes")
    if node.is_absent:
        return Known(value=False, at=node.at)
    if node.content == "all":
        return Known(value=True, at=node.at)
    if not node.is_list or node.open:
        return Unknown("which changes are ignored cannot be told", node.at)
    names = [str(each.content) for each in node.each()]
    if any(name == attribute or attribute.startswith((f"{name}.", f"{name}[")) for name in names):
        return Known(value=True, at=node.at)
    if any(each.is_unknown for each in node.each()):
        return Unknown("which changes are ignored cannot be told", node.at)
    return Known(value=False, at=node.at)


def resets(resource: Resource, attribute: str) -> Value[bool] | None:
    """Tell whether each apply puts an attribute back to what is written; ``None`` where nothing is."""
    node = argument(resource, attribute)
    if node.is_absent:
        return None
    ignored = ignores(resource, attribute)
    return Known(not ignored.value, node.at) if isinstance(ignored, Known) else ignored
