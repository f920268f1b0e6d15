"""Streams: logs of records in shards that a cloud keeps, to be read by several readers, each at its own place."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from infraaudit.model.data.datastore import Datastore
from infraaudit.model.data.retention import Retaining

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Datastore, Retaining):
    """A stream. ``retention`` is in seconds, ``shards`` the number of parts that are read side by side.

    ``readers`` are the addresses of consumers with a throughput of their own. ``shard_metrics`` are the measures that
    are taken of each shard, and not only of the whole.
    """

    retention: Value[int]
    shards: Maybe[int]
    readers: tuple[str, ...] = ()
    shard_metrics: Maybe[tuple[str, ...]] | None = None

    @property
    def kept_for(self) -> Maybe[int] | None:
        """The seconds after which a record is dropped."""
        return self.retention

    @staticmethod
    def of(store: Datastore, **more: Any) -> Stream:  # noqa: ANN401 - the fields of this class
        """Return a store with what belongs to a stream."""
        return Stream(**{each.name: getattr(store, each.name) for each in fields(store)}, **more)
