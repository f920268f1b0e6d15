"""Finds the resources that say something of a bucket of Amazon S3."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, is_present
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Parts:
    """The resources of each type by the address and by the literal name of the bucket that they name."""

    resources: Resources
    by_type: dict[str, tuple[dict[str, list[Resource]], dict[str, list[Resource]]]] = field(default_factory=dict)

    def of(self, type_: str) -> tuple[dict[str, list[Resource]], dict[str, list[Resource]]]:
        if type_ not in self.by_type:
            addresses: dict[str, list[Resource]] = defaultdict(list)
            names: dict[str, list[Resource]] = defaultdict(list)
            for each in self.resources.of_type(type_):
                node = argument(each, "bucket")
                for bucket in mentioned(self.resources, node):
                    addresses[bucket.address].append(each)
                if isinstance(node.content, str):
                    names[node.content].append(each)
            self.by_type[type_] = (addresses, names)
        return self.by_type[type_]


def about(resource: Resource, resources: Resources, type_: str) -> tuple[Resource, ...]:
    """Return the resources of a type that name a bucket, by reference or by its literal name."""
    addresses, names = resources.derived(_Parts).of(type_)
    name = argument(resource, "bucket").content
    found = [*addresses.get(resource.address, ()), *(names.get(name, ()) if isinstance(name, str) else ())]
    unique = {each.address: each for each in found}
    return tuple(sorted(unique.values(), key=lambda each: each.at.order))


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
