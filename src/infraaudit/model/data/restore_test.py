"""Tests of copies: what restores them by a clock, to see whether that works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTest(Entity):
    """A plan by which copies are restored and thrown away again.

    ``interval`` is how many seconds lie between two tests at most. ``kinds`` are the platform's words for the kinds of
    resources that it restores, ``complete`` being false where there may be others. ``of_clusters`` tells that it brings
    back what runs in clusters, and no store of a cloud.
    """

    interval: Maybe[int]
    kinds: tuple[Value[str], ...] = ()
    complete: bool = True
    of_clusters: bool = False
