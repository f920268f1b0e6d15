"""Lifts the accelerators of AWS Global Accelerator with what they hand connections to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Gateway, Known, Route
from infraaudit.readers.terraform.aws.edge.integrations import target_of
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ACCELERATOR = "aws_globalaccelerator_accelerator"
_LISTENER = "aws_globalaccelerator_listener"


def lift_accelerators(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_globalaccelerator_accelerator``; its doors are those of what stands behind it."""
    for resource in resources.of_type(_ACCELERATOR):
        yield Gateway(
            **resource.head,
            proxy=Known("global-accelerator", resource.at),
            public=Known(value=True, at=resource.at),
            idle_timeout=Absent(resource.at),
            routes=tuple(_routes(resource, resources)),
            facets=facets_of(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _routes(accelerator: Resource, resources: Resources) -> Iterator[Route]:
    for group in resources.of_type("aws_globalaccelerator_endpoint_group"):
        listener = behind(resources, argument(group, "listener_arn"), _LISTENER)
        if listener is None:
            continue
        if behind(resources, argument(listener, "accelerator_arn"), _ACCELERATOR) != accelerator:
            continue
        for endpoint in blocks(group.body["endpoint_configuration"])[0]:
            node = endpoint["endpoint_id"]
            target = None if node.is_absent else target_of(resources, node)
            if target is not None:
                yield Route(target, Absent(node.at), node.at, weight=endpoint["weight"].integer())
