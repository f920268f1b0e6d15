"""Tells the retired version of TLS that a door still takes, by the platform's word for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Gateway, Known

if TYPE_CHECKING:
    from infraaudit.model import Estate, Listener, Maybe


def join_listeners(estate: Estate) -> Estate:
    """Fill the retired version of every encrypted door."""
    found = [each for each in estate.of(Gateway) if any(door.tls_policy is not None for door in each.listeners)]
    return estate.with_entities(
        replace(gateway, listeners=tuple(_told(door) for door in gateway.listeners)) for gateway in found
    )


def _told(door: Listener) -> Listener:
    return door if door.tls_policy is None else replace(door, retired=_retired(door.tls_policy))


def _retired(word: Maybe[str]) -> Maybe[str]:
    """Return the retired version that the longest row knows which the word begins with; absent where it knows none."""
    if not isinstance(word, Known):
        return word
    rows = [row for name, row in table("tls_policies").items() if word.value.startswith(name)]
    if not rows:
        return Absent(word.at)
    row = max(rows, key=lambda each: len(each.name))
    if not row.get("old", False):
        return Absent(word.at)
    return Known(str(row["oldest"]), word.at, word.stated, word.fact or row.words)
