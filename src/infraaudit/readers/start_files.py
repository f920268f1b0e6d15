"""Which files of a tree a container may be started by: shell scripts, and the settings of some programs. Never run."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from infraaudit.model import Script
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.source.file import SourceTree

LARGEST_SCRIPT = 64 * 1024
"""Characters of a script beyond which it is left out: what starts a container is short."""

MOST_SCRIPTS = 60
"""Scripts that are kept of one image or container."""

_MOST_TRIED = 200
_SHELL_SCRIPTS = (".sh", ".bash", ".ash")
_SETTINGS_NAME = re.compile(r"g?unicorn[\w.-]*\.py|pgbouncer[\w.-]*\.ini")


def start_files(tree: SourceTree, places: Iterable[tuple[str, str]]) -> dict[str, Script]:
    """Return the files that may start a container among those given, as far as there are few.

    ``places`` are paths below the root with the paths at which they stand in the container; the last one of a place
    wins.
    """
    found: dict[str, Script] = {}
    tried = 0
    for path, place in places:
        if tried >= _MOST_TRIED or len(found) >= MOST_SCRIPTS:
            break
        if _may_start(path):
            tried += 1
            script = read_script(tree, path)
            if script is not None and (_is_settings(path) or is_shell_script(script)):
                found[posixpath.normpath(place)] = script
    return found


def _may_start(path: str) -> bool:
    name = posixpath.basename(path)
    hidden = any(part.startswith(".") for part in path.split("/"))
    return not hidden and (
        name.endswith(_SHELL_SCRIPTS) or _is_settings(path) or ("." not in name and name == name.lower())
    )


def _is_settings(path: str) -> bool:
    return _SETTINGS_NAME.fullmatch(posixpath.basename(path)) is not None


def read_script(tree: SourceTree, path: str) -> Script | None:
    """Return a file of the tree as a script, ``None`` for one that cannot be read or is too long."""
    source = tree.open(path)
    if isinstance(source, Problem) or len(source.text) > LARGEST_SCRIPT:
        return None
    return Script(path, source.text)


def is_shell_script(script: Script) -> bool:
    """Tell whether a file is a shell script: by its name, or by its first line."""
    head = script.text.partition("\n")[0].rstrip()
    by_name = script.path.endswith(_SHELL_SCRIPTS)
    return by_name or (head.startswith("#!") and any(word.endswith("sh") for word in re.split(r"[/\s]+", head[2:])))


def paths_below(tree: SourceTree, folder: str) -> Iterator[str]:
    """Yield the paths below a folder in order, without going through all paths of the tree."""
    prefix = "" if folder in {"", "."} else folder.rstrip("/") + "/"
    index = bisect_left(tree.paths, prefix)
    while index < len(tree.paths) and tree.paths[index].startswith(prefix):
        yield tree.paths[index]
        index += 1
