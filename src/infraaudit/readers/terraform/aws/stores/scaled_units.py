"""Tells whether a target of Application Auto Scaling changes a number of units with the load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, literals, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_TARGET = "aws_appautoscaling_target"
_NAMES = ("name", "table_name", "cluster_name", "cluster_identifier")


def scaled(resource: Resource, resources: Resources, dimension: str, part: str, at: Span) -> Value[bool]:
    """Return whether a target scales one dimension of a resource; ``part`` is the index that is meant, or empty."""
    doubt: Value[bool] | None = None
    for target in resources.of_type(_TARGET):
        written = argument(target, "scalable_dimension")
        if isinstance(written.content, str) and written.content != dimension:
            continue
        identifier = argument(target, "resource_id")
        named = _names(identifier, resource, resources, part)
        if named is True:
            return Known(value=True, at=target.at)
        if named is None:
            doubt = doubt or Unknown(f"what {target.address} scales cannot be told", identifier.at)
    maybe = next((each for each in resources.perhaps if each.type == _TARGET), None)
    if doubt is None and maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return doubt or Known(value=False, at=at)


def _names(node: Node, resource: Resource, resources: Resources, part: str) -> bool | None:
    """Tell whether an identifier (``table/<name>``, ``table/<name>/index/<index>``) names this; ``None``: perhaps."""
    text = node.string()
    if isinstance(text, Known):
        called = _is_called(text.value, resource, part)
        return called if called or resource not in mentioned(resources, node) else (None if part else True)
    if resource in mentioned(resources, node):
        return None if part else True
    return None if not node.mentions or reason(node).startswith("each.") else False


def _is_called(text: str, resource: Resource, part: str) -> bool | None:
    """Tell by names; ``None`` where the resource's own is not known."""
    names = [name for key in _NAMES for name in literals(argument(resource, key).string())]
    if part and not text.endswith(f"/{part}"):
        return False
    words = text.removesuffix(f"/index/{part}") if part else text
    if any(words == name or words.endswith(f"/{name}") for name in names):
        return True
    unsure = any(argument(resource, key).is_unknown for key in _NAMES)
    return None if unsure else False
