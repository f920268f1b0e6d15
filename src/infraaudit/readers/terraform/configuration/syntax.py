"""Reads the files of a folder into one configuration: what it declares, overrides merged in."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from infraaudit.readers.reading import FileRow, FileState
from infraaudit.readers.terraform.configuration.installed import is_installed
from infraaudit.readers.terraform.configuration.published import is_published, portrait_document, portrait_files
from infraaudit.source.hcl_json import parse_hcl_json, parse_values_json
from infraaudit.source.hcl_parse import parse_hcl
from infraaudit.source.hcl_tree import Block, Body, HclDocument, Literal
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.source.file import SourceFile, SourceTree
    from infraaudit.source.hcl_tree import Attribute

K = TypeVar("K")

CONFIGURATION = (".tf", ".tofu", ".tf.json", ".tofu.json")
"""The ends of the names of configuration files."""

VALUES = (".tfvars", ".tfvars.json")
"""The ends of the names of variable files."""

_TYPE_AND_NAME = 2


@dataclass(slots=True)
class Configuration:
    """What the files of one folder declare."""

    folder: str
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    resources: dict[tuple[str, str], Block] = field(default_factory=dict)
    data: dict[tuple[str, str], Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    providers: dict[str, Block] = field(default_factory=dict)
    terraform: list[Block] = field(default_factory=list)
    damaged: bool = False


class Sources:
    """The Terraform files of a tree, each parsed once, and what became of them."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.problems: list[Problem] = []
        self.rows: list[FileRow] = []
        self._documents: dict[str, HclDocument | None] = {}
        self._configurations: dict[str, Configuration] = {}
        self._installed: dict[str, tuple[str, ...]] = {}

    @cached_property
    def folders(self) -> Mapping[str, tuple[str, ...]]:
        """The configuration files of each folder that holds any, override files last."""
        groups: dict[str, list[str]] = defaultdict(list)
        for path in self.tree.paths:
            if path.endswith(CONFIGURATION):
                groups[posixpath.dirname(path)].append(path)
        return {folder: tuple(sorted(_effective(paths), key=_override_order)) for folder, paths in groups.items()}

    @cached_property
    def value_files(self) -> Mapping[str, tuple[str, ...]]:
        """The variable files of each folder that holds any."""
        groups: dict[str, list[str]] = defaultdict(list)
        for path in self.tree.paths:
            if path.endswith(VALUES):
                groups[posixpath.dirname(path)].append(path)
        return {folder: tuple(paths) for folder, paths in groups.items()}

    def files(self, folder: str) -> tuple[str, ...]:
        """Return the configuration files of a folder, override files last; also of a module that is elsewhere."""
        if is_published(folder):
            return portrait_files(folder)
        found = self.folders.get(folder)
        if found is not None or not is_installed(f"{folder}/"):
            return found or ()
        if folder not in self._installed:
            names = (name for name in self.tree.names(folder) if name.endswith(CONFIGURATION))
            paths = _effective(posixpath.join(folder, name) for name in names)
            self._installed[folder] = tuple(sorted(paths, key=_override_order))
        return self._installed[folder]

    def document(self, path: str) -> HclDocument | None:
        """Return a parsed file, ``None`` where it could not be opened; the first call enters it in the ledger."""
        if is_published(path):
            return portrait_document(path)
        if path not in self._documents:
            self._documents[path] = self._read(path)
        return self._documents[path]

    def _read(self, path: str) -> HclDocument | None:
        file = self.tree.open(path)
        if isinstance(file, Problem):
            self.problems.append(file)
            self.rows.append(FileRow(path, "terraform", FileState.FAILED, file.message))
            return None
        document = parsed(file)
        self.problems.extend(document.problems)
        self.rows.append(_row(path, document))
        return document

    def configuration(self, folder: str) -> Configuration:
        """Return what a folder declares."""
        if folder not in self._configurations:
            self._configurations[folder] = self._load(folder)
        return self._configurations[folder]

    def _load(self, folder: str) -> Configuration:
        configuration = Configuration(folder)
        for path in self.files(folder):
            document = self.document(path)
            configuration.damaged = configuration.damaged or document is None or document.body.damaged
            for block in document.body.blocks if document is not None else ():
                self._declare(configuration, block, overrides=_override_order(path)[0])
        return configuration

    def _declare(self, configuration: Configuration, block: Block, *, overrides: bool) -> None:
        names = tuple(label.text for label in block.labels)
        if block.type == "locals":
            configuration.locals.update(block.body.attributes)
        elif block.type == "terraform":
            configuration.terraform.append(block)
        elif block.type == "provider" and len(names) == 1:
            alias = literal_text(block.body, "alias")
            self._enter(
                configuration.providers, f"{names[0]}.{alias}" if alias else names[0], block, overrides=overrides
            )
        elif block.type in {"variable", "output", "module"} and len(names) == 1:
            tables = {"variable": configuration.variables, "output": configuration.outputs}
            self._enter(tables.get(block.type, configuration.calls), names[0], block, overrides=overrides)
        elif block.type in {"resource", "data"} and len(names) == _TYPE_AND_NAME:
            table = configuration.resources if block.type == "resource" else configuration.data
            self._enter(table, (names[0], names[1]), block, overrides=overrides)

    def _enter(self, table: dict[K, Block], key: K, block: Block, *, overrides: bool) -> None:
        declared = table.get(key)
        if declared is None:
            table[key] = block
        elif overrides:
            table[key] = _merged(declared, block)
        else:
            message = f"{block.type} {' '.join(label.text for label in block.labels)} is declared in this folder twice"
            self.problems.append(Problem(ProblemKind.NOTE, block.head.span, message))


def parsed(file: SourceFile) -> HclDocument:
    """Parse a file as its name says: configuration or values, HCL or JSON."""
    if file.path.endswith(".tfvars.json"):
        return parse_values_json(file)
    if file.path.endswith(".json"):
        return parse_hcl_json(file)
    document = parse_hcl(file)
    if file.text.lstrip().startswith("{") and document.problems:
        as_json = parse_hcl_json(file)
        if not as_json.problems:
            return HclDocument(as_json.body, document.problems[:1])
    return document


def _row(path: str, document: HclDocument) -> FileRow:
    gaps = [problem for problem in document.problems if problem.leaves_gap]
    if not gaps:
        return FileRow(path, "terraform", FileState.PARSED)
    first = gaps[0]
    why = f"line {first.at.start_line}: {first.message}"
    kept = document.body.blocks or document.body.attributes
    return FileRow(path, "terraform", FileState.PARTLY if kept else FileState.FAILED, why)


def _effective(paths: Iterable[str]) -> list[str]:
    """Leave out a ``.tf`` file beside a ``.tofu`` file of the same name: OpenTofu reads the latter alone."""
    kept = set(paths)
    return [path for path in kept if not (".tf" in path and path.replace(".tf", ".tofu") in kept)]


def _override_order(path: str) -> tuple[bool, str]:
    stem = posixpath.basename(path).partition(".")[0]
    return stem == "override" or stem.endswith("_override"), path


def _merged(block: Block, override: Block) -> Block:
    """Return a block with the arguments of an override in place of its own, nested blocks replaced type by type."""
    replaced = {nested.type for nested in override.body.blocks}
    kept = tuple(nested for nested in block.body.blocks if nested.type not in replaced)
    body = Body(
        {**block.body.attributes, **override.body.attributes},
        (*kept, *override.body.blocks),
        block.body.at,
        block.body.damaged or override.body.damaged,
    )
    return replace(block, body=body)


def literal_text(body: Body, name: str) -> str | None:
    """Return an argument that is a plain string, else ``None``."""
    attribute = body.attributes.get(name)
    if attribute is not None and isinstance(attribute.value, Literal) and isinstance(attribute.value.value, str):
        return attribute.value.value
    return None


def local_folder(folder: str, source: str | None) -> str | None:
    """Return the folder that a local module source names, ``None`` for a source of any other kind.

    A folder outside of the tree begins with ``..``.
    """
    if source is None or not (source in {".", ".."} or source.startswith(("./", "../", ".\\", "..\\"))):
        return None
    path = posixpath.normpath(posixpath.join(folder or ".", source.replace("\\", "/")))
    return "" if path == "." else path
