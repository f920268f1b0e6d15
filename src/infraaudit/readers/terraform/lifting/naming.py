"""Tells from the words of a name what the loss of a store's data would mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import DataClass

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRANSIENT = frozenset({"tmp", "temp", "temporary", "scratch"})
_DERIVED = frozenset({"cache", "caches", "caching", "search", "log", "logs", "logging", "artifact", "artifacts"})
_KEPT = frozenset({"queue", "queues", "broker", "session", "sessions"})
_DEAD_LETTER = frozenset({"dlq", "dlqs", "deadletter", "deadletters"})


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Return the words of some names in lower case."""
    return frozenset(word for name in names for word in re.split(r"[^a-z0-9]+", name.lower()) if word)


def data_class_of(names: Iterable[str], otherwise: DataClass) -> DataClass:
    """Return the class that a name tells, else ``otherwise``."""
    words = words_of(names)
    if words & _TRANSIENT:
        return DataClass.TRANSIENT
    return DataClass.DERIVED if words & _DERIVED else otherwise


def cache_class_of(names: Iterable[str]) -> DataClass:
    """Return the class of an in-memory store: primary where its name tells of work or sessions."""
    return DataClass.PRIMARY if words_of(names) & _KEPT else DataClass.DERIVED


def is_dead_letter_name(names: Iterable[str]) -> bool:
    """Tell whether a name calls a queue a dead-letter queue."""
    written = tuple(names)
    return bool(words_of(written) & _DEAD_LETTER) or any(
        re.search(r"dead[^a-z0-9]letter", name.lower()) for name in written
    )
