"""Helm charts: where they are, and which files are templates and values that only rendering gives a meaning."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import known_value, node_from_yaml
from infraaudit.readers.kubernetes.documents import FORMAT
from infraaudit.readers.reading import FileRow, FileState, UnitRow, UnitState
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from infraaudit.source.file import SourceTree

_WHY = "rendering charts is not supported yet: its templates were not judged"
_MANIFEST_ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of a tree, with the rows of the files that belong to them alone."""

    units: tuple[UnitRow, ...]
    problems: tuple[Problem, ...]
    files: tuple[FileRow, ...]


def find_charts(tree: SourceTree) -> Charts:
    """Find every ``Chart.yaml``; its templates and values are accounted for, and not read as manifests."""
    units: list[UnitRow] = []
    problems: list[Problem] = []
    rows: dict[str, FileRow] = {}
    for path in tree.paths:
        folder, _, name = path.rpartition("/")
        if name != "Chart.yaml":
            continue
        units.append(UnitRow("chart", _name_of(tree, path) or folder or ".", path, UnitState.FAILED, _WHY))
        problems.append(Problem(ProblemKind.NOT_RENDERED, whole_file(path), _WHY))
        for row in _rows_of(tree, folder):
            rows[row.path] = row
    return Charts(tuple(units), tuple(problems), tuple(rows[path] for path in sorted(rows)))


def _name_of(tree: SourceTree, path: str) -> str:
    file = tree.open(path)
    if not isinstance(file, SourceFile):
        return ""
    for document in parse_yaml(file).documents:
        return known_value(node_from_yaml(document, Dialect.CORE)["name"].string()) or ""
    return ""


def _rows_of(tree: SourceTree, folder: str) -> list[FileRow]:
    prefix = f"{folder}/" if folder else ""
    rows: list[FileRow] = []
    for path in tree.below(folder):
        inner = path.removeprefix(prefix)
        if inner.startswith("templates/") and inner.endswith(_MANIFEST_ENDINGS):
            rows.append(FileRow(path, FORMAT, FileState.SKIPPED, "a template of a chart that was not rendered"))
        elif fnmatchcase(inner, "values*.y*ml") and "/" not in inner:
            rows.append(FileRow(path, FORMAT, FileState.SKIPPED, "values of a chart that was not rendered"))
    return rows
