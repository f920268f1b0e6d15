"""Ties the plans of a cloud to the stores that they copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import BackupPlan, Datastore, Edge, EdgeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_plans(estate: Estate) -> Estate:
    """Add an edge from each plan to each store that it surely copies."""
    return estate.with_edges(_protections(estate))


def _protections(estate: Estate) -> Iterator[Edge]:
    for plan in estate.of(BackupPlan):
        for address, at in plan.protects:
            store = estate.beside(plan, address, Datastore)
            if store is not None:
                yield Edge(EdgeKind.PROTECTS, plan.key, store.key, f"{plan} copies it", at)
