"""Reads every Compose project of a tree into workloads, one a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.compose.files import Files
from infraaudit.readers.compose.ledger import Ledger
from infraaudit.readers.compose.loader import Loader
from infraaudit.readers.compose.projects import load, plans
from infraaudit.readers.compose.workload import workloads_of
from infraaudit.readers.reading import Reading

if TYPE_CHECKING:
    from infraaudit.model import Workload
    from infraaudit.source.file import SourceTree


def read(tree: SourceTree) -> Reading:
    """Read all Compose projects of a tree as the client would, over the ``.env`` files that the tree holds.

    The environment of whoever starts a project is not known here, so a variable that only it could set is unknown.
    """
    ledger = Ledger()
    files = Files(tree, ledger)
    loader = Loader(files)
    workloads: list[Workload] = []
    for project, deployment in load(loader, plans(files, files.candidates())):
        workloads.extend(workloads_of(project, deployment, files))
    return Reading(entities=tuple(workloads), problems=tuple(ledger.problems), files=ledger.rows())
