"""Poolers: what takes many connections of clients and opens few to a database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


class PoolMode(StrEnum):
    """For how long a client keeps a connection to the database."""

    SESSION = "session"
    TRANSACTION = "transaction"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooler(Entity):
    """A pooler in a container of the workload at the address ``workload``, or one that a cloud runs: then it is empty.

    ``pool_size`` is how many connections one copy opens for each pair of database and user, with those in reserve, and
    ``pairs`` how many pairs are written. ``most_clients`` is how many connections of clients one copy takes, absent
    where nothing is known to bound them. ``targets`` are the addresses or literal names of the stores behind one that a
    cloud runs, ``share`` the percentage of their connections that it takes at most, ``identifiers`` its literal names.
    """

    workload: str
    program: str
    mode: Value[PoolMode]
    pool_size: Value[int]
    pairs: int
    most_clients: Maybe[int]
    targets: tuple[Value[str], ...] = ()
    share: Value[int] | None = None
    identifiers: tuple[str, ...] = ()
