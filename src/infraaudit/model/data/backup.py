"""What keeps copies of data: the vaults that hold them, and the jobs that make them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity
from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupVault(Faceted):
    """A place that holds recovery points and nothing else.

    ``locked`` is whether a lock keeps points until their time, absent where none does; ``None`` where the platform has
    no such lock. ``lasting`` is whether not even an administrator takes the lock off again, ``None`` without one.
    ``refuses`` is whether its own policy refuses everybody to delete a point, ``None`` where it can have none.
    ``identifiers`` are its literal names.
    """

    facets: tuple[Facet, ...] = ()
    locked: Maybe[bool] | None = None
    lasting: Value[bool] | None = None
    refuses: Value[bool] | None = None
    identifiers: tuple[str, ...] = ()


class CopyPlace(StrEnum):
    """Where a job puts its copies, seen from what it copies."""

    AWAY = "away"
    BESIDE = "on the volume of the data"
    PASSING = "where it goes with the container"
    SAME_HOST = "on the host of the data"


@dataclass(frozen=True, slots=True)
class HiddenFailure:
    """How the failure of a copy is lost. ``checked`` tells that something looks at the copy afterwards."""

    how: str
    at: Span
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupJob(Entity):
    """A workload that copies a store.

    ``engine`` is the engine that ``tool`` copies, empty for one that copies files. ``scheduled`` tells whether a clock
    starts it. ``failures`` are the ways in which its failure is lost. ``client_major`` is the major version of the
    program, ``None`` where it does not matter. ``place`` is where the copies go and ``path`` what was written for it;
    ``None`` where the job does not say.
    """

    workload: str
    tool: str
    engine: str
    scheduled: Value[bool]
    failures: Value[tuple[HiddenFailure, ...]]
    client_major: Maybe[int] | None = None
    place: Value[CopyPlace] | None = None
    path: str = ""
