"""Loads the services of a Compose project: files merged in order, with what they extend and include."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.model.node import Unresolved
from infraaudit.readers.compose.canonical import canonical_service
from infraaudit.readers.compose.interpolation import Setting
from infraaudit.readers.compose.merge import merge, merge_services
from infraaudit.readers.compose.texts import FILLED_IN, Texts
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Step, whole_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.readers.compose.document import Document
    from infraaudit.readers.compose.files import Files
    from infraaudit.source.span import Span

_PROJECT_NAME = "COMPOSE_PROJECT_NAME"
_DOT_ENV = "the .env file"
_MOST_INCLUDES = 100


@dataclass(frozen=True, slots=True)
class Project:
    """The services of a project in one form, what it declares beside them, and the variables for further files."""

    services: Mapping[str, Node]
    volumes: Mapping[str, Node]
    variables: Mapping[str, Setting]
    configs: Mapping[str, Node] = field(default_factory=dict)
    networks: Mapping[str, Node] = field(default_factory=dict)


@dataclass
class Loader:
    """Loads projects; ``included`` and ``extended`` are the files that belong to another file's project."""

    files: Files
    included: set[str] = field(default_factory=set)
    extended: set[str] = field(default_factory=set)
    _open: list[str] = field(default_factory=list)

    def project(self, folder: str, paths: tuple[str, ...]) -> Project:
        """Load a project from the files given, each merged over those before it."""
        variables = self.files.variables(posixpath.join(folder, ".env"), {}, _DOT_ENV)
        self._open = list(paths)
        return self._load(folder, paths, {_PROJECT_NAME: self._name(paths), **variables})

    def _name(self, paths: tuple[str, ...]) -> Setting:
        """Return what the client sets for the name of the project: that of the last file, else that of its folder."""
        for path in reversed(paths):
            for document in self.files.documents(path):
                name = document.root["name"]
                if isinstance(name.content, str) and "$" not in name.content:
                    return Setting(name.content, Step("the name of the project", name.at))
        why = f"the client takes {_PROJECT_NAME} from the name of the folder that the project is started in"
        return Setting(None, Step("the name of the project", whole_file(paths[-1])), why)

    def _load(self, folder: str, paths: tuple[str, ...], variables: Mapping[str, Setting]) -> Project:
        services: dict[str, Node] = {}
        volumes: dict[str, Node] = {}
        configs: dict[str, Node] = {}
        networks: dict[str, Node] = {}
        for path in paths:
            texts = Texts(variables)
            for document in self.files.documents(path):
                part = _Part(self, path, folder, document.root, texts)
                included = part.included()
                services = merge_services(services, included.services)
                services = merge_services(services, part.services(), document.replaced)
                volumes = _merged("volumes", volumes, included.volumes, document, texts, folder)
                configs = _merged("configs", configs, included.configs, document, texts, folder)
                networks = _merged("networks", networks, included.networks, document, texts, folder)
            for place in dict.fromkeys(texts.templates):
                self.files.ledger.report(Problem(ProblemKind.NOT_RENDERED, place, FILLED_IN))
        return Project(services, volumes, variables, configs, networks)

    def include(self, folder: str, paths: tuple[str, ...], variables: Mapping[str, Setting], at: Span) -> Project:
        """Load a project that another one includes."""
        if any(path in self._open for path in paths) or len(self._open) > _MOST_INCLUDES:
            self.files.ledger.report(Problem(ProblemKind.SYNTAX, at, "an include that leads back to itself"))
            return Project({}, {}, {})
        self.included.update(paths)
        self._open.extend(paths)
        project = self._load(folder, paths, variables)
        del self._open[-len(paths) :]
        return project


def _merged(
    key: str, before: Mapping[str, Node], included: Mapping[str, Node], document: Document, texts: Texts, folder: str
) -> dict[str, Node]:
    """Return what the project declares under a key: in the files before, in those included, and in this document."""
    own = texts.tree(document.root[key]).content
    kept = {name: node for name, node in before.items() if (key, name) not in document.replaced}
    written = own if isinstance(own, dict) else {}
    return {**kept, **included, **{name: _with_file(node, folder) for name, node in written.items()}}


def _with_file(node: Node, folder: str) -> Node:
    """Return a declaration whose file, where it has one beside the project, is given below the root as ``./path``."""
    file = node["file"]
    if not isinstance(file.content, str) or not isinstance(node.content, dict) or file.content.startswith(("/", "~")):
        return node
    path = posixpath.normpath(posixpath.join(folder, file.content))
    text = path if path.startswith("..") else f"./{path}"
    return Node({**node.content, "file": Node(text, file.at, text=text)}, node.at, node.key_at, node.open)


@dataclass
class _Part:
    """One document of one file while its services are loaded."""

    loader: Loader
    path: str
    folder: str
    root: Node
    texts: Texts
    _done: dict[str, Node] = field(default_factory=dict)

    def services(self) -> dict[str, Node]:
        """Return the services of this document with what they extend."""
        content = self.root["services"].content
        if not isinstance(content, dict):
            if not self.root["services"].is_absent:
                at = self.root["services"].at
                self._report(Problem(ProblemKind.SYNTAX, at, "services is not a mapping"))
            return {}
        return {name: self.service(name, ()) for name in content}

    def service(self, name: str, seen: tuple[tuple[str, str], ...]) -> Node:
        """Return one service with what it extends; ``seen`` are the services that led here."""
        if name not in self._done:
            written = self.root["services"][name]
            canonical = canonical_service(written, self.texts, self.folder)
            self._done[name] = self._extended(name, canonical, seen)
        return self._done[name]

    def _report(self, problem: Problem) -> None:
        self.loader.files.ledger.report(problem)

    def _extended(self, name: str, service: Node, seen: tuple[tuple[str, str], ...]) -> Node:
        extends = service["extends"]
        if extends.is_absent or not isinstance(service.content, dict):
            return service
        here = (*seen, (self.path, name))
        target = extends["service"] if extends.is_mapping else extends
        file = extends["file"] if extends.is_mapping else Node(None, extends.at)
        base = self._base(target, file, here)
        own = {key: child for key, child in service.content.items() if key != "extends"}
        over = Node(own, service.at, service.key_at)
        if base is None:
            return Node({"image": _image_elsewhere(extends.at), **own}, service.at, service.key_at, open=True)
        return merge(base, over)

    def _base(self, target: Node, file: Node, here: tuple[tuple[str, str], ...]) -> Node | None:
        if not isinstance(target.content, str):
            return None
        part = self if file.is_absent else self._other(file)
        if part is None or (part.path, target.content) in here or not part.root["services"][target.content].is_mapping:
            message = f"the service {target.content} that is extended here cannot be found"
            self._report(Problem(ProblemKind.UNSUPPORTED, target.at, message))
            return None
        return part.service(target.content, here)

    def _other(self, file: Node) -> _Part | None:
        if not isinstance(file.content, str):
            return None
        path = posixpath.normpath(posixpath.join(self.folder, file.content))
        if path == self.path:
            return self
        if path not in self.loader.files.tree.known:
            return None
        self.loader.extended.add(path)
        documents = self.loader.files.documents(path)
        if not documents:
            return None
        return _Part(self.loader, path, posixpath.dirname(path), documents[0].root, self.texts)

    # -- include ---------------------------------------------------------------------------------------------

    def included(self) -> Project:
        """Return the services of all files that this document includes."""
        services: dict[str, Node] = {}
        volumes: dict[str, Node] = {}
        configs: dict[str, Node] = {}
        networks: dict[str, Node] = {}
        for item in self.texts.tree(self.root["include"]).each():
            project = self._include(item)
            services = merge_services(services, project.services)
            volumes.update(project.volumes)
            configs.update(project.configs)
            networks.update(project.networks)
        return Project(services, volumes, {}, configs, networks)

    def _include(self, item: Node) -> Project:
        written = item["path"] if item.is_mapping else item
        nodes = written.content if isinstance(written.content, tuple) else (written,)
        paths = [self._below(node) for node in nodes]
        if not paths or any(path is None or path not in self.loader.files.tree.known for path in paths):
            self._report(Problem(ProblemKind.UNSUPPORTED, item.at, "what is included here is not in the scanned tree"))
            return Project({}, {}, {})
        known = tuple(path for path in paths if path is not None)
        folder = self._below(item["project_directory"]) if item.is_mapping else None
        folder = posixpath.dirname(known[0]) if folder is None else folder
        return self.loader.include(folder, known, self._variables(item, folder), item.at)

    def _variables(self, item: Node, folder: str) -> dict[str, Setting]:
        written = item["env_file"] if item.is_mapping else Node(None, item.at)
        nodes = written.content if isinstance(written.content, tuple) else (written,)
        names = [path for node in nodes if (path := self._below(node)) is not None]
        variables = dict(self.texts.variables)
        for name in reversed(names or [posixpath.join(folder, ".env")]):
            what = _DOT_ENV if posixpath.basename(name) == ".env" else f"the file {name}"
            variables = self.loader.files.variables(name, variables, what)
        return variables

    def _below(self, node: Node) -> str | None:
        """Return a path that is written relative to the project as one below the root."""
        if not isinstance(node.content, str):
            return None
        path = posixpath.normpath(posixpath.join(self.folder, node.content))
        return "" if path == "." else path


def _image_elsewhere(at: Span) -> Node:
    return Node(Unresolved("the service that this one extends cannot be found"), at)


def is_overlay(document: Document, base: Document) -> bool:
    """Tell whether a file only changes services of another: some of them say neither what to run nor to build."""
    mine, theirs = document.root["services"].content, base.root["services"].content
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return False
    return any(
        name in theirs and all(service[key].is_absent for key in ("image", "build", "extends", "provider"))
        for name, service in mine.items()
    )
