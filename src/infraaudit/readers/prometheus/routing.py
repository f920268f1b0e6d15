"""A configuration of Alertmanager: the tree of routes, and the receivers at their ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, AlertReceiver, AlertRoute, Known, RoutingFile, Unknown, known_value
from infraaudit.readers.placeholders import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.prometheus.head import Head

_WAYS = re.compile(r"(?P<way>\w+)_configs")
_DEEPEST = 20


def routing_file_of(root: Node, head: Head) -> RoutingFile:
    """Return a configuration without any address or token of those who are told."""
    receivers = root["receivers"]
    return RoutingFile(
        **head.fields,
        receivers=tuple(_receiver(each) for each in receivers.each()),
        receivers_complete=receivers.complete,
        route=_route(root["route"], 0),
    )


def _receiver(node: Node) -> AlertReceiver:
    parts = [(match["way"], part) for key, part in node.items() if (match := _WAYS.fullmatch(key)) is not None]
    name = literal(node["name"])
    told: Value[str] = Unknown("the receiver has no name", name.at) if isinstance(name, Absent) else name
    return AlertReceiver(
        told,
        tuple(way for way, part in parts if part.each()),
        node["name"].at,
        complete=node.complete and all(part.complete for _, part in parts),
    )


def _route(node: Node, depth: int) -> Maybe[AlertRoute]:
    if node.is_absent:
        return Absent(node.key_at or node.at)
    if not node.is_mapping or depth > _DEEPEST:
        return Unknown("the route cannot be told", node.at)
    below = [_route(each, depth + 1) for each in node["routes"].each()]
    route = AlertRoute(
        receiver=literal(node["receiver"]),
        matchers=tuple(_matchers(node)),
        goes_on=node["continue"].boolean(),
        at=node.at,
        routes=tuple(each.value for each in below if isinstance(each, Known)),
        complete=node["routes"].complete and all(isinstance(each, Known) for each in below),
    )
    return Known(route, node.at)


def _matchers(node: Node) -> Iterator[str]:
    """Yield what a route asks for, in the form of today whatever the form that it is written in."""
    for key, sign in (("match", "="), ("match_re", "=~")):
        for name, value in node[key].items():
            yield f"{name}{sign}{known_value(literal(value)) or ''}"
    for each in node["matchers"].each():
        yield (known_value(literal(each)) or "").replace('"', "").replace(" ", "")
