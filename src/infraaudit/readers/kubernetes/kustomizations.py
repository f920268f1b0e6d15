"""Kustomizations: which of them their resources represent wholly, and which files are patches and no objects."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import known_value, node_from_yaml
from infraaudit.readers.kubernetes.documents import FORMAT
from infraaudit.readers.reading import FileRow, FileState, UnitRow, UnitState
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect, YamlMapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.source.file import SourceTree

NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})

PATCH = "a patch, judged once its overlay is built"

_CHANGING = (
    "patches", "patchesStrategicMerge", "patchesJson6902", "images", "replicas", "namePrefix", "nameSuffix",
    "components", "helmCharts", "helmChartInflationGenerator", "generators", "transformers", "replacements", "vars",
)  # fmt: skip
"""Fields that make of the resources something else than what their files say. A common label or namespace is
none of them: it changes who selects and who is selected alike."""


@dataclass(frozen=True, slots=True)
class Kustomization:
    """One kustomization. ``names`` are the folders of the tree that it takes resources from.

    ``variant`` marks what builds upon a folder outside its own: an overlay or a component.
    """

    folder: str
    names: frozenset[str]
    patches: frozenset[str]
    variant: bool
    unit: UnitRow
    row: FileRow
    problems: tuple[Problem, ...]


def find_kustomizations(tree: SourceTree) -> tuple[Kustomization, ...]:
    """Read every kustomization of the tree."""
    found = (_read(tree, path) for path in tree.paths if path.rpartition("/")[2] in NAMES)
    return tuple(each for each in found if each is not None)


def _read(tree: SourceTree, path: str) -> Kustomization | None:
    file = tree.open(path)
    folder = posixpath.dirname(path)
    if not isinstance(file, SourceFile):
        return _failed(path, file)
    parsed = parse_yaml(file)
    fatal = next((problem for problem in parsed.problems if problem.leaves_gap), None)
    if fatal is not None:
        return _failed(path, fatal)
    trees = [document for document in parsed.documents if isinstance(document, YamlMapping)]
    if not trees:
        return _failed(path, Problem(ProblemKind.SYNTAX, whole_file(path), "it holds no kustomization"))
    body = node_from_yaml(trees[0], Dialect.CORE)
    version = known_value(body["apiVersion"].string()) or "kustomize.config.k8s.io"
    if not version.startswith("kustomize.config.k8s.io"):
        return None
    resources = _Resources(tree, folder, body)
    component = known_value(body["kind"].string()) == "Component"
    why = _why_not_represented(body, resources, component=component)
    place = whole_file(path)
    notes = tuple(problem for problem in parsed.problems if not problem.leaves_gap)
    return Kustomization(
        folder,
        frozenset(resources.folders()),
        frozenset(_patches(tree, folder, body)),
        component or resources.reach_outside(),
        UnitRow("overlay", folder or ".", path, UnitState.FAILED if why else UnitState.RESOLVED, why),
        FileRow(path, FORMAT, FileState.PARSED),
        (*notes, Problem(ProblemKind.NOT_RENDERED, place, why)) if why else notes,
    )


def _failed(path: str, problem: Problem) -> Kustomization:
    folder = posixpath.dirname(path)
    unit = UnitRow("overlay", folder or ".", path, UnitState.FAILED, problem.message)
    row = FileRow(path, FORMAT, FileState.FAILED, problem.message)
    return Kustomization(folder, frozenset(), frozenset(), False, unit, row, (problem,))  # noqa: FBT003 - no variant


def _why_not_represented(body: Node, resources: _Resources, *, component: bool) -> str:
    if component:
        return "building overlays is not supported yet: a component has a meaning only in one"
    missing = resources.missing()
    if missing:
        return f"it builds upon {missing[0]}, which is not in the scanned folder"
    changing = [name for name in _CHANGING if _is_written(body[name])]
    if any(
        _is_written(each[name]) for each in body["configMapGenerator"].each() for name in ("literals", "envs", "env")
    ):
        changing.append("configMapGenerator")
    if changing:
        return f"building overlays is not supported yet: its {', '.join(changing)} were not applied"
    return ""


def _is_written(node: Node) -> bool:
    return bool(node.items() or node.each() or known_value(node.string()))


class _Resources:
    """What a kustomization takes in: files and folders of the tree, or places beyond it."""

    def __init__(self, tree: SourceTree, folder: str, body: Node) -> None:
        self._tree = tree
        self._folder = folder
        written = (known_value(each.string()) for name in ("resources", "bases") for each in body[name].each())
        self._written = [each for each in written if each]

    def _paths(self) -> Iterator[tuple[str, str]]:
        for written in self._written:
            yield written, _joined(self._folder, written)

    def _is_folder(self, path: str) -> bool:
        return any(posixpath.join(path, name) in self._tree.known for name in NAMES)

    def folders(self) -> Iterator[str]:
        """Yield the folders of the tree that are named, by themselves or by a file in them."""
        for _, path in self._paths():
            if path in self._tree.known:
                yield posixpath.dirname(path)
            elif self._is_folder(path):
                yield path

    def missing(self) -> list[str]:
        """Return what is named and not in the tree."""
        return [
            written
            for written, path in self._paths()
            if "://" in written or (path not in self._tree.known and not self._is_folder(path))
        ]

    def reach_outside(self) -> bool:
        """Tell whether something outside the folder is taken in."""
        prefix = f"{self._folder}/" if self._folder else ""
        return any(not path.startswith(prefix) or path.startswith("..") for _, path in self._paths())


def _patches(tree: SourceTree, folder: str, body: Node) -> Iterator[str]:
    """Yield the files of the tree that are named as patches; an inline patch is not a path of the tree."""
    written = [each["path"] for name in ("patches", "patchesJson6902") for each in body[name].each()]
    for node in (*written, *body["patchesStrategicMerge"].each()):
        path = _joined(folder, known_value(node.string()) or "")
        if path in tree.known:
            yield path


def _joined(folder: str, written: str) -> str:
    return posixpath.normpath(posixpath.join(folder, written.rstrip("/")))
