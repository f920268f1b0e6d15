"""Ties what no reader knows closer to what it refers to, and to what refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Edge, EdgeKind, Entity, Opaque

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_references(estate: Estate) -> Estate:
    """Add the edges from opaque entities to all that they refer to, and to them from what is known closer."""
    return estate.with_edges(_references(estate))


def _references(estate: Estate) -> Iterator[Edge]:
    for opaque in estate.of(Opaque):
        for address in opaque.mentions:
            target = estate.beside(opaque, address, Entity)
            if target is not None:
                yield _reference(opaque, target)
        for address in opaque.mentioned_by:
            source = estate.beside(opaque, address, Entity)
            if source is not None:
                yield _reference(source, opaque)


def _reference(source: Entity, target: Entity) -> Edge:
    evidence = f"the arguments of {source.address} name {target.address}"
    return Edge(EdgeKind.REFERS_TO, source.key, target.key, evidence, source.at)
