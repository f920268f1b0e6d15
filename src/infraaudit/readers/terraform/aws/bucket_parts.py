"""Finds the resources that say something of a bucket of Amazon S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.arguments import argument, is_present
from infraaudit.readers.terraform.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Value
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


def access_logged(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether each request to a bucket is written down in another one."""
    inline = argument(resource, "logging")
    if is_present(inline):
        return Known(value=True, at=inline.at)
    found = about(resource, resources, _LOGGING)
    if found:
        return Known(value=True, at=found[0].at)
    maybe = perhaps(resources, _LOGGING)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    if inline.is_unknown or inline.open:
        return Unknown("its logging cannot be told", inline.at)
    return Known(value=False, at=resource.at, stated=False, fact="a bucket logs no requests unless it is told to")


_LOGGING = "aws_s3_bucket_logging"
