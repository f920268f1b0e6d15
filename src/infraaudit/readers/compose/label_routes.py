"""Ways to a service that it asks of a proxy itself: labels of Traefik and Caddy, variables of nginx-proxy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, LabelRoute, Node, Unknown, known_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Maybe, Value

_RULE = re.compile(r"traefik\.(?:http|tcp|udp)\.routers\.(?P<router>[^.]+)\.rule")
_OLD_RULE = re.compile(r"traefik\.(?:[\w-]+\.)?frontend\.rule")
_PORT = re.compile(r"traefik\.(?:http|tcp|udp)\.services\.[^.]+\.loadbalancer\.server\.port")
_OLD_PORT = re.compile(r"traefik\.(?:[\w-]+\.)?port")
_CADDY = re.compile(r"caddy(?:_\d+)?")
_UPSTREAMS = re.compile(r"\{\{\s*upstreams(?:\s+\w+)?\s+(?P<port>\d+)\s*\}\}")


def label_routes_of(service: Node) -> tuple[LabelRoute, ...]:
    """Return the ways that a service asks for, by its labels and those of its deployment, or by its variables."""
    labels = {**_pairs(service["deploy"]["labels"]), **_pairs(service["labels"])}
    return (*_of_traefik(labels), *_of_caddy(labels), *_of_nginx(dict(service["environment"].items())))


def _pairs(node: Node) -> Mapping[str, Node]:
    """Return labels in their mapping form, or of a list what stands before and behind each equals sign."""
    found = dict(node.items())
    for item in node.each():
        name, equals, value = str(item.content if isinstance(item.content, str) else item.text or "").partition("=")
        content = value if equals and isinstance(item.content, str) else item.content
        found[name] = Node(content, item.at, item.key_at, text=value if isinstance(item.content, str) else None)
    return found


def _of_traefik(labels: Mapping[str, Node]) -> Iterator[LabelRoute]:
    enabled = labels.get("traefik.enable")
    if enabled is not None and known_value(enabled.boolean()) is False:
        return
    ports = [node.string() for name, node in labels.items() if _PORT.fullmatch(name) or _OLD_PORT.fullmatch(name)]
    for name, node in labels.items():
        if _RULE.fullmatch(name) or _OLD_RULE.fullmatch(name):
            yield LabelRoute("traefik", _rule(node), ports[0] if ports else Absent(node.at), node.key_at or node.at)


def _of_caddy(labels: Mapping[str, Node]) -> Iterator[LabelRoute]:
    for name, node in labels.items():
        if _CADDY.fullmatch(name):
            target = labels[f"{name}.reverse_proxy"].string() if f"{name}.reverse_proxy" in labels else Absent(node.at)
            match = _UPSTREAMS.search(known_value(target) or "")
            port: Maybe[str] = Known(match["port"], target.at) if match is not None else Absent(node.at)
            yield LabelRoute("caddy", _rule(node), port, node.key_at or node.at)


def _of_nginx(variables: Mapping[str, Node]) -> Iterator[LabelRoute]:
    host = variables.get("VIRTUAL_HOST")
    if host is not None and not host.is_absent:
        port = variables["VIRTUAL_PORT"].string() if "VIRTUAL_PORT" in variables else Absent(host.at)
        yield LabelRoute("nginx-proxy", _rule(host), port, host.key_at or host.at)


def _rule(node: Node) -> Value[str]:
    value = node.string()
    return Unknown("no rule is written here", value.at) if isinstance(value, Absent) else value
