"""Where a Terraform root keeps its state: the only map from its configuration to what exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class StateSecret:
    """A resource whose attribute ends in the state in plain text; the value itself is nowhere in the model."""

    address: str
    attribute: str
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class StateBackend(Entity):
    """The backend of one root.

    ``type`` is what Terraform calls it, ``local`` where none is written and ``cloud`` for HCP Terraform; ``written``
    tells whether any is. ``store`` is the bucket, container or address that holds the state and ``path`` the key or
    prefix in it, with the workspace where that is known; both are absent for kinds that have none. ``encrypted`` is
    the switch of the backend itself. ``partial`` tells that settings may come from the command line. ``resources`` is
    the number of resources that the root manages, and ``makes_store`` that a bucket for a state is among them.
    ``secrets`` is what ends in the state in plain text, and ``exposure`` what leaves the way to it open, in words that
    complete "its state is reached", empty or absent for nothing.
    """

    type: Value[str]
    written: bool
    store: Maybe[str]
    path: Maybe[str]
    encrypted: Maybe[bool]
    locked: Maybe[bool]
    resources: int
    partial: bool = False
    makes_store: bool = False
    secrets: tuple[StateSecret, ...] = ()
    exposure: Maybe[str] | None = None
