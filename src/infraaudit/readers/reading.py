"""What a reader gives back, and what every reader is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from infraaudit.model import Deployment, Edge, Entity, Node
    from infraaudit.source.file import SourceTree
    from infraaudit.source.problem import Problem
    from infraaudit.source.span import Span


class FileState(StrEnum):
    """What became of a candidate file."""

    PARSED = "parsed"
    PARTLY = "partly"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN_KIND = "unknown kind"


@dataclass(frozen=True, slots=True)
class FileRow:
    """One candidate file of the ledger. ``why`` is owed for every state but PARSED."""

    path: str
    format: str
    state: FileState
    why: str = ""


class UnitState(StrEnum):
    """What became of a chart, an overlay, a module call or a set of schemas; what is skipped was nobody's due."""

    RESOLVED = "resolved"
    FAILED = "failed"
    MISSING = "missing"
    SKIPPED = "skipped"

    @property
    def leaves_gap(self) -> bool:
        """Whether something that should have been read was not."""
        return self in {UnitState.FAILED, UnitState.MISSING}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One chart, overlay, module call or set of schemas of the ledger."""

    kind: str
    name: str
    path: str
    state: UnitState
    why: str = ""


@dataclass(frozen=True, slots=True)
class Delivering:
    """An object that tells Argo CD or Flux to keep others applied, or where these come from; ``body`` as written."""

    address: str
    group: str
    kind: str
    name: str
    namespace: str
    body: Node
    at: Span
    deployment: Deployment


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader made of a tree. ``delivering`` are objects that lead to others, which are still to be read."""

    entities: tuple[Entity, ...] = ()
    edges: tuple[Edge, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: tuple[FileRow, ...] = ()
    units: tuple[UnitRow, ...] = ()
    delivering: tuple[Delivering, ...] = ()


class Reader(Protocol):
    """A reader turns the files of its format into entities. It reports what it cannot read and never raises for it."""

    def __call__(self, tree: SourceTree, /) -> Reading:
        """Read all files of the tree that are of this format."""
        ...
