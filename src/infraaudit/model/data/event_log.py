"""Logs of events that brokers keep in several copies: topics of Kafka, and what a cluster gives to those it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.data.retention import Retaining

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog(Retaining):
    """A log, or where ``shared`` is set what a cluster gives to every log that states nothing of its own.

    ``replication`` is the number of copies of each part, ``in_sync`` how many of them must have a message before it
    is confirmed. ``brokers`` is how many machines there are for the copies, absent where no cluster is in sight.
    ``internal`` is the number of copies of the brokers' own logs of positions and transactions, where it is written.
    ``unclean`` tells that a copy that lags behind may take over. ``retention`` is for how many seconds a message is
    kept, absent where it is kept for ever, ``None`` where that is not read.
    """

    replication: Value[int]
    in_sync: Value[int]
    brokers: Maybe[int]
    internal: tuple[tuple[str, Value[int]], ...] = ()
    unclean: Maybe[bool] | None = None
    shared: bool = False
    retention: Maybe[int] | None = None

    @property
    def kept_for(self) -> Maybe[int] | None:
        """The seconds after which a message is dropped."""
        return self.retention
