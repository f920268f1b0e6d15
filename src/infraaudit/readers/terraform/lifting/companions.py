"""Finds the resources of their own that say something of another resource, by reference or by its literal name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Unknown
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import last_segment, mentioned

if TYPE_CHECKING:
    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


def companions(
    resource: Resource, resources: Resources, type_: str, named_by: str, name: str = ""
) -> tuple[tuple[Resource, ...], Unknown[bool] | None]:
    """Return the resources of a type that name a resource, and why there may be others.

    ``named_by`` is the argument by which they name it, or are listed in, and ``name`` that of its own literal name.
    """
    own = argument(resource, name).content if name else None
    found: list[Resource] = []
    doubt: Unknown[bool] | None = None
    for each in resources.of_type(type_):
        node = argument(each, named_by)
        if resource in mentioned(resources, node) or (isinstance(own, str) and own in _names(node)):
            found.append(each)
        elif node.is_unknown and not node.mentions:
            doubt = doubt or Unknown(f"what {each.address} is for cannot be told", node.at)
    maybe = next((each for each in resources.perhaps if each.type == type_), None)
    if maybe is not None:
        doubt = doubt or Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return tuple(found), doubt


def _names(node: Node) -> tuple[str, ...]:
    members = node.each() or (node,)
    return tuple(last_segment(each.content) for each in members if isinstance(each.content, str))
