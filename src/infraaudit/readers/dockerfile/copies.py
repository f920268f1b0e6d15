"""What ``COPY`` and ``ADD`` bring into an image."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.model import CopiedFile, Unknown
from infraaudit.readers.dockerfile.words import placed_words, string_array

if TYPE_CHECKING:
    from infraaudit.readers.dockerfile.instructions import Instruction
    from infraaudit.readers.dockerfile.scope import Scope
    from infraaudit.readers.dockerfile.text import PlacedText


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
