"""Ties the backends of Terraform roots to the buckets of the tree that hold their states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import BucketRole, Edge, EdgeKind, ObjectStore, StateBackend, known_value

if TYPE_CHECKING:
    from infraaudit.model import Estate

PURPOSE = "state"


def join_states(estate: Estate) -> Estate:
    """Add the edges backend to bucket, and say of such a bucket that it holds a state, whatever it is called."""
    named: dict[str, list[ObjectStore]] = {}
    for bucket in estate.of(ObjectStore):
        for identifier in bucket.identifiers:
            named.setdefault(identifier, []).append(bucket)
    edges: list[Edge] = []
    changed: list[ObjectStore] = []
    for backend in estate.of(StateBackend):
        name = known_value(backend.store)
        found = named.get(name.rpartition("/")[2], []) if name is not None else []
        if len(found) == 1:
            evidence = f"the backend of {backend.deployment.folder or 'the root'} names {name}"
            edges.append(Edge(EdgeKind.READS, backend.key, found[0].key, evidence, backend.store.at, PURPOSE))
            changed.append(replace(found[0], role=BucketRole.STATE))
    return estate.with_entities(changed).with_edges(edges)
