"""Health checks of a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Probe, ProbeKind, Unknown
from infraaudit.readers.kubernetes.commands import command_of
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node, Value

_HANDLERS = (
    ("httpGet", ProbeKind.HTTP),
    ("tcpSocket", ProbeKind.TCP),
    ("exec", ProbeKind.EXEC),
    ("grpc", ProbeKind.GRPC),
)


def probe_of(node: Node) -> Maybe[Probe]:
    """Return one probe, its place being the key that it stands under."""
    at = node.key_at or node.at
    if node.is_absent:
        return Absent(at)
    unread = node.string()
    if node.is_unknown and isinstance(unread, Unknown):
        return Unknown(unread.why, at, mentions=node.mentions)
    for name, kind in _HANDLERS:
        if not node[name].is_absent:
            return Known(_probe(node, node[name], kind), at)
    return Unknown("the probe asks nothing: it has no httpGet, tcpSocket, exec or grpc", at)


def _port(handler: Node) -> Maybe[str]:
    """Return the port of the pod that is asked; a host of its own is another place than the pod."""
    if not handler["host"].is_absent:
        return Unknown("it is asked at a host of its own, and not at the address of the pod", handler["host"].at)
    return literal(handler["port"])


def _probe(node: Node, handler: Node, kind: ProbeKind) -> Probe:
    return Probe(
        kind=kind,
        at=node.key_at or node.at,
        port=None if kind is ProbeKind.EXEC else _port(handler),
        path=literal(handler["path"]) if kind is ProbeKind.HTTP else None,
        command=command_of(handler["command"]) if kind is ProbeKind.EXEC else None,
        initial_delay=_number(node["initialDelaySeconds"], "delay"),
        period=_number(node["periodSeconds"], "period"),
        timeout=_number(node["timeoutSeconds"], "timeout"),
        failure_threshold=_number(node["failureThreshold"], "failures"),
        success_threshold=_number(node["successThreshold"], "successes"),
        stop_grace=node["terminationGracePeriodSeconds"].integer(),
        scheme=literal(handler["scheme"]) if kind is ProbeKind.HTTP else None,
        host=literal(handler["host"]) if kind in {ProbeKind.HTTP, ProbeKind.TCP} else None,
    )


def _number(node: Node, name: str) -> Value[int]:
    row = fact("defaults", f"kubernetes.probe_{name}")
    return node.integer_or(row.value, row.words)
