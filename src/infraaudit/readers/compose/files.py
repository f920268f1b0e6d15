"""Opens the files of Compose projects: which files hold services, their documents, and files of variables."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.compose.document import Document, document_of
from infraaudit.readers.compose.environment_files import EnvironmentFile, read_environment_file, settings_of
from infraaudit.readers.compose.interpolation import is_template
from infraaudit.readers.compose.ledger import COMPOSE, ENVIRONMENT
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.model import Node
    from infraaudit.readers.compose.interpolation import Setting
    from infraaudit.readers.compose.ledger import Ledger
    from infraaudit.source.file import SourceTree

_NAME = re.compile(r"(docker-)?compose([._-].+)?\.ya?ml|.+[._-](docker-)?compose\.ya?ml")
_TEMPLATE_NAME = re.compile(r"(docker-)?compose([._-].+)?\.ya?ml\.(j2|jinja2?|tmpl|tpl|template|erb|gotmpl)")
_YAML = re.compile(r".+\.ya?ml")
_SERVICES = re.compile(r"^(services|\"services\"|'services')\s*:", re.MULTILINE)


def is_compose_name(path: str) -> bool:
    """Tell whether a file is a Compose file by its name."""
    return _NAME.fullmatch(posixpath.basename(path)) is not None


@dataclass
class Files:
    """The files of a tree as Compose sees them, each read once."""

    tree: SourceTree
    ledger: Ledger
    _documents: dict[str, tuple[Document, ...]] = field(default_factory=dict)

    def candidates(self) -> list[str]:
        """Return the paths of all files that hold services: told by their name, or by what they hold."""
        found: list[str] = []
        for path in self.tree.paths:
            if _TEMPLATE_NAME.fullmatch(posixpath.basename(path)):
                self.ledger.templates.add(path)
            elif is_compose_name(path) or self._holds_services(path):
                self.ledger.note(path, COMPOSE)
                found.append(path)
        return found

    def _holds_services(self, path: str) -> bool:
        if not _YAML.fullmatch(path):
            return False
        file = self.tree.open(path)
        if isinstance(file, Problem) or not _SERVICES.search(file.text):
            return False
        return any(_is_project(document_of(each).root) for each in parse_yaml(file).documents)

    def documents(self, path: str) -> tuple[Document, ...]:
        """Return the documents of a Compose file that are mappings; what cannot be read is reported."""
        if path not in self._documents:
            self.ledger.note(path, COMPOSE)
            self._documents[path] = self._read(path)
        return self._documents[path]

    def _read(self, path: str) -> tuple[Document, ...]:
        file = self.tree.open(path)
        if isinstance(file, Problem):
            self.ledger.fail(path, file)
            return ()
        parsed = parse_yaml(file)
        broken = any(problem.leaves_gap for problem in parsed.problems)
        if broken and is_template(file.text):
            message = "a template that another program fills in"
            self.ledger.fail(path, Problem(ProblemKind.NOT_RENDERED, parsed.problems[0].at, message))
            return ()
        self.ledger.report(*parsed.problems)
        found = tuple(document_of(each) for each in parsed.documents)
        mappings = tuple(each for each in found if each.root.is_mapping)
        if not mappings and broken:
            self.ledger.failed.add(path)
        if len(mappings) < len([each for each in found if not each.root.is_absent]):
            self.ledger.report(Problem(ProblemKind.SYNTAX, whole_file(path), "a document that is no mapping"))
        return mappings

    def variables(self, path: str, outer: Mapping[str, Setting], what: str) -> dict[str, Setting]:
        """Return the variables that a file sets for interpolation; those of ``outer`` win."""
        read = self.environment(path, outer)
        return {**(settings_of(read, what) if read is not None else {}), **outer}

    def environment(self, path: str, outer: Mapping[str, Setting], *, raw: bool = False) -> EnvironmentFile | None:
        """Return a file of variables, ``None`` where the tree does not hold it."""
        if path not in self.tree.known:
            return None
        self.ledger.note(path, ENVIRONMENT)
        file = self.tree.open(path)
        if isinstance(file, Problem):
            self.ledger.fail(path, file)
            return None
        read = read_environment_file(file, outer, raw=raw)
        self.ledger.report(*read.problems)
        return read


def _is_project(root: Node) -> bool:
    services = root["services"].content
    if not isinstance(services, dict) or not root["apiVersion"].is_absent:
        return False
    return any(not service["image"].is_absent or not service["build"].is_absent for service in services.values())
