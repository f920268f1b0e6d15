"""One kustomization file: its fields, and the files that it names."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model import known_value, node_from_yaml
from infraaudit.readers.kubernetes.documents import REFUSED_KEY
from infraaudit.readers.kubernetes.kustomizations import NAMES
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.trees import placed
from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_scalars import refused_keys
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Layer:
    """A kustomization: ``path`` is its file, ``body`` its fields."""

    tree: SourceTree
    path: str
    body: Node

    @property
    def folder(self) -> str:
        """The folder of the file, empty for the root."""
        return posixpath.dirname(self.path)

    @property
    def is_component(self) -> bool:
        """Whether it is a component: a layer that has a meaning only within an overlay."""
        return known_value(self.body["kind"].string()) == "Component"

    @property
    def words(self) -> str:
        """What a trail calls the layer."""
        return f"{'component' if self.is_component else 'overlay'} {self.folder or '.'}"

    def text(self, field: str) -> str:
        """Return a field that is a text, empty where it is not written."""
        return known_value(self.body[field].string()) or ""

    def named(self, *fields: str) -> Iterator[tuple[str, Node]]:
        """Yield what lists of texts name, with the node that names it."""
        for field in fields:
            for each in self.body[field].each():
                written = known_value(each.string())
                if written:
                    yield written, each

    def joined(self, written: str) -> str:
        """Return the path in the tree that a relative one means."""
        return posixpath.normpath(posixpath.join(self.folder, written)) if not written.startswith("/") else written

    def kustomization_in(self, folder: str) -> str | None:
        """Return the path of the kustomization of a folder."""
        here = "" if folder == "." else folder
        return next((path for name in NAMES if (path := posixpath.join(here, name)) in self.tree.known), None)

    def file(self, written: str, at: Span) -> SourceFile:
        """Open a file that is named; raises ``BuildError`` where it cannot be read."""
        path = self.joined(written)
        file = self.tree.open(path) if path in self.tree.known else None
        if isinstance(file, SourceFile):
            return file
        why = "which is not in the scanned folder" if file is None else f"which cannot be read: {file.message}"
        message = f"it names {written}, {why}"
        raise BuildError(message, at)

    def documents(self, file: SourceFile) -> tuple[Node, ...]:
        """Parse a file of patches or settings; raises ``BuildError`` for one that is no YAML."""
        parsed = parse_yaml(file)
        broken = next((problem for problem in parsed.problems if problem.leaves_gap), None)
        if broken is not None:
            raise BuildError(broken.message, broken.at)
        for tree in parsed.documents:
            for key in refused_keys(tree, Dialect.KUSTOMIZE):
                raise BuildError(REFUSED_KEY.format(key.text), key.at)
        return tuple(node_from_yaml(each, Dialect.KUSTOMIZE) for each in parsed.documents)

    def inline(self, node: Node) -> tuple[Node, ...]:
        """Parse a text that stands within the kustomization, each part at its place in the file."""
        text = known_value(node.string()) or ""
        start = self._start_of_block(node)
        try:
            documents = self.documents(SourceFile(node.at.path, text))
        except BuildError as error:
            raise BuildError(error.problem.message, node.at) from error
        if start is None:
            return tuple(placed(each, lambda _: node.at) for each in documents)
        lines, columns = start

        def moved(span: Span) -> Span:
            return replace(
                span,
                start_line=span.start_line + lines,
                end_line=span.end_line + lines,
                start_column=span.start_column + columns,
                end_column=span.end_column + columns,
            )

        return tuple(placed(each, moved) for each in documents)

    def _start_of_block(self, node: Node) -> tuple[int, int] | None:
        """Return how many lines and columns a literal block is moved from the first of the file."""
        file = self.tree.open(node.at.path)
        if not isinstance(file, SourceFile) or node.at.start_line > len(file.lines):
            return None
        head = file.lines[node.at.start_line - 1][node.at.start_column - 1 :]
        if not head.startswith("|"):
            return None
        first = known_value(node.string()) or ""
        for number, line in enumerate(first.split("\n")):
            if line.strip():
                written = file.lines[node.at.start_line + number]
                return node.at.start_line, len(written) - len(line)
        return None
