"""Tells which port of its own container a health check's command asks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Container, Known, ProbeKind

if TYPE_CHECKING:
    from infraaudit.model import Estate, Maybe, Probe

_URL = re.compile(
    r"(?P<scheme>https?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(?P<port>[0-9]{1,5}))?(?=[/?#\s\"'\\);|&,]|$)"
)
_OF_SCHEME = {"http": "80", "https": "443"}
_LOCAL = re.compile(r"://(?:localhost|127\.|0\.0\.0\.0|\[::)")


def join_checks(estate: Estate) -> Estate:
    """Fill the port of every check whose command asks exactly one port of the loopback address by HTTP."""
    return estate.with_containers(_with_ports(container) for container in estate.of(Container))


def _with_ports(container: Container) -> Container:
    brought = container.image_health
    return replace(
        container,
        readiness=_with_port(container.readiness),
        liveness=_with_port(container.liveness),
        startup=_with_port(container.startup),
        image_health=_with_port(brought) if brought is not None else None,
    )


def _with_port(probe: Maybe[Probe]) -> Maybe[Probe]:
    if not isinstance(probe, Known) or probe.value.kind is not ProbeKind.EXEC:
        return probe
    command = probe.value.command
    if not isinstance(command, Known):
        return probe
    text = " ".join(command.value.words)
    urls = list(_URL.finditer(text))
    ports = {url["port"] or _OF_SCHEME[url["scheme"]] for url in urls}
    if len(ports) != 1 or len(urls) != len(_LOCAL.findall(text)):
        # Of several addresses any one may be enough, and a part that is no number cannot be told here.
        return probe
    return replace(probe, value=replace(probe.value, port=Known(ports.pop(), command.at)))
