"""Counts the addresses of ranges in CIDR notation."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraaudit.facts import Fact
    from infraaudit.model import Maybe, Node


def usable_addresses(ranges: Sequence[Maybe[str]], kept: Fact, node: Node) -> Maybe[int]:
    """Return how many addresses of version 4 are left of ranges of which the cloud keeps some; ``node`` wrote them."""
    total = 0
    for each in ranges:
        if not isinstance(each, Known):
            return Unknown(each.why, each.at) if isinstance(each, Unknown) else each
        try:
            network = ipaddress.ip_network(each.value, strict=False)
        except ValueError:
            return Unknown(f"{each.value} is no range of addresses", each.at)
        if network.version == _OF_INSTANCES:
            total += max(network.num_addresses - int(kept.value), 0)
    if not ranges or node.open:
        return Unknown("the ranges cannot all be told", node.at)
    return Known(total, node.at, fact=kept.words)


_OF_INSTANCES = 4
"""The version of the addresses that copies take one each of; the ranges of the other version never run out."""
