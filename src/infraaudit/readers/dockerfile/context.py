"""The build context of a Dockerfile: which file of the tree stands at a path of the image that is built from it."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import is_secret_file
from infraaudit.readers.dockerfile.ignore import DockerIgnore, read_ignore
from infraaudit.readers.start_files import paths_below
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import CopiedFile
    from infraaudit.readers.dockerfile.stage import Stage
    from infraaudit.source.file import SourceTree

_WILDCARDS = frozenset("*?[")
_MOST_COPIES = 500
_MOST_FILES = 20_000


@dataclass(frozen=True, eq=False)
class BuildContext:
    """What the builder is given. ``folders`` are those that may be the context, the likeliest first."""

    tree: SourceTree
    file: str
    folders: tuple[str, ...]
    _ignores: dict[str, DockerIgnore] = field(default_factory=dict)

    def holds(self, folder: str, path: str) -> bool:
        """Tell whether a file of the tree reaches the builder when ``folder`` is the context."""
        if path not in self.tree.known or (folder and not path.startswith(folder + "/")):
            return False
        return not self._ignore_of(folder).hides(path[len(folder) + 1 :] if folder else path)

    def _ignore_of(self, folder: str) -> DockerIgnore:
        if folder not in self._ignores:
            self._ignores[folder] = self._read_ignore(folder)
        return self._ignores[folder]

    def _read_ignore(self, folder: str) -> DockerIgnore:
        """Read the rules: those beside the Dockerfile that bear its name, else those of the context."""
        for path in (f"{self.file}.dockerignore", posixpath.join(folder, ".dockerignore")):
            file = self.tree.open(path) if path in self.tree.known else None
            if file is not None and not isinstance(file, Problem):
                return read_ignore(file.lines)
        return DockerIgnore()

    def sources(self, source: str) -> Iterator[tuple[str, str]]:
        """Yield the folder of the context and the path below the root for what a ``COPY`` names, file or folder."""
        for folder in self.folders:
            yield folder, posixpath.normpath(posixpath.join(folder, source.lstrip("/")))

    def files_of(self, copy: CopiedFile) -> Iterator[tuple[str, str]]:
        """Yield each file that a copy brings: its path below the root, and its path in the image."""
        for folder, source in self.sources(copy.source):
            found = list(self._files(folder, source, copy))
            if found:
                yield from found
                return

    def _files(self, folder: str, source: str, copy: CopiedFile) -> Iterator[tuple[str, str]]:
        target = copy.target.rstrip("/")
        if _WILDCARDS & set(copy.source):
            head = source[: min(source.find(char) for char in _WILDCARDS if char in source)]
            for path in paths_below(self.tree, posixpath.dirname(head)):
                if path.count("/") == source.count("/") and fnmatchcase(path, source) and self.holds(folder, path):
                    yield path, f"{target}/{posixpath.basename(path)}"
        elif source in self.tree.known:
            if self.holds(folder, source):
                # Without a slash at its end, a target is the file, or the folder if there is one already.
                if copy.target.endswith("/") or "." not in posixpath.basename(target):
                    yield source, f"{target}/{posixpath.basename(source)}"
                if not copy.target.endswith("/"):
                    yield source, target
        else:
            prefix = "" if source == "." else source + "/"
            for path in islice(paths_below(self.tree, source), _MOST_FILES):
                if self.holds(folder, path):
                    yield path, f"{target}/{path[len(prefix) :]}"

    def secret_files_of(self, copy: CopiedFile) -> tuple[str, ...]:
        """Return the files that a copy brings whose names are those of files with secrets, and the history of Git.

        Where several folders may be the context, only what each of them would bring counts.
        """
        if copy.from_stage or "://" in copy.source or _WILDCARDS & set(copy.source) or "$" in copy.source:
            return ()
        brought = [set(self._secret_files(folder, source)) for folder, source in self.sources(copy.source)]
        return tuple(sorted(set.intersection(*brought))) if brought else ()

    def _secret_files(self, folder: str, source: str) -> Iterator[str]:
        prefix = "" if source == "." else source + "/"
        for path in self._named_like_secrets:
            if (path == source or path.startswith(prefix)) and self.holds(folder, path):
                yield path
        if source == "." and self.tree.tracked is not None and not self._ignore_of(folder).hides(".git"):
            yield ".git"

    @cached_property
    def _named_like_secrets(self) -> tuple[str, ...]:
        return tuple(path for path in self.tree.paths if is_secret_file(path))

    def file_behind(self, copies: tuple[CopiedFile, ...], path: str) -> str | None:
        """Return the file of the tree that stands at an absolute path of the image, the last copy winning."""
        for copy in reversed(copies):
            if copy.from_stage or "://" in copy.source:
                continue
            for folder, source in self.sources(copy.source):
                candidates = _candidates(self.tree, source, copy, path)
                found = next((file for file in candidates if self.holds(folder, file)), None)
                if found is not None:
                    return found
        return None


def context_of(tree: SourceTree, file: str, stages: list[Stage]) -> BuildContext:
    """Return the context of a Dockerfile: of its own folder and those above, the ones that hold most of what it copies.

    Which folder it is, only the command that builds knows. Of several that hold as much, the nearest comes first.
    """
    folders = [posixpath.dirname(file)]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    copies = [copy for stage in stages for copy in stage.copies if not copy.from_stage and "://" not in copy.source]
    names = {source for copy in copies[:_MOST_COPIES] if (source := posixpath.normpath(copy.source.lstrip("/"))) != "."}
    plain = [name for name in names if not _WILDCARDS & set(name) and "$" not in name]
    score = {
        folder: sum(_exists(tree, posixpath.normpath(posixpath.join(folder, name))) for name in plain)
        for folder in folders
    }
    best = max(score.values())
    return BuildContext(tree, file, tuple(folder for folder in folders if score[folder] == best))


def _exists(tree: SourceTree, path: str) -> bool:
    return path in tree.known or next(paths_below(tree, path), None) is not None


def _candidates(tree: SourceTree, source: str, copy: CopiedFile, path: str) -> Iterator[str]:
    target = copy.target.rstrip("/")
    folder_of_path, name = posixpath.dirname(path).rstrip("/"), posixpath.basename(path)
    if _WILDCARDS & set(copy.source):
        if target in (folder_of_path, path):
            head = source[: min(source.find(char) for char in _WILDCARDS if char in source)]
            matching = (file for file in paths_below(tree, posixpath.dirname(head)) if fnmatchcase(file, source))
            yield from (file for file in matching if posixpath.basename(file) == name)
        return
    if path == copy.target or (folder_of_path == target and posixpath.basename(source) == name):
        yield source
    if path.startswith(target + "/"):
        yield posixpath.normpath(posixpath.join(source, path[len(target) + 1 :]))


def copies_of(stages: list[Stage]) -> list[tuple[CopiedFile, ...]]:
    """Return for each stage all copies of it and of those below it, in order.

    What it copies from a stage before, and this one copied from the context, is led back there: it is a copy from the
    context as well. What a stage made stays its own.
    """
    known: dict[str, tuple[CopiedFile, ...]] = {}
    every: list[tuple[CopiedFile, ...]] = []
    for stage in stages:
        found: list[CopiedFile] = []
        for copy in (copy for each in reversed(stage.chain) for copy in each.copies):
            found.append(copy)
            for inner in known.get(copy.from_stage, ()):
                found.extend(_handed_on(copy, inner))
            if len(found) > _MOST_COPIES:
                break
        every.append(tuple(found[:_MOST_COPIES]))
        known[stage.label] = every[-1]
    return every


def _handed_on(copy: CopiedFile, inner: CopiedFile) -> Iterator[CopiedFile]:
    """Yield what a copy from a stage brings of one that the stage made itself from the context."""
    if inner.from_stage or "://" in inner.source:
        return
    taken, held = "/" + copy.source.strip("/"), inner.target.rstrip("/")
    folder = "/" if inner.target.endswith("/") else ""
    if taken == held or (folder and taken == "/"):
        yield replace(inner, target=copy.target.rstrip("/") + folder, at=copy.at)
    elif held.startswith(taken.rstrip("/") + "/"):
        below = held[len(taken.rstrip("/")) :]
        yield replace(inner, target=copy.target.rstrip("/") + below + folder, at=copy.at)
    elif taken.startswith(held + "/") and not _WILDCARDS & set(inner.source):
        below = taken[len(held) + 1 :]
        yield replace(inner, source=posixpath.join(inner.source, below), target=copy.target, at=copy.at)
        if below == posixpath.basename(inner.source):
            # Whether it is a file or a folder of this name, the tree tells: only one of them is there.
            yield replace(inner, target=copy.target, at=copy.at)
