"""Plans by which a cloud copies stores: when, for how long the copies are kept, and what is copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class BackupRule:
    """One rule of a plan.

    ``interval`` is how many seconds lie between two copies at most, absent where no clock starts them. ``retention`` is
    for how many days a copy is kept, absent where it is kept for ever. ``continuous`` tells that every moment can be
    had back. ``vault`` is the address of the vault or its literal name, ``copies`` are those of the vaults that get a
    further copy.
    """

    interval: Maybe[int]
    retention: Maybe[int]
    continuous: Value[bool]
    vault: Maybe[str]
    copies: tuple[Value[str], ...]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan(Entity):
    """A plan. ``protects`` are the addresses of the stores that it surely copies, each with the place that says so.

    ``complete`` is false where it may copy others too, or may have other rules than these.
    """

    rules: tuple[BackupRule, ...] = ()
    protects: tuple[tuple[str, Span], ...] = ()
    complete: bool = True
