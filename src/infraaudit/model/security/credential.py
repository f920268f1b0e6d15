"""Passwords and signing keys as they take effect, by how much they protect and never by their value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(Entity):
    """One password, or one key with which a framework signs, in the place that gives it its effect.

    ``weakness`` says why it protects little; it is empty where it may protect, and unknown where the value is.
    ``owner`` are the words for whom it belongs to. ``workload`` is the address of the workload that it is given to,
    in the same deployment, and empty for an argument of a resource. ``replaceable`` marks the default of a chart, which
    an installation may replace.
    """

    weakness: Value[str]
    owner: str
    workload: str = ""
    signing: bool = False
    replaceable: bool = False
