"""Ways that a workload asks of a proxy by its own labels or variables, where no object of its own describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class LabelRoute:
    """One way. ``proxy`` is who reads it (``traefik``, ``caddy``, ``nginx-proxy``).

    ``rule`` is what requests must meet, in the proxy's words, and ``port`` the port of the container that they go to,
    absent where the proxy takes the one that the container opens.
    """

    proxy: str
    rule: Value[str]
    port: Maybe[str]
    at: Span
