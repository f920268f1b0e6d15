"""Poolers: what takes many connections of clients and opens few to a database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value


class PoolMode(StrEnum):
    """For how long a client keeps a connection to the database."""

    SESSION = "session"
    TRANSACTION = "transaction"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooler(Entity):
    """A pooler in a container of the workload at the address ``workload``.

    ``pool_size`` is how many connections one copy opens for each pair of database and user, with those in reserve, and
    ``pairs`` how many pairs are written. ``most_clients`` is how many connections of clients one copy takes.
    """

    workload: str
    program: str
    mode: Value[PoolMode]
    pool_size: Value[int]
    pairs: int
    most_clients: Value[int]
