"""Lifts the rules by which buckets of Google answer pages of other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, CrossOriginRule, Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resources


def lift_cross_origins(resources: Resources) -> Iterator[CrossOriginRule]:
    """Lift the ``cors`` blocks of ``google_storage_bucket``. A bucket answers without cookies."""
    for resource in resources.of_type("google_storage_bucket"):
        for number, node in enumerate(blocks(resource.body["cors"])[0]):
            origins = _texts(node["origin"])
            yield CrossOriginRule(
                address=f"{resource.address}#cors{number or ''}",
                kind=resource.type,
                name=resource.name,
                at=node.key_at or node.at,
                deployment=resource.deployment,
                owner=Known(resource.address, resource.at),
                origins=origins,
                origins_complete=node["origin"].complete and all(isinstance(each, Known) for each in origins),
                methods=tuple(each.map(str.upper) for each in _texts(node["method"])),
                headers=tuple(each.map(str.lower) for each in _texts(node["response_header"])),
                credentials=Known(value=False, at=node.key_at or node.at),
            )


def _texts(node: Node) -> tuple[Value[str], ...]:
    """Return the texts of a list, and an unknown one where some cannot be told."""
    found: list[Value[str]] = [text for each in node.each() if not isinstance(text := each.string(), Absent)]
    if node.open or node.is_unknown:
        found.append(Unknown("some of these cannot be told", node.at))
    return tuple(found)
