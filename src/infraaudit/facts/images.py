"""What well-known images are: looked up by repository and tag in ``images.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from infraaudit.facts.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.facts.table import Row

_LEADING_NUMBER = r"v?(\d+)(?:[.-]|$)"
_UNKNOWN_SHELL = "unknown"
_WINDOWS = re.compile(r"windowsservercore|nanoserver")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one generation of an image keeps its data, and which paths it declares as volumes."""

    directory: str
    declared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """What an image is.

    ``official`` is false where only the last segment of the repository matches, as in ``acme/postgres``: the engine
    and the role can then be trusted, what lies inside the image cannot.
    ``layouts`` holds one entry where the tag decides it, and all that are possible where it does not. ``variable``
    is the environment variable that moves the data directory, ``option`` a regular expression of the argument that
    does. ``shell`` is the name of a ``ShellKind``.
    ``entrypoint`` is ``none``, ``exec`` (it hands over to the command), ``program`` (the command is its arguments)
    or ``""`` where it is not known; ``before`` are its words, where they matter. ``starts`` are the words that the
    image runs without a command, where known.
    ``user`` is as whom it starts, empty where that is not known; ``exposes`` are the ports that it surely declares.
    ``fact`` is the citation.
    """

    family: str
    official: bool
    role: str = ""
    engine: str = ""
    port: int | None = None
    data_class: str = ""
    major: int | None = None
    layouts: tuple[Layout, ...] = ()
    variable: str = ""
    option: str = ""
    shell: str = _UNKNOWN_SHELL
    entrypoint: str = ""
    before: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    max_connections: int | None = None
    reserved_connections: int = 0
    user: str = ""
    exposes: tuple[int, ...] = ()
    fact: str = ""

    @property
    def data_directories(self) -> tuple[str, ...]:
        """The data directory, or every one that is possible where the tag does not tell."""
        return tuple(dict.fromkeys(layout.directory for layout in self.layouts))

    @property
    def declared_volumes(self) -> tuple[str, ...]:
        """The paths that the image surely declares as volumes, whichever layout holds."""
        if not self.layouts:
            return ()
        first, *others = (layout.declared for layout in self.layouts)
        return tuple(path for path in first if all(path in declared for declared in others))


@cache
def image_facts(repository: str, tag: str | None) -> ImageFacts | None:
    """Return what is known of an image, ``None`` where nothing is.

    ``repository`` is the path without registry and tag. ``tag`` is ``None`` where none is written, which means
    ``latest``; pass ``""`` where it cannot be told, as for an image pinned by digest alone.
    """
    path = repository.lower().strip("/")
    row = _row(path)
    if row is None:
        return None
    official = _is_official(path, row["repositories"])
    major = _major(row.get("major", _LEADING_NUMBER), tag)
    started = _start_of(path) if official and tag != "" and not _WINDOWS.search(tag or "") else None
    return ImageFacts(
        family=row.name,
        official=official,
        role=row.get("role", ""),
        engine=row.get("engine", ""),
        port=row.get("port"),
        data_class=row.get("data_class", ""),
        major=major,
        layouts=tuple(_layouts(row.get("layouts", ()), major)) if official else (),
        variable=row.get("variable", "") if official else "",
        option=row.get("option", "") if official else "",
        shell=_shell(row, tag) if official else _UNKNOWN_SHELL,
        entrypoint=row.get("entrypoint", "") if official else "",
        before=tuple(row.get("before", ())) if official else (),
        starts=tuple(row.get("starts", ())) if official else (),
        max_connections=row.get("max_connections") if official else None,
        reserved_connections=row.get("reserved", 0),
        user=started.get("user", "") if started is not None else "",
        exposes=tuple(started.get("exposes", ())) if started is not None else (),
        fact=row.words,
    )


@cache
def _rows_by_repository() -> Mapping[str, Row]:
    return {repository: row for row in table("images").values() for repository in row["repositories"]}


def _row(path: str) -> Row | None:
    """Find the row by the longest end of the path."""
    rows = _rows_by_repository()
    segments = path.split("/")
    ends = ("/".join(segments[start:]) for start in range(len(segments)))
    return next((rows[end] for end in ends if end in rows), None)


def _start_of(path: str) -> Row | None:
    """Find what is known of the user and the ports of the very repository, or of a mirror of it."""
    rows = table("image_users").values()
    return next((row for row in rows if _is_official(path, row["repositories"])), None)


def _is_official(path: str, repositories: Iterable[str]) -> bool:
    """Tell whether a path is the image itself or a mirror of it that keeps its name space."""
    known = frozenset(repositories)
    name_space, _, name = path.rpartition("/")
    if name in known and (not name_space or name_space == "library" or name_space.endswith("/library")):
        return True
    return any(path == each or path.endswith("/" + each) for each in known if "/" in each)


def _major(pattern: str, tag: str | None) -> int | None:
    match = re.search(pattern, tag) if pattern != _LEADING_NUMBER and tag else re.match(pattern, tag or "")
    return int(match[1]) if match is not None and len(match[1]) < len("10000") else None


def _layouts(rows: Iterable[Mapping[str, Any]], major: int | None) -> Iterable[Layout]:
    for row in rows:
        if major is not None and not row.get("from", major) <= major <= row.get("until", major):
            continue
        named = major if major is not None else row.get("from", "")
        yield Layout(row["directory"].replace("{major}", str(named)), tuple(row.get("declared", ())))


def _shell(row: Row, tag: str | None) -> str:
    """Let the words of the tag decide before the row does."""
    written: str = row.get("shell", _UNKNOWN_SHELL)
    if tag is None:
        return written
    if tag == "":
        return _UNKNOWN_SHELL
    lower = tag.lower()
    of_row: Mapping[str, str] = row.get("tag_shells", {})
    by_row = (shell for word, shell in of_row.items() if word in re.split(r"[^a-z0-9]+", lower))
    by_tag = (shell.name for shell in table("shells").values() if re.search(shell["tags"], lower))
    return (*by_row, *by_tag, written)[0]
