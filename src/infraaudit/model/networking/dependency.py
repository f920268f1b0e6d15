"""What a container is told to connect to, by its own settings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe
    from infraaudit.source.span import Span


class HostKind(StrEnum):
    """What kind of name a host is, as the platform's own names go."""

    NEIGHBOUR = "a name of its own network"
    NAMESPACED = "a name of another namespace"
    LOOPBACK = "the container itself"
    ELSEWHERE = "a name that others look after"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One host that a variable names, with the port.

    ``sure`` tells that the value is surely an address to connect to: a URL as a whole, or text under a name that
    speaks of another host. ``port`` is absent where neither the value nor the scheme of its URL tells it. ``namespace``
    is where the host is looked for, where the platform has such. ``provider`` is the address, in the same deployment,
    of what answers under the name, empty where nothing does. ``signals`` are what is sent there where it is telemetry:
    ``traces``, ``metrics``, ``logs``, ``errors``; ``client`` is then what sends it.
    """

    variable: str
    host: str
    kind: HostKind
    scheme: str
    port: Maybe[int]
    at: Span
    sure: bool
    namespace: str = ""
    provider: str = ""
    signals: tuple[str, ...] = ()
    client: str = ""
