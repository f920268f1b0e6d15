"""The files of a scan: found once, read once, and never outside their root."""

from __future__ import annotations

import os
import re
import stat
import warnings
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from infraaudit.source.archive import ArchiveError, archive_around, unpacked
from infraaudit.source.git_index import tracked_paths
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import Span, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pathspec import GitIgnoreSpec

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes above which a file is not read; the largest configuration file seen in public repositories is 1.8 MB."""

LARGEST_ARCHIVES = 256 * 1024 * 1024
"""Bytes that the archives of one tree may hold together."""

_GIT_CRYPT = b"\0GITCRYPT\0"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_INSTALLED = (".terraform", "modules", "modules.json")
"""The list of modules that ``terraform init`` leaves in a folder that is skipped otherwise."""

_SKIPPED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "venv", "__pycache__", ".tox"},
)


@dataclass(frozen=True)
class SourceFile:
    """One text file: its path below the root, and its text without a byte order mark, newlines as written."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their line ends."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    @cached_property
    def data(self) -> bytes:
        """The text in UTF-8, for parsers that count bytes; a question mark where it holds half a character."""
        return self.text.encode(errors="replace")

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(newline.end() for newline in re.finditer(b"\n", self.data))]

    @cached_property
    def _one_byte_each(self) -> bool:
        return self.data.isascii()

    @cached_property
    def _spans(self) -> dict[tuple[int, int], Span]:
        """The spans that were asked for: an expression is evaluated as often as its block has instances."""
        return {}

    def span_of_bytes(self, start: int, end: int) -> Span:
        """Turn a range of byte offsets into a span that counts characters."""
        span = self._spans.get((start, end))
        if span is None:
            span = Span(self.path, *self._position(start), *self._position(end))
            self._spans[start, end] = span
        return span

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        start = self._line_starts[line - 1]
        characters = offset - start if self._one_byte_each else len(self.data[start:offset].decode(errors="replace"))
        return line, characters + 1

    def span_of_text(self, start: int, end: int) -> Span:
        """Turn a range of character offsets into a span."""
        return self.span_of_bytes(len(self.text[:start].encode()), len(self.text[:end].encode()))

    def span_of_line(self, number: int) -> Span:
        """Return the written part of a line, without the blanks around it."""
        line = self.lines[number - 1]
        start = len(line) - len(line.lstrip())
        return Span(self.path, number, start + 1, number, max(len(line.rstrip()), start) + 1)


@dataclass(frozen=True)
class SourceTree:
    """The readable files below one root. Paths are relative, with forward slashes, in sorted order.

    ``installed`` are the lists of modules that ``terraform init`` left: they lie in folders that are skipped, and
    only what such a list names is read there.
    """

    root: Path
    paths: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    _opened: dict[str, SourceFile | Problem] = field(default_factory=dict, repr=False, compare=False)
    installed: tuple[str, ...] = ()
    _archives: dict[str, Mapping[str, bytes] | Problem] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def known(self) -> frozenset[str]:
        """The paths as a set."""
        return frozenset(self.paths)

    @cached_property
    def tracked(self) -> frozenset[str] | None:
        """The paths that Git tracks below the root, ``None`` where that cannot be told."""
        return tracked_paths(self.root)

    def open(self, path: str) -> SourceFile | Problem:
        """Read a file, or say why it cannot be read. A path may lead into an archive: ``a.tgz/a/Chart.yaml``."""
        if path not in self._opened:
            data = self._data(path)
            self._opened[path] = data if isinstance(data, Problem) else _decode(path, data)
        return self._opened[path]

    def members(self, archive: str) -> tuple[str, ...] | Problem:
        """Return the paths of the files in an archive, each behind the archive's own."""
        found = self._archive(archive)
        return found if isinstance(found, Problem) else tuple(f"{archive}/{name}" for name in sorted(found))

    def _archive(self, path: str) -> Mapping[str, bytes] | Problem:
        if path not in self._archives:
            data = self._data(path)
            self._archives[path] = data if isinstance(data, Problem) else self._unpacked(path, data)
        return self._archives[path]

    def _unpacked(self, path: str, data: bytes) -> Mapping[str, bytes] | Problem:
        held = sum(
            len(each) for archive in self._archives.values() if isinstance(archive, dict) for each in archive.values()
        )
        if held > LARGEST_ARCHIVES:
            return Problem(
                ProblemKind.TOO_LARGE, whole_file(path), f"archives hold more than {LARGEST_ARCHIVES:,} bytes"
            )
        try:
            return unpacked(data)
        except ArchiveError as error:
            kind = ProblemKind.TOO_LARGE if error.too_large else ProblemKind.UNREADABLE
            return Problem(kind, whole_file(path), error.message)

    def _data(self, path: str) -> bytes | Problem:
        around = None if path in self.known else archive_around(path)
        if around is None:
            return _read(self.root, path)
        archive = self._archive(around)
        if isinstance(archive, Problem):
            return archive
        data = archive.get(path.removeprefix(f"{around}/"))
        if data is None:
            return Problem(ProblemKind.UNREADABLE, whole_file(path), "not in the archive")
        if len(data) > LARGEST_FILE:
            return Problem(ProblemKind.TOO_LARGE, whole_file(path), f"{len(data):,} bytes, more than {LARGEST_FILE:,}")
        return data

    def below(self, folder: str) -> Iterator[str]:
        """Yield the paths below a folder; ``""`` and ``"."`` mean the root."""
        prefix = "" if folder in {"", "."} else folder.rstrip("/") + "/"
        return (path for path in self.paths if path.startswith(prefix))

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of the files in a folder, also in one that is skipped; none outside of the root."""
        target = self.root / folder
        try:
            if not Path(os.path.realpath(target)).is_relative_to(os.path.realpath(self.root)):
                return ()
            with os.scandir(target) as entries:
                return tuple(sorted(each.name for each in entries if each.is_file() and _is_text(each.name)))
        except (OSError, ValueError):
            return ()


def _read(root: Path, path: str) -> bytes | Problem:
    place = whole_file(path)
    target = root / path
    try:
        # A circle of links makes resolve() raise in one version of Python and return in the next.
        if not Path(os.path.realpath(target)).is_relative_to(os.path.realpath(root)):
            return Problem(ProblemKind.OUTSIDE_ROOT, place, "a link that leads out of the scanned folder")
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            return Problem(ProblemKind.UNREADABLE, place, "not a regular file")
        if status.st_size > LARGEST_FILE:
            return Problem(ProblemKind.TOO_LARGE, place, f"{status.st_size:,} bytes, more than {LARGEST_FILE:,}")
        return target.read_bytes()
    except OSError as error:
        return Problem(ProblemKind.UNREADABLE, place, error.strerror or type(error).__name__)
    except ValueError:
        return Problem(ProblemKind.UNREADABLE, place, "not a name that a file can have")


def _decode(path: str, data: bytes) -> SourceFile | Problem:
    place = whole_file(path)
    if data.startswith(_GIT_CRYPT):
        return Problem(ProblemKind.ENCRYPTED, place, "encrypted with git-crypt")
    data = data.removeprefix(_BYTE_ORDER_MARK)
    if b"\0" in data:
        return Problem(ProblemKind.ENCODING, place, "not a text file: it holds NUL bytes")
    try:
        return SourceFile(path, data.decode())
    except UnicodeDecodeError as error:
        return Problem(ProblemKind.ENCODING, place, f"not UTF-8: byte {error.start} is {data[error.start]:#04x}")


def find_files(root: Path, *, respect_gitignore: bool = True, exclude: tuple[str, ...] = ()) -> SourceTree:
    """List every file below ``root``, without version control, caches of tools and what Git ignores.

    ``exclude`` are further patterns as in ``.gitignore``, relative to the root.

    A ``root`` that is a file gives a tree of that file alone, rooted at its folder. Symbolic links to folders
    are not followed, so that nothing outside the root is read and no loop is walked.
    """
    if root.is_file():
        return SourceTree(root.parent, (root.name,))
    found: list[str] = []
    problems: list[Problem] = []
    installed: list[str] = []

    def unreadable(error: OSError) -> None:
        path = Path(error.filename).relative_to(root).as_posix()
        problems.append(Problem(ProblemKind.UNREADABLE, whole_file(path), error.strerror or type(error).__name__))

    ignores = _Ignores(root, exclude, respect_gitignore=respect_gitignore)
    for pattern in ignores.senseless:
        message = f"the pattern {pattern!r} is not valid, so it excludes nothing"
        problems.append(Problem(ProblemKind.NOTE, whole_file("."), message))
    for folder, names, files in os.walk(root, onerror=unreadable):
        here = Path(folder).relative_to(root).as_posix()
        prefix = "" if here == "." else here + "/"
        ignores.enter(prefix, files)
        manifest = prefix + "/".join(_INSTALLED)
        if _INSTALLED[0] in names and not ignores.excludes(manifest) and (root / manifest).is_file():
            installed.append(manifest)
        names[:] = sorted(
            name for name in names if name not in _SKIPPED_FOLDERS and not ignores.hides(prefix + name + "/")
        )
        shown = [name for name in files if not ignores.hides(prefix + name)]
        found.extend(prefix + name for name in shown if _is_text(name))
        problems.extend(_misnamed(prefix + name) for name in (*names, *shown) if not _is_text(name))
        names[:] = (name for name in names if _is_text(name))
    return SourceTree(root, tuple(sorted(found)), tuple(problems), installed=tuple(sorted(installed)))


def _is_text(name: str) -> bool:
    """Tell whether a name is UTF-8: Python puts halves of characters in place of the bytes that are not."""
    return name.isascii() or name.encode(errors="replace").decode() == name


def _misnamed(path: str) -> Problem:
    readable = os.fsencode(path).decode(errors="replace")
    return Problem(ProblemKind.ENCODING, whole_file(readable), "not read: its name is not UTF-8")


class _Ignores:
    """The ignore rules met so far: the patterns given first, then the deepest ``.gitignore`` that speaks of a path."""

    def __init__(self, root: Path, exclude: tuple[str, ...], *, respect_gitignore: bool) -> None:
        self._root = root
        self._respect_gitignore = respect_gitignore
        self._excluded = _rules(exclude) if exclude else None
        self.senseless = tuple(pattern for pattern in exclude if not _is_pattern(pattern))
        self._rules: list[tuple[str, GitIgnoreSpec]] = []

    def enter(self, prefix: str, files: list[str]) -> None:
        if self._respect_gitignore and ".gitignore" in files:
            data = _read(self._root, prefix + ".gitignore")
            file = data if isinstance(data, Problem) else _decode(prefix + ".gitignore", data)
            if isinstance(file, SourceFile):
                self._rules.append((prefix, _rules(file.lines)))

    def excludes(self, path: str) -> bool:
        """Whether the patterns given first hide a path, whatever Git ignores."""
        return self._excluded is not None and self._excluded.match_file(path)

    def hides(self, path: str) -> bool:
        if self.excludes(path):
            return True
        for prefix, rules in reversed(self._rules):
            if path.startswith(prefix):
                verdict = rules.check_file(path[len(prefix) :]).include
                if verdict is not None:
                    return verdict
        return False


def _rules(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - slow to import, and few trees need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # a pattern that a later Python may read otherwise
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    """Tell whether a line can be read; Git passes over a line that cannot."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - see above

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error):
            return False
    return True
