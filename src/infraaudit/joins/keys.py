"""Ties the keys of a cloud to what they encrypt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Edge, EdgeKind, EncryptionKey, Entity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_keys(estate: Estate) -> Estate:
    """Add an edge from each key to each entity that names it as its key."""
    return estate.with_edges(_uses(estate))


def _uses(estate: Estate) -> Iterator[Edge]:
    for key in estate.of(EncryptionKey):
        for use in key.users:
            user = estate.beside(key, use.address, Entity)
            if user is not None:
                yield Edge(EdgeKind.ENCRYPTS, key.key, user.key, f"{user} names it as its key", use.at)
