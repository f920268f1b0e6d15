"""The network that a cloud makes in each account or project, and what was put into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class NetworkUse:
    """What stands in a network: its address in the same deployment, and its place."""

    address: str
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PremadeNetwork(Entity):
    """A network that may be the one which nobody planned.

    ``premade`` is whether it is that one. ``users`` are the workloads, stores and gateways that stand in it.
    """

    premade: Value[bool]
    users: tuple[NetworkUse, ...] = ()
