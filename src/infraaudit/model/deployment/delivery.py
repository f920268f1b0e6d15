"""What brings a set of manifests into a cluster, and keeps it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class ReleaseSource:
    """Where what is released comes from: a repository with a path or a chart in it, and the version that is taken.

    ``folder`` is the folder of this tree that the path leads to, empty where it leads to none.
    """

    repository: Maybe[str]
    path: Maybe[str]
    chart: Maybe[str]
    revision: Maybe[str]
    at: Span
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Entity):
    """An object by which a tool (``Argo CD``, ``Flux``) keeps a set of manifests or a chart applied.

    ``destination`` is the namespace that it goes to. ``prunes`` tells that objects which vanish from the source are
    deleted, ``self_heals`` that changes by hand are undone, ``automatic`` that new versions are applied by
    themselves. ``ignores`` are the pointers of fields whose differences it leaves alone.
    """

    namespace: str = ""
    tool: str
    sources: tuple[ReleaseSource, ...] = ()
    destination: Maybe[str]
    automatic: Value[bool]
    prunes: Value[bool]
    self_heals: Value[bool]
    suspended: Value[bool]
    ignores: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    complete: bool = True
