"""Rules for web requests that stand before a gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True)
class WebRule:
    """One rule. ``blocks`` is whether it stops a request, or only counts it; ``rate`` whether it bounds how often."""

    name: str
    blocks: Value[bool]
    rate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFirewall(Entity):
    """Rules for web requests. ``protects`` are the addresses or literal names of what they stand before.

    ``blocks_others`` is whether what no rule speaks of is stopped. ``logged`` is whether its decisions are written
    down. ``refused_log`` is the name of a destination to which the platform refuses to write them, absent without one.
    """

    rules: tuple[WebRule, ...] = ()
    rules_complete: bool = True
    blocks_others: Value[bool]
    logged: Value[bool]
    protects: tuple[Value[str], ...] = ()
    refused_log: Maybe[str] | None = None
