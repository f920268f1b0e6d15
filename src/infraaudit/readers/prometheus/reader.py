"""Reads the files of monitoring that lie in a tree, recognised by what they hold."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import Node, node_from_yaml
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.placeholders import is_template
from infraaudit.readers.prometheus.head import Head
from infraaudit.readers.prometheus.lift import monitoring_file_of
from infraaudit.readers.prometheus.recognition import kind_of, may_be_monitoring
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.source.problem import Problem
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import MonitoringFile
    from infraaudit.source.file import SourceFile, SourceTree

_FORMAT = "prometheus"
_ENDINGS = (".yml", ".yaml", ".rules")
_NAMES = ("prometheus*.y*ml", "alertmanager*.y*ml", "*.rules", "*.rules.y*ml")
"""Names that say that a broken file was one of monitoring; what holds is told by the content alone."""


def read(tree: SourceTree) -> Reading:
    """Read all files of monitoring; of what looks like none nothing is said."""
    entities: list[MonitoringFile] = []
    rows: list[FileRow] = []
    problems: list[Problem] = []
    for path in tree.paths:
        file = tree.open(path) if path.endswith(_ENDINGS) else None
        if file is None or isinstance(file, Problem) or not may_be_monitoring(file.text):
            continue
        found, row, faults = _read(file, tree)
        entities.extend(found)
        problems.extend(faults)
        if row is not None:
            rows.append(row)
    return Reading(entities=tuple(entities), problems=tuple(problems), files=tuple(rows))


def _read(file: SourceFile, tree: SourceTree) -> tuple[list[MonitoringFile], FileRow | None, tuple[Problem, ...]]:
    parsed = parse_yaml(file)
    broken = next((problem for problem in parsed.problems if problem.leaves_gap), None)
    roots = [node_from_yaml(each, Dialect.CORE) for each in parsed.documents]
    known = [root for root in roots if kind_of(root) is not None]
    named = any(fnmatchcase(posixpath.basename(file.path), name) for name in _NAMES)
    if not known and not (broken is not None and named and "apiVersion" not in file.text):
        return [], None, ()
    if broken is not None and is_template(file.text) and not known:
        return [], FileRow(file.path, _FORMAT, FileState.SKIPPED, "a template that another program fills in"), ()
    found = list(_lifted(file.path, known, tree))
    if broken is None:
        return found, FileRow(file.path, _FORMAT, FileState.PARSED), parsed.problems
    state = FileState.PARTLY if found else FileState.FAILED
    return found, FileRow(file.path, _FORMAT, state, broken.message), parsed.problems


def _lifted(path: str, roots: list[Node], tree: SourceTree) -> Iterator[MonitoringFile]:
    folder = posixpath.dirname(path)
    deployment = deployment_of(_FORMAT, folder)
    for root in roots:
        head = Head(path, "", posixpath.basename(path), whole_file(path), deployment, path)
        lifted = monitoring_file_of(root, head, tree.paths, lambda name: _listed(name, folder, tree))
        if lifted is not None:
            yield lifted


def _listed(name: str, folder: str, tree: SourceTree) -> Node | None:
    """Return the list of targets in a file that a job names, relative to the job's own file."""
    path = posixpath.normpath(posixpath.join(folder, name)) if not name.startswith("/") else ""
    file = tree.open(path) if path in tree.known else None
    if file is None or isinstance(file, Problem):
        return None
    parsed = parse_yaml(file)
    return node_from_yaml(parsed.documents[0], Dialect.CORE) if parsed.documents else None
