"""What no lift knows closer: resources and modules that are not in the tree, with what refers to what."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.model import Opaque
from infraaudit.readers.terraform.configuration.addresses import without_index

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from infraaudit.readers.terraform.configuration.emission import Emission
    from infraaudit.readers.terraform.configuration.resource import Resource


def opaque_of(emission: Emission, lifted: Collection[str]) -> Iterator[Opaque]:
    """Yield an opaque entity for each resource whose address is not among those lifted, and for each missing module."""
    resources = (*emission.resources, *emission.perhaps)
    rest = [each for each in resources if each.address not in lifted]
    if not rest and not emission.missing:
        return
    instances = _instances(each.address for each in resources)
    referring = _referring(resources, instances, lifted)
    for resource in rest:
        yield Opaque(
            **resource.head,
            type=resource.type,
            mentions=_resolved(resource.body.mentions, instances),
            mentioned_by=tuple(dict.fromkeys(referring[resource.address])),
        )
    for call in emission.missing:
        yield Opaque(
            address=call.address,
            kind="module",
            name=call.name,
            at=call.at,
            deployment=emission.deployment,
            type="module",
            mentions=_resolved(call.mentions, instances),
            mentioned_by=tuple(dict.fromkeys(referring[call.address])),
        )


def _instances(addresses: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the addresses of the instances of each resource that has several, under its own without an index."""
    found: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        whole = without_index(address)
        if whole != address:
            found[whole].append(address)
    return found


def _resolved(mentions: Iterable[str], instances: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the addresses that are mentioned: those of all instances where a resource is mentioned as a whole."""
    return tuple(dict.fromkeys(each for address in mentions for each in instances.get(address) or [address]))


def _referring(
    resources: Iterable[Resource], instances: Mapping[str, list[str]], lifted: Collection[str]
) -> Mapping[str, list[str]]:
    """Return the lifted resources that refer to each address."""
    found: dict[str, list[str]] = defaultdict(list)
    for resource in resources:
        if resource.address in lifted:
            for address in _resolved(resource.body.mentions, instances):
                found[address].append(resource.address)
    return found
