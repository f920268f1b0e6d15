"""Groups the Compose files of a tree into deployments: which files are started together, and what for."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.readers.compose.loader import is_overlay
from infraaudit.readers.deployments import deployment_of

if TYPE_CHECKING:
    from infraaudit.model import Deployment, Node
    from infraaudit.readers.compose.files import Files
    from infraaudit.readers.compose.loader import Loader, Project
    from infraaudit.source.file import SourceTree

_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDE = re.compile(r"(docker-)?compose\.override\.ya?ml")
_DOT_ENV = "the .env file"
_COMPOSE_FILE, _SEPARATOR = "COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR"
_LOCAL_WORDS = frozenset(
    {"dev", "development", "local", "test", "tests", "testing", "ci", "override", "devcontainer"},
)
_TOOL_FOLDERS = frozenset(
    {".buildkite", ".ci", ".circleci", ".devcontainer", ".github", ".gitlab", ".gitpod", ".semaphore"},
)
"""Folders of tools that start containers for an editor or for the tests of a change, and never for users."""

_WITHOUT_CODE = ("/etc/", "/var/lib/", "/var/log/", "/run/", "/docker-entrypoint")


@dataclass(frozen=True, slots=True)
class Plan:
    """Files that are started together. ``local`` is told by their names; the services may tell it too."""

    folder: str
    paths: tuple[str, ...]
    local: bool
    detail: str = ""


def plans(files: Files, candidates: list[str]) -> list[Plan]:
    """Return what is started: a base file a folder, with its override as well, and every other file of the folder."""
    by_folder: dict[str, list[str]] = defaultdict(list)
    for path in candidates:
        by_folder[posixpath.dirname(path)].append(path)
    return [plan for folder, paths in sorted(by_folder.items()) for plan in _plans(files, folder, paths)]


def _plans(files: Files, folder: str, paths: list[str]) -> list[Plan]:
    names = {posixpath.basename(path): path for path in paths}
    base = next((names[name] for name in _BASES if name in names), None)
    found = [Plan(folder, (base,), local=False)] if base is not None else []
    chosen = _chosen(files, folder, paths)
    if chosen:
        found = [Plan(folder, chosen, local=any(_is_local_name(posixpath.basename(path)) for path in chosen))]
    for name, path in sorted(names.items()):
        if path == base or path in chosen:
            continue
        over_base = base is not None and (_OVERRIDE.fullmatch(name) is not None or _overlays(files, path, base))
        chain = (base, path) if base is not None and over_base else (path,)
        found.append(Plan(folder, chain, local=_is_local_name(name), detail=name))
    return found


def _chosen(files: Files, folder: str, paths: list[str]) -> tuple[str, ...]:
    """Return the files of a folder that the ``COMPOSE_FILE`` of its ``.env`` starts together, if all can be found."""
    settings = files.variables(posixpath.join(folder, ".env"), {}, _DOT_ENV)
    written = settings.get(_COMPOSE_FILE)
    if written is None or not written.text:
        return ()
    separator = settings.get(_SEPARATOR)
    names = written.text.split((separator.text if separator is not None else None) or ":")
    chosen = tuple(posixpath.normpath(posixpath.join(folder, name.strip())) for name in names if name.strip())
    return chosen if chosen and all(path in paths for path in chosen) else ()


def _overlays(files: Files, path: str, base: str) -> bool:
    mine, theirs = files.documents(path), files.documents(base)
    return bool(mine and theirs) and is_overlay(mine[0], theirs[0])


def _is_local_name(name: str) -> bool:
    return not _LOCAL_WORDS.isdisjoint(re.split(r"[^a-z0-9]+", name.lower()))


def load(loader: Loader, planned: list[Plan]) -> list[tuple[Project, Deployment]]:
    """Load all projects. A file that another one includes, or takes templates of services from, is not one itself."""
    loaded = [(plan, loader.project(plan.folder, plan.paths)) for plan in planned]
    kept: list[tuple[Project, Deployment]] = []
    for plan, project in loaded:
        last = plan.paths[-1]
        base = posixpath.basename(last) in _BASES
        if last in loader.included or (last in loader.extended and not base):
            continue
        kept.append((project, _deployment(plan, project, loader.files.tree)))
    return kept


def _deployment(plan: Plan, project: Project, tree: SourceTree) -> Deployment:
    names = (plan.detail,) if plan.detail else ()
    local = plan.local or not _TOOL_FOLDERS.isdisjoint(plan.folder.split("/"))
    deployment = deployment_of("compose", plan.folder, *names, local=local, detail=plan.detail)
    if not local and any(_mounts_its_source(service, tree) for service in project.services.values()):
        return replace(deployment, local=True)
    return deployment


def _mounts_its_source(service: Node, tree: SourceTree) -> bool:
    """Tell whether a service that is built here also mounts the source that it is built from, to be edited.

    The mount is the build context or a folder of the tree below it. A single file, a folder that the tree does not
    hold, what is mounted for reading only, and what goes where no code lies are configuration and data.
    """
    context = service["build"]["context"].content
    if not isinstance(context, str):
        return False
    return any(
        _is_source(volume["source"].content, context, tree)
        for volume in service["volumes"].each()
        if volume["read_only"].content is not True and not str(volume["target"].content).startswith(_WITHOUT_CODE)
    )


def _is_source(source: object, context: str, tree: SourceTree) -> bool:
    if not isinstance(source, str) or not source.startswith("."):
        return False
    path = posixpath.normpath(source)
    below = context in (".", path) or path.startswith(context + "/")
    return below and not path.startswith("..") and next(iter(tree.below(path)), None) is not None
