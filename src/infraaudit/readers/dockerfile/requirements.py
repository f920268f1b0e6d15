"""What a requirements file asks for, with the files that it includes."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import PythonPackage
from infraaudit.source.problem import Problem
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceTree

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*"
    r"(?P<rest>$|[<>=!~;@(,].*)",
    re.DOTALL,
)
_EXACT = re.compile(r"\(?\s*={2,3}\s*(?P<version>[^\s;,*)]+)\s*\)?\s*(?:$|;|--|#)")
_INCLUDE = re.compile(r"(?:-r|--requirement)(?:\s+|=)?(?P<path>\S+)")
_LOCAL = re.compile(r"(?:(?:-e|--editable)(?:\s+|=))?(?P<path>\.[\w./-]*)(?:\[(?P<extras>[^\]]*)\])?\s*(?:;.*)?")
_SEPARATORS = re.compile(r"[-_.]+")
_DEEPEST = 5
_MOST_LINES = 5000
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement as any file writes it: a normalised name, its extras, and its exact version if it has one."""

    name: str
    extras: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class LocalProject:
    """A folder of the tree whose own project is asked for, with its extras."""

    folder: str
    extras: tuple[str, ...]


def normalised(name: str) -> str:
    """Return the name under which an index knows a package."""
    return _SEPARATORS.sub("-", name).lower()


def extras_of(text: str | None) -> tuple[str, ...]:
    """Return the extras of a comma separated list."""
    return tuple(normalised(part.strip()) for part in (text or "").split(",") if part.strip())


def requirement_of(text: str) -> Requirement | None:
    """Read one requirement, ``None`` for a text that is none."""
    match = _REQUIREMENT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    exact = _EXACT.match(match["rest"])
    return Requirement(normalised(match["name"]), extras_of(match["extras"]), exact["version"] if exact else "")


def read_requirements(tree: SourceTree, path: str, depth: int = 0) -> Iterator[PythonPackage | LocalProject]:
    """Yield what a requirements file asks for, and what the files ask for that it includes."""
    file = tree.open(path) if path in tree.known else None
    if file is None or isinstance(file, Problem) or depth > _DEEPEST:
        return
    for number, text in _lines(file.lines[:_MOST_LINES]):
        include, local = _INCLUDE.fullmatch(text), _LOCAL.fullmatch(text)
        if include is not None:
            inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), include["path"]))
            yield from read_requirements(tree, inner, depth + 1)
        elif local is not None:
            folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), local["path"]))
            yield LocalProject("" if folder == "." else folder, extras_of(local["extras"]))
        else:
            found = requirement_of(text)
            if found is not None:
                column = len(file.lines[number - 1]) - len(file.lines[number - 1].lstrip()) + 1
                end = column + len(text) if file.lines[number - 1].strip().startswith(text) else column + 1
                at = Span(path, number, column, number, end)
                yield PythonPackage(found.name, found.version, at, found.extras)


def _lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield each logical line without comments and options, with the number of its first line."""
    start = 0
    parts: list[str] = []
    for number, line in enumerate(lines, start=1):
        start = start if parts else number
        bare = re.sub(r"(^|\s)#.*$", "", line).rstrip()
        parts.append(bare.removesuffix("\\"))
        if not bare.endswith("\\"):
            text = re.sub(r"\s+--(?:hash|config-settings?|global-option)[ =]\S+", "", " ".join(parts)).strip()
            if text:
                yield start, text
            parts = []
