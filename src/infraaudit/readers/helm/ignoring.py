"""``.helmignore``: which files of a chart's folder Helm does not load."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.source.file import SourceTree

FILE = ".helmignore"
_ALWAYS = "templates/.?*"


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line: a pattern of the whole path, or of a name where it holds no slash."""

    pattern: str
    whole: bool
    folders: bool
    negated: bool

    def matches(self, path: str) -> bool:
        if not self.whole:
            return _alike(posixpath.basename(path), self.pattern)
        parts, wanted = path.split("/"), self.pattern.split("/")
        return len(parts) == len(wanted) and all(map(_alike, parts, wanted))


def _alike(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern.replace("[^", "[!"))


def kept(tree: SourceTree, folder: str, paths: Iterable[str]) -> Iterator[str]:
    """Yield the paths of a chart's folder that Helm loads."""
    rules = tuple(_rules(tree, folder))
    prefix = f"{folder}/" if folder else ""
    known: dict[str, bool] = {}
    for path in paths:
        if not _is_ignored(path.removeprefix(prefix), rules, known):
            yield path


def _rules(tree: SourceTree, folder: str) -> Iterator[_Rule]:
    path = posixpath.join(folder, FILE)
    file = tree.open(path) if path in tree.known else None
    for line in (*(file.lines if isinstance(file, SourceFile) else ()), _ALWAYS):
        text = line.strip()
        if not text or text.startswith("#") or "**" in text:
            continue
        bare = text.removeprefix("!")
        folders, pattern = bare.endswith("/"), bare.removesuffix("/")
        yield _Rule(pattern.removeprefix("/"), "/" in pattern, folders, text.startswith("!"))


def _is_ignored(path: str, rules: tuple[_Rule, ...], known: dict[str, bool]) -> bool:
    """Tell whether a file or a folder above it is ignored."""
    for found in re.finditer("/", path):
        folder = path[: found.start()]
        if folder not in known:
            known[folder] = _ignores(folder, rules, is_folder=True)
        if known[folder]:
            return True
    return _ignores(path, rules, is_folder=False)


def _ignores(path: str, rules: tuple[_Rule, ...], *, is_folder: bool) -> bool:
    """Go through the rules as Helm does: a negated one ignores all that it does not name."""
    for rule in rules:
        if rule.negated and ((rule.folders and not is_folder) or not rule.matches(path)):
            return True
        if not rule.negated and (is_folder or not rule.folders) and rule.matches(path):
            return True
    return False
