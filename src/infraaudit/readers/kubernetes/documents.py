"""One file of manifests: its objects unfolded from documents and lists, and what became of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value, node_from_yaml
from infraaudit.readers.placeholders import is_template
from infraaudit.readers.reading import FileRow, FileState
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_scalars import refused_keys
from infraaudit.source.yaml_tree import Dialect, YamlMapping, YamlNode, YamlScalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.source.file import SourceFile
    from infraaudit.source.span import Span

FORMAT = "kubernetes"

_SNIFF = re.compile(r"""^[\s\-]*["']?(apiVersion|kind)["']?\s*:""", re.MULTILINE)
REFUSED_KEY = "the key '{}' is no text, and Kustomize builds nothing with another key"

_TOOLS = {
    "kustomize.config.k8s.io": "kustomize",
    "skaffold": "skaffold",
    "kind.x-k8s.io": "kind",
    "k3d.io": "k3d",
    "ctlptl.dev": "ctlptl",
    "eksctl.io": "eksctl",
    "kubeadm.k8s.io": "kubeadm",
    "kubelet.config.k8s.io": "the kubelet",
    "kubeproxy.config.k8s.io": "kube-proxy",
    "kubescheduler.config.k8s.io": "the scheduler",
    "apiserver.config.k8s.io": "the API server",
    "apiserver.k8s.io": "the API server",
    "audit.k8s.io": "the API server",
    "client.authentication.k8s.io": "kubectl",
    "deploy.cloud.google.com": "Cloud Deploy",
    "backstage.io": "Backstage",
    "scaffolder.backstage.io": "Backstage",
    "kuttl.dev": "kuttl",
    "cli.kyverno.io": "the Kyverno command",
    "kpt.dev": "kpt",
}
"""API groups whose objects configure a tool on somebody's machine and never reach a cluster."""


@dataclass(frozen=True, slots=True)
class KubernetesObject:
    """One object of a file. ``namespace`` is empty where none is stated; ``at`` is the place of its name."""

    kind: str
    name: str
    namespace: str
    body: Node
    at: Span

    @property
    def address(self) -> str:
        """The words that find the object again: kind, namespace and name."""
        return f"{self.kind}/{self.namespace or 'default'}/{self.name}"


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One candidate file: its objects, its row of the ledger, and its problems.

    ``refusal`` is why the program that reads it would take nothing of it, though its objects can be told.
    """

    objects: tuple[KubernetesObject, ...]
    row: FileRow
    problems: tuple[Problem, ...] = ()
    refusal: Problem | None = None

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.row.path


def read_manifest_file(file: SourceFile, dialect: Dialect = Dialect.KUBERNETES) -> ManifestFile | None:
    """Read the objects of a file; ``None`` for a file that holds no document with ``apiVersion`` and ``kind``."""
    if "apiVersion" not in file.text or "kind" not in file.text:
        return None
    parsed = parse_yaml(file)
    trees = [tree for tree in parsed.documents if _is_object(tree)]
    documents = [node_from_yaml(tree, dialect) for tree in trees]
    broken = any(problem.leaves_gap for problem in parsed.problems)
    if not documents and not (broken and _looks_like_manifest(file.text)):
        return None
    template = is_template(file.text)
    collected = _Collected(file.path, [_explained(each, template=template) for each in parsed.problems], template)
    for document in documents:
        collected.take(document)
    return replace(collected.finish(broken=broken), refusal=_refusal(trees, dialect))


def _refusal(trees: Iterable[YamlNode], dialect: Dialect) -> Problem | None:
    """Return what is wrong with a key that Kustomize refuses; to kubectl nearly every key is a text."""
    if dialect is Dialect.KUSTOMIZE:
        for tree in trees:
            for key in refused_keys(tree, dialect):
                return Problem(ProblemKind.SYNTAX, key.at, REFUSED_KEY.format(key.text))
    return None


def _is_object(tree: YamlNode) -> bool:
    if not isinstance(tree, YamlMapping):
        return False
    keys = {key.text for key, _ in tree.pairs if isinstance(key, YamlScalar)}
    return {"apiVersion", "kind"} <= keys


def _looks_like_manifest(text: str) -> bool:
    return {match[1] for match in _SNIFF.finditer(text)} == {"apiVersion", "kind"}


def _explained(problem: Problem, *, template: bool) -> Problem:
    """Call a syntax error what it is in a template: text that another program fills in first."""
    if template and problem.kind is ProblemKind.SYNTAX:
        return replace(problem, kind=ProblemKind.NOT_RENDERED, message=f"a template: {problem.message}")
    return problem


class _Collected:
    """What one file has given so far."""

    def __init__(self, path: str, problems: list[Problem], template: bool) -> None:  # noqa: FBT001 - private
        self._path = path
        self._problems = problems
        self._template = template
        self._objects: list[KubernetesObject] = []
        self._tools: list[str] = []
        self._left_out = False

    def take(self, document: Node) -> None:
        """Keep the objects of one document."""
        for body in _unfolded(document):
            tool = _tool_of(body)
            if tool:
                self._tools.append(tool)
                continue
            found = _object_of(body)
            if isinstance(found, KubernetesObject):
                self._objects.append(found)
            else:
                self._leave_out(body, found)

    def _leave_out(self, body: Node, why: str) -> None:
        self._left_out = True
        at = body["kind"].at
        if (known_value(body["kind"].string()) or "").startswith("ENC["):
            self._problems.append(Problem(ProblemKind.ENCRYPTED, at, "encrypted with SOPS"))
        elif self._template:
            self._problems.append(Problem(ProblemKind.NOT_RENDERED, at, f"a template: {why}"))
        else:
            self._problems.append(Problem(ProblemKind.SYNTAX, at, why))

    def finish(self, *, broken: bool) -> ManifestFile:
        """Return the file with its row."""
        gap = broken or self._left_out
        if gap:
            why = next((problem.message for problem in self._problems if problem.leaves_gap), "")
            state = FileState.PARTLY if self._objects else FileState.FAILED
            row = FileRow(self._path, FORMAT, state, why)
        elif self._tools and not self._objects:
            row = FileRow(
                self._path, FORMAT, FileState.SKIPPED, f"a configuration of {self._tools[0]}, no object of a cluster"
            )
        else:
            row = FileRow(self._path, FORMAT, FileState.PARSED)
        return ManifestFile(tuple(self._objects), row, tuple(self._problems))


def objects_of(document: Node) -> Iterator[KubernetesObject | str]:
    """Yield the objects of one document, or why one is none; a tool's configuration is passed over."""
    for body in _unfolded(document):
        if not _tool_of(body):
            yield _object_of(body)


def _unfolded(document: Node) -> Iterator[Node]:
    """Yield the items of a ``List``, each with the kind that its list implies, or the document itself."""
    kind = known_value(document["kind"].string()) or ""
    items = document["items"]
    if not kind.endswith("List") or not items.is_list:
        yield document
        return
    implied = {"apiVersion": document["apiVersion"]}
    if kind != "List":
        implied["kind"] = replace(document["kind"], content=kind.removesuffix("List"), text=None)
    for item in items.each():
        if item.is_mapping:
            yield from _unfolded(replace(item, content={**implied, **dict(item.items())}))


def _tool_of(body: Node) -> str:
    version = known_value(body["apiVersion"].string()) or ""
    if version == "v1" and known_value(body["kind"].string()) == "Config":
        return "kubectl"
    # Whatever a cluster stores has metadata; what has none is a file that some program reads at its start.
    return _TOOLS.get(version.partition("/")[0], "" if "metadata" in dict(body.items()) else "a program")


def _object_of(body: Node) -> KubernetesObject | str:
    """Return the object, or why the document is none."""
    kind = known_value(body["kind"].string())
    if not kind or kind.startswith("ENC[") or known_value(body["apiVersion"].string()) is None:
        return "the kind of the object cannot be told"
    metadata = body["metadata"]
    name_node = metadata["generateName"] if metadata["name"].is_absent else metadata["name"]
    name = known_value(name_node.string())
    if not name:
        return f"a {kind} without a name"
    namespace = known_value(metadata["namespace"].string()) or ""
    return KubernetesObject(kind, name, namespace, replace(body, key_at=name_node.at), name_node.at)
