"""Finds the kustomizations of a tree and the files that belong to them: those are no manifests of their own."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import known_value, node_from_yaml
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect, YamlMapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.source.file import SourceTree

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

_API = "kustomize.config.k8s.io"
_NAMING = (
    "resources", "bases", "patchesStrategicMerge", "configurations", "crds", "generators", "transformers",
    "validators",
)  # fmt: skip
_NAMING_BY_PATH = ("patches", "patchesJson6902", "replacements")
_GENERATING = ("configMapGenerator", "secretGenerator")


@dataclass(frozen=True, slots=True)
class Kustomization:
    """One kustomization file; ``problem`` says why it cannot be read, and ``body`` is then ``None``.

    ``claims`` are the files of the tree that it names: resources, patches, and files to generate from.
    """

    path: str
    body: Node | None
    claims: frozenset[str] = frozenset()
    problem: Problem | None = None

    @property
    def folder(self) -> str:
        """The folder of the file, empty for the root."""
        return posixpath.dirname(self.path)


def find_kustomizations(tree: SourceTree) -> tuple[Kustomization, ...]:
    """Read every kustomization of the tree."""
    found = (_read(tree, path) for path in tree.paths if path.rpartition("/")[2] in NAMES)
    return tuple(each for each in found if each is not None)


def _read(tree: SourceTree, path: str) -> Kustomization | None:
    file = tree.open(path)
    if not isinstance(file, SourceFile):
        return Kustomization(path, None, problem=file)
    parsed = parse_yaml(file)
    fatal = next((problem for problem in parsed.problems if problem.leaves_gap), None)
    trees = [document for document in parsed.documents if isinstance(document, YamlMapping)]
    if fatal is not None or not trees:
        missing = Problem(ProblemKind.SYNTAX, whole_file(path), "it holds no kustomization")
        return Kustomization(path, None, problem=fatal or missing)
    body = node_from_yaml(trees[0], Dialect.KUBERNETES)
    if not (known_value(body["apiVersion"].string()) or _API).startswith(_API):
        return None
    claims = {posixpath.normpath(posixpath.join(posixpath.dirname(path), each)) for each in _named(body)}
    return Kustomization(path, body, frozenset(claims & tree.known))


def _named(body: Node) -> Iterator[str]:
    """Yield all texts that can be the path of a file; an inline patch is none, and no file has its name."""
    nodes = [each for field in _NAMING for each in body[field].each()]
    nodes.extend(each["path"] for field in _NAMING_BY_PATH for each in body[field].each())
    nodes.append(body["openapi"]["path"])
    for node in nodes:
        written = known_value(node.string())
        if written and "\n" not in written:
            yield written
    for field in _GENERATING:
        for entry in body[field].each():
            for node in (*entry["files"].each(), *entry["envs"].each(), entry["env"]):
                written = known_value(node.string())
                if written:
                    yield written.rpartition("=")[2]
