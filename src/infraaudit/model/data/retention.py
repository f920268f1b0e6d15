"""What keeps messages or records for a time, and drops them afterwards whether they were read or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity
from infraaudit.model.values import Absent, Known, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.model.values import Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class Retaining(Entity):
    """Something that keeps what it is given for a time; each kind keeps the number of seconds in a field."""

    @property
    def kept_for(self) -> Maybe[int] | None:
        """The seconds after which something is dropped, absent where it is kept for ever, ``None`` where not read."""
        return None


_OF_BROKERS = (("log.retention.ms", 1), ("log.retention.minutes", 60_000), ("log.retention.hours", 3_600_000))
"""The settings of Kafka for how long a message is kept, the one that wins first, and the milliseconds of a unit."""
_OF_TOPICS = (("retention.ms", 1),)


def kept_by_kafka(read: Callable[[str], Maybe[int]], *, topic: bool = False) -> Maybe[int] | None:
    """Return for how many seconds Kafka keeps a message by its settings, ``None`` where none of them says so.

    ``read`` returns a setting by its name. A time without an end is written as a number below zero.
    """
    for name, unit in _OF_TOPICS if topic else _OF_BROKERS:
        written = read(name)
        if isinstance(written, Unknown):
            return written
        if isinstance(written, Known):
            kept = written.value * unit // 1000
            return Absent(written.at) if kept < 0 else Known(kept, written.at, written.stated, written.fact)
    return None
