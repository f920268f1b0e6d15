"""The Python packages that a build installs, by its commands and the files that it is given. Nothing is installed."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model import CopiedFile, Known, PythonPackage
from infraaudit.readers.dockerfile.copies import absolute
from infraaudit.readers.dockerfile.locks import LOCK_NAMES, Lock, read_lock
from infraaudit.readers.dockerfile.projects import Project, read_project
from infraaudit.readers.dockerfile.requirements import (
    LocalProject,
    Requirement,
    extras_of,
    normalised,
    read_requirements,
    requirement_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.readers.dockerfile.context import BuildContext
    from infraaudit.readers.dockerfile.stage import Stage

_MOST_STAGES = 40
_PROJECTS = ("pyproject.toml", "Pipfile")
_REQUIREMENTS = re.compile(
    r"(?:.*/)?(?:requirements[\w.-]*|[\w.-]*requirements)\.(?:txt|in)|.*requirements/[\w.-]+\.txt"
)
_NOT_RUN = re.compile(r"(?:^|[-_./])(?:dev|develop|development|test|tests|testing|docs?|lint|ci|build)(?:[-_./]|$)")
_INSTALLS = re.compile(
    r"\b(?:pip[\d.]*\s+(?:[\w=./-]+\s+)*?install|uv\s+(?:pip|sync|export)|poetry\s+(?:install|export|sync)|"
    r"pipenv\s+(?:install|sync)|pdm\s+(?:install|sync|export))\b"
)
_OF_PROJECT = re.compile(
    r"\b(?:uv\s+(?:sync|export)|poetry\s+(?:install|export|sync)|pipenv\s+(?:install|sync)|pdm\s+(?:install|sync|export))\b"
    r"|\binstall\b[^&|;\n]*\s[\"']?\.(?:\[[\w,\s-]*\])?[\"']?(?:\s|$)"
)
_NAMED = re.compile(r"(?:\s-r|\s--requirements?)[\s=]*[\"']?([\w./-]+)")
_PIP = re.compile(r"\bpip[\d.]*\s+(?:[\w=./-]+\s+)*?install\s+([^&|;\n]+)")
_BIND = re.compile(r"--mount=(\S*type=bind\S*)")
_PACKAGE = re.compile(r"--package[\s=]+([\w.-]+)")
_EXTRA = re.compile(r"(?:--extras?|-E)[\s=]+(?:\"([^\"]+)\"|'([^']+)'|([\w.,-]+))")
_LOCAL_EXTRA = re.compile(r"\s[\"']?\.\[([\w,\s-]+)\]")
_FLAGS = frozenset(
    {
        "-U", "-q", "-v", "-I", "--break-system-packages", "--compile-bytecode", "--disable-pip-version-check",
        "--editable", "-e", "--force-reinstall", "--ignore-installed", "--no-binary=:all:", "--no-build-isolation",
        "--no-cache", "--no-cache-dir", "--no-compile", "--no-deps", "--no-input", "--no-warn-script-location", "--pre",
        "--prefer-binary", "--quiet", "--system", "--upgrade", "--user", "--verbose",
    },
)  # fmt: skip
"""Options of pip that take no value. Behind any other one, a word may be its value."""


@dataclass
class ProjectFiles:
    """Projects and locks, each read once for all stages of a Dockerfile."""

    context: BuildContext
    _projects: dict[str, Project | None] = field(default_factory=dict)
    _locks: dict[str, Lock | None] = field(default_factory=dict)

    def project(self, path: str) -> Project | None:
        """Return a project file."""
        if path not in self._projects:
            self._projects[path] = read_project(self.context.tree, path)
        return self._projects[path]

    def lock(self, path: str) -> Lock | None:
        """Return a lock file."""
        if path not in self._locks:
            self._locks[path] = read_lock(self.context.tree, path)
        return self._locks[path]


@dataclass(frozen=True, slots=True)
class _Given:
    """A file of dependencies that a build is given: its path below the root, and in the image. ``named`` by itself."""

    path: str
    place: str
    named: bool

    @property
    def is_project(self) -> bool:
        return posixpath.basename(self.path) in (*_PROJECTS, *LOCK_NAMES)


def python_packages(
    files: ProjectFiles, stage: Stage, stages: list[Stage], copies: tuple[CopiedFile, ...]
) -> tuple[PythonPackage, ...] | None:
    """Return the packages that a stage has, ``None`` where neither a file nor a command names any.

    The commands of the stages that it copies from count as well, for environments are built in one and run in another.
    """
    commands = "\n".join(
        step.text for each in _behind(stage, stages) for step in each.steps if step.instruction == "RUN"
    )
    given = list(_given(files.context, stage, stages, copies))
    installs = _INSTALLS.search(commands) is not None
    if not installs and not any(each.named for each in given):
        return None
    workdir = stage.workdir.value if isinstance(stage.workdir, Known) else "/"
    found = list(_written(stage, stages))
    requirements = _asked_for(given, commands, workdir)
    of_project = _OF_PROJECT.search(commands) is not None
    if not requirements and not of_project and not found:
        requirements = [each for each in _nearest(given) if not each.is_project]
        of_project = not requirements
    for each in requirements:
        found.extend(_of_requirements(files, each.path))
    if of_project:
        projects = _nearest([each for each in given if each.is_project])
        found.extend(_of_projects(files, projects, commands))
    return _merged(found) if found else None


def _merged(found: Iterable[PythonPackage]) -> tuple[PythonPackage, ...]:
    """Return each package once: where it is first written, with its exact version from wherever that is."""
    packages: dict[str, PythonPackage] = {}
    for each in found:
        known = packages.setdefault(each.name, each)
        extras = tuple(dict.fromkeys((*known.extras, *each.extras)))
        packages[each.name] = replace(known, version=known.version or each.version, extras=extras)
    return tuple(packages.values())


def _behind(stage: Stage, stages: list[Stage]) -> list[Stage]:
    """Return the stages whose commands a stage builds upon: its own chain, and those that it copies from."""
    waiting = [stage]
    found: list[Stage] = []
    while waiting and len(found) < _MOST_STAGES:
        for each in waiting.pop().chain:
            if not any(each is other for other in found):
                found.append(each)
                origins = {copy.from_stage for copy in each.copies if copy.from_stage}
                waiting.extend(other for other in stages if other.label in origins)
    return found


def _given(
    context: BuildContext, stage: Stage, stages: list[Stage], copies: tuple[CopiedFile, ...]
) -> Iterator[_Given]:
    behind = _behind(stage, stages)
    others = (copy for each in behind if each is not stage for copy in each.copies)
    mounts = (copy for each in behind for copy in _mounted(each))
    for copy in dict.fromkeys((*copies, *others, *mounts)):
        if copy.from_stage or "://" in copy.source:
            continue
        named = _is_of_interest(copy.source.replace("*", ""))
        yield from (
            _Given(path, place, named) for path, place in context.files_of(copy) if named or _is_of_interest(path)
        )


def _is_of_interest(path: str) -> bool:
    name = posixpath.basename(path)
    return name in (*_PROJECTS, *LOCK_NAMES) or _REQUIREMENTS.fullmatch(path.lstrip("./")) is not None


def _mounted(stage: Stage) -> Iterator[CopiedFile]:
    """Yield the files of the context that the commands of a stage see for as long as they run."""
    workdir = stage.workdir.value if isinstance(stage.workdir, Known) else "/"
    for step in stage.steps:
        for mount in _BIND.finditer(step.text) if step.instruction == "RUN" else ():
            options = dict(part.partition("=")[::2] for part in mount[1].split(","))
            target = options.get("target") or options.get("dst") or options.get("destination") or ""
            if not options.get("from") and target:
                source = options.get("source") or options.get("src") or "."
                yield CopiedFile(source, absolute(target, workdir) or target, step.at)


def _asked_for(given: list[_Given], commands: str, workdir: str) -> list[_Given]:
    """Return the requirements files that the commands name: at that place, else where the path ends alike."""
    found: list[_Given] = []
    for match in _NAMED.finditer(commands):
        place = absolute(match[1], workdir) or match[1]
        tail = "/" + posixpath.normpath(match[1]).lstrip("./")
        exact = [each for each in given if each.place == place]
        alike = sorted((each for each in given if ("/" + each.path).endswith(tail)), key=lambda each: len(each.path))
        found.extend((exact or alike)[:1])
    return list(dict.fromkeys(found))


def _nearest(given: list[_Given]) -> list[_Given]:
    """Return the files that are copied by name, else those highest in the context; without what serves development."""
    kept = [each for each in given if each.is_project or not _NOT_RUN.search(each.path)]
    named = [each for each in kept if each.named]
    highest = min((each.path.count("/") for each in kept), default=0)
    return named or [each for each in kept if each.path.count("/") == highest]


def _of_requirements(files: ProjectFiles, path: str) -> Iterator[PythonPackage]:
    for each in read_requirements(files.context.tree, path):
        if isinstance(each, PythonPackage):
            yield each
            continue
        project = files.project(posixpath.join(each.folder, "pyproject.toml"))
        if project is not None:
            yield from _needs(project, each)


def _needs(project: Project, asked: LocalProject) -> Iterator[PythonPackage]:
    yield from project.needs
    for extra in asked.extras:
        yield from project.extras.get(extra, ())


def _of_projects(files: ProjectFiles, given: list[_Given], commands: str) -> Iterator[PythonPackage]:
    """Yield what projects ask for, then what their lock settles that it leads to."""
    paths = list(dict.fromkeys(each.path for each in given))
    extras = _extras_in(commands)
    everything = "--all-extras" in commands
    packages = [normalised(name) for name in _PACKAGE.findall(commands)]
    projects = [
        project
        for path in paths
        if posixpath.basename(path) in _PROJECTS and (project := files.project(path)) is not None
    ]
    if packages:
        projects = [project for project in projects if project.name in packages]
    direct: list[PythonPackage] = []
    for project in projects:
        wanted = tuple(project.extras) if everything else extras
        direct.extend(_needs(project, LocalProject("", wanted)))
    yield from direct
    locks = sorted((path for path in paths if posixpath.basename(path) in LOCK_NAMES), key=_rank)
    lock = files.lock(locks[0]) if locks else None
    if lock is not None:
        roots = [Requirement(name, extras) for name in packages if name in lock.packages]
        roots = roots or [Requirement(each.name, each.extras) for each in direct]
        roots = roots or [replace(root, extras=extras) for root in lock.roots]
        reached = lock.reached(roots, all_extras=everything and not direct)
        yield from (replace(each, direct=not direct) for each in reached)


def _rank(path: str) -> tuple[int, int]:
    return path.count("/"), LOCK_NAMES.index(posixpath.basename(path))


def _extras_in(commands: str) -> tuple[str, ...]:
    found = ["".join(groups).replace(" ", ",") for groups in _EXTRA.findall(commands)]
    found += _LOCAL_EXTRA.findall(commands)
    return tuple(dict.fromkeys(extra for text in found for extra in extras_of(text)))


def _written(stage: Stage, stages: list[Stage]) -> Iterator[PythonPackage]:
    """Yield the packages that stand in the commands themselves."""
    for each in _behind(stage, stages):
        for step in each.steps:
            for match in _PIP.finditer(step.text) if step.instruction == "RUN" else ():
                for found in _arguments(match[1]):
                    yield PythonPackage(found.name, found.version, step.at, found.extras)


def _arguments(text: str) -> Iterator[Requirement]:
    try:
        words = shlex.split(text)
    except ValueError:
        return
    before = ""
    for word in words:
        option, before = before, word
        is_value = option.startswith("-") and "=" not in option and option not in _FLAGS
        if is_value or word.startswith(("-", "$", ".")) or "/" in word:
            continue
        found = requirement_of(word)
        if found is not None:
            yield found
