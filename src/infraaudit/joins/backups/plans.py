"""Ties the plans of a cloud to the stores and clusters that they copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import BackupPlan, Cluster, Datastore, Edge, EdgeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_plans(estate: Estate) -> Estate:
    """Add an edge from each plan to each store and cluster that it surely copies."""
    return estate.with_edges(_protections(estate))


def _protections(estate: Estate) -> Iterator[Edge]:
    for plan in estate.of(BackupPlan):
        for address, at in plan.protects:
            copied = estate.beside(plan, address, Datastore) or estate.beside(plan, address, Cluster)
            if copied is not None:
                yield Edge(EdgeKind.PROTECTS, plan.key, copied.key, f"{plan} copies it", at)
