"""What the objects of Argo CD and Flux lead to in the tree, and what is said of those that lead elsewhere."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.kubernetes.charts import chart_folders
from infraaudit.readers.kubernetes.kustomizations import NAMES
from infraaudit.readers.kubernetes.texts import literal
from infraaudit.readers.reading import UnitRow, UnitState
from infraaudit.source.git_remotes import remote_names, repository_name
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from infraaudit.model import Node
    from infraaudit.readers.helm.inputs import DeliveredChart
    from infraaudit.readers.kubernetes.reader import DeliveredFolder
    from infraaudit.readers.kustomize.reader import DeliveredOverlay
    from infraaudit.readers.reading import Delivering
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span


class ElsewhereError(Exception):
    """What an object leads to is not in the tree, or cannot be told. ``failed`` tells that it should have been."""

    def __init__(self, message: str, at: Span, *, failed: bool = False) -> None:
        super().__init__(message)
        self.at = at
        self.failed = failed


@dataclass(frozen=True, slots=True)
class Lead:
    """A source of an object that was followed to a folder."""

    deployment: str
    address: str
    number: int
    folder: str


@dataclass(slots=True)
class Plan:
    """What has been found to be delivered, for each reader that reads it."""

    charts: list[DeliveredChart] = field(default_factory=list)
    overlays: list[DeliveredOverlay] = field(default_factory=list)
    folders: list[DeliveredFolder] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    units: list[UnitRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def follow(self, by: Delivering, number: int, folder: str) -> None:
        """Note that a source leads to a folder of the tree."""
        self.leads.append(Lead(by.deployment.id, by.address, number, folder))
        why = f"it is followed to {folder or '.'}, which is judged as it is deployed by it"
        self.units.append(UnitRow("release", by.address, by.at.path, UnitState.RESOLVED, why))

    def leave(self, by: Delivering, error: ElsewhereError) -> None:
        """Note that a source leads elsewhere."""
        state = UnitState.FAILED if error.failed else UnitState.MISSING
        self.units.append(UnitRow("release", by.address, by.at.path, state, str(error)))
        self.problems.append(Problem(ProblemKind.NOT_RENDERED, error.at, f"{by.address}: {error}"))


@dataclass(frozen=True)
class Place:
    """The scanned tree as the source of what is delivered."""

    tree: SourceTree
    charts: frozenset[str]
    remotes: frozenset[str] | None

    @staticmethod
    def of(tree: SourceTree) -> Place:
        """Look once at what every source is held against."""
        return Place(tree, frozenset(chart_folders(tree)), remote_names(tree.root))

    def folder(self, repository: Node, path: Node) -> str:
        """Return the folder that a path of a repository means here. Raises ``ElsewhereError`` where it is none.

        A tree whose own name is not known is taken for the repository where it has the path.
        """
        url, written = _told(repository, "which repository it takes"), _told(path, "which path it takes")
        if self.remotes is not None and repository_name(url) not in self.remotes:
            message = f"{written} of {shown(url)} is not in the scanned folder and is never fetched"
            raise ElsewhereError(message, repository.at)
        folder = posixpath.normpath(written.lstrip("/") or ".")
        folder = "" if folder == "." else folder
        if folder.startswith("..") or not any(True for _ in self.tree.below(folder)):
            message = f"{written} of {shown(url)} is not in the scanned folder"
            raise ElsewhereError(message, path.at)
        return folder

    def kustomization(self, folder: str) -> str | None:
        """Return the path of the kustomization of a folder."""
        return next((path for name in NAMES if (path := posixpath.join(folder, name)) in self.tree.known), None)


def _told(node: Node, what: str) -> str:
    text = literal(node)
    if isinstance(text, Known):
        return text.value
    why = text.why if isinstance(text, Unknown) else "it is not written"
    message = f"{what} cannot be told: {why}"
    raise ElsewhereError(message, node.at)


def shown(url: str) -> str:
    """Return an address without what could be a password in it."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else url
