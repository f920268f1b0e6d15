"""Takes the instances of a count apart, where each of them is something of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.configuration.addresses import without_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resource


def apart(resource: Resource) -> Iterator[Resource]:
    """Yield the instances of a resource one by one where they differ, and the resource itself where they are equal.

    How they differ is known of their arguments, not of blocks inside them.
    """
    counted = resource.counted
    if counted is None or not counted.varying or resource.multiplicity == 1:
        yield resource
        return
    varying = {name: counted.values(name) for name in counted.varying}
    whole = without_index(resource.address)
    for place, index in enumerate(counted.indexes):
        content = {**dict(resource.body.items()), **{name: values[place] for name, values in varying.items()}}
        body = replace(resource.body, content=content)
        yield replace(resource, address=f"{whole}[{index}]", body=body, multiplicity=1, counted=None)
