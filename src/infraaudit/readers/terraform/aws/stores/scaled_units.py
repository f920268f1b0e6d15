"""Tells whether a target of Application Auto Scaling changes a number of units with the load, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown
from infraaudit.readers.terraform.aws.compute.acting import acts_on
from infraaudit.readers.terraform.lifting.arguments import argument, literals, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_TARGET = "aws_appautoscaling_target"
_NAMES = ("name", "table_name", "cluster_name", "cluster_identifier")


@dataclass(frozen=True, slots=True)
class Scaling:
    """Whether something scales a number of units, and the bounds in which it does; absent where nothing does."""

    scaled: Value[bool]
    least: Maybe[int]
    most: Maybe[int]


def scaled(resource: Resource, resources: Resources, dimension: str, part: str, at: Span) -> Value[bool]:
    """Return whether a target scales one dimension of a resource; ``part`` is the index that is meant, or empty."""
    return scaling_of(resource, resources, dimension, part, at).scaled


def scaling_of(resource: Resource, resources: Resources, dimension: str, part: str, at: Span) -> Scaling:
    """Return what scales one dimension of a resource; ``part`` is the index that is meant, or empty."""
    doubt: Value[bool] | None = None
    for target in resources.of_type(_TARGET):
        written = argument(target, "scalable_dimension")
        if isinstance(written.content, str) and written.content != dimension:
            continue
        identifier = argument(target, "resource_id")
        named = _names(identifier, resource, resources, part)
        if named is True:
            least, most = argument(target, "min_capacity").integer(), argument(target, "max_capacity").integer()
            return Scaling(acts_on(target, resources), least, most)
        if named is None:
            doubt = doubt or Unknown(f"what {target.address} scales cannot be told", identifier.at)
    maybe = next((each for each in resources.perhaps if each.type == _TARGET), None)
    if doubt is None and maybe is not None:
        doubt = Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return Scaling(doubt or Known(value=False, at=at), Absent(at), Absent(at))


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
