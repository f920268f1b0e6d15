"""Finds the resources that say something of a bucket of Amazon S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.arguments import argument
from infraaudit.readers.terraform.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.readers.terraform.resource import Resource, Resources


def about(resource: Resource, resources: Resources, type_: str) -> tuple[Resource, ...]:
    """Return the resources of a type that name a bucket, by reference or by its literal name."""
    name = argument(resource, "bucket").content
    return tuple(
        each
        for each in resources.of_type(type_)
        if resource in mentioned(resources, node := argument(each, "bucket"))
        or (isinstance(name, str) and node.content == name)
    )


def perhaps(resources: Resources, type_: str) -> Resource | None:
    """Return a resource of a type of which it cannot be told whether it is made."""
    return next((each for each in resources.perhaps if each.type == type_), None)
