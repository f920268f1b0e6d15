"""What ``COPY`` and ``ADD`` bring into an image, and which file of the tree stands at a path of the image."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import CopiedFile, Unknown
from infraaudit.readers.dockerfile.words import placed_words, string_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.dockerfile.instructions import Instruction
    from infraaudit.readers.dockerfile.scope import Scope
    from infraaudit.readers.dockerfile.text import PlacedText
    from infraaudit.source.file import SourceTree

_WILDCARDS = frozenset("*?[")


def copied_files(instruction: Instruction, scope: Scope, workdir: str | None, from_stage: str) -> list[CopiedFile]:
    """Return the files of one ``COPY`` or ``ADD``.

    A target is made absolute where the working directory is known, and keeps the slash that marks a folder. A
    source or target with a variable that cannot be told stays as it is written.
    """
    words = _words(instruction, scope)
    if len(words) < 2:  # noqa: PLR2004 - a source and a target
        return []
    *sources, (target, _) = words
    resolved = absolute(target, workdir) or target
    if len(sources) > 1 and not resolved.endswith("/"):
        resolved += "/"
    return [
        CopiedFile(source, resolved, word.span(), from_stage)
        for source, word in sources
        if not word.text.startswith("<<")
    ]


def _words(instruction: Instruction, scope: Scope) -> list[tuple[str, PlacedText]]:
    array = string_array(instruction.rest.text)
    if array is not None:
        return [(text, instruction.rest) for text in array]
    words = placed_words(instruction.rest, scope.escape)
    values = ((scope.value(word), word) for word in words)
    return [(word.text if isinstance(value, Unknown) else value.value, word) for value, word in values]


def absolute(path: str, workdir: str | None) -> str | None:
    """Return a path of the image as an absolute one; the slash at its end is kept. ``None``: it cannot be told."""
    if not path.startswith("/"):
        if workdir is None:
            return None
        path = f"{workdir}/{path}"
    folder = path.endswith(("/", "/."))
    clean = "/" + posixpath.normpath(path).lstrip("/")
    return clean if clean == "/" or not folder else clean + "/"


def file_behind(tree: SourceTree, folders: tuple[str, ...], copies: tuple[CopiedFile, ...], path: str) -> str | None:
    """Return the file of the tree that stands at an absolute path of the image, the last copy winning.

    ``folders`` are those that may be the build context, the likeliest first.
    """
    for copy in reversed(copies):
        if copy.from_stage or "://" in copy.source:
            continue
        for folder in folders:
            found = next((file for file in _candidates(tree, folder, copy, path) if file in tree.known), None)
            if found is not None:
                return found
    return None


def _candidates(tree: SourceTree, folder: str, copy: CopiedFile, path: str) -> Iterator[str]:
    source = posixpath.normpath(posixpath.join(folder, copy.source.lstrip("/")))
    target = copy.target.rstrip("/")
    folder_of_path, name = posixpath.dirname(path).rstrip("/"), posixpath.basename(path)
    if _WILDCARDS & set(copy.source):
        if target in (folder_of_path, path):
            matching = (file for file in tree.below(folder) if fnmatchcase(file, source))
            yield from (file for file in matching if posixpath.basename(file) == name)
        return
    if path == copy.target or (folder_of_path == target and posixpath.basename(source) == name):
        yield source
    if path.startswith(target + "/"):
        yield posixpath.normpath(posixpath.join(source, path[len(target) + 1 :]))
