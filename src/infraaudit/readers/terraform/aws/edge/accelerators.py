"""Lifts the accelerators of AWS Global Accelerator with their doors and what they hand connections to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Gateway, Known, Listener, Route, Unknown
from infraaudit.readers.terraform.aws.edge.integrations import target_of
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ACCELERATOR = "aws_globalaccelerator_accelerator"
_LISTENER = "aws_globalaccelerator_listener"
_GROUP = "aws_globalaccelerator_endpoint_group"


def lift_accelerators(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_globalaccelerator_accelerator`` with its listeners and their groups of endpoints."""
    for resource in resources.of_type(_ACCELERATOR):
        listeners = [
            each
            for each in resources.of_type(_LISTENER)
            if behind(resources, argument(each, "accelerator_arn"), _ACCELERATOR) == resource
        ]
        yield Gateway(
            **resource.head,
            proxy=Known("global-accelerator", resource.at),
            public=Known(value=True, at=resource.at),
            idle_timeout=Absent(resource.at),
            routes=tuple(route for each in listeners for route in _routes(each, resources)),
            listeners=tuple(door for each in listeners for door in _doors(each)),
            listeners_complete=not any(each.type == _LISTENER for each in resources.perhaps),
            facets=facets_of(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _doors(listener: Resource) -> Iterator[Listener]:
    """Yield a door for each range of ports, at its first one. Packets are handed on as they come."""
    written = argument(listener, "protocol").string()
    protocol: Value[str] = (
        Unknown("no protocol is written", written.at) if isinstance(written, Absent) else written.map(str.lower)
    )
    for each in blocks(listener.body["port_range"])[0]:
        yield Listener(each["from_port"].integer(), protocol, Known(value=False, at=listener.at), each.at)


def _routes(listener: Resource, resources: Resources) -> Iterator[Route]:
    for group in resources.of_type(_GROUP):
        if behind(resources, argument(group, "listener_arn"), _LISTENER) != listener:
            continue
        for endpoint in blocks(group.body["endpoint_configuration"])[0]:
            node = endpoint["endpoint_id"]
            target = None if node.is_absent else target_of(resources, node)
            if isinstance(target, Known) and resources.at(target.value) is None:
                target = Unknown("it is not in the scan", node.at)
            if target is not None:
                yield Route(target, Absent(node.at), node.at, weight=endpoint["weight"].integer())
