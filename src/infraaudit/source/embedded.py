"""A text that stands as one value inside another file, to be read as a file of its own with the places kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Embedded:
    """A text in another file. ``exact`` tells that places in ``file`` are those of the file that holds it.

    That is so for a block whose lines stand there as they are; otherwise only the place ``at`` of the whole is known.
    """

    file: SourceFile
    at: Span
    exact: bool


def embedded(text: str, at: Span) -> Embedded:
    """Return a text that was written at ``at``: behind as many empty lines and blanks as keep its places."""
    lines = text.rstrip("\n").split("\n")
    written = at.last_line - at.start_line
    last = next((line for line in reversed(lines) if line.strip()), "")
    indent = at.end_column - 1 - len(last)
    block = written > 0 and len(_stripped(lines)) == written and indent >= 0
    if not block or any(line.startswith(("---", "...", "%")) for line in lines):
        return Embedded(SourceFile(at.path, text), at, exact=False)
    moved = "\n".join(" " * indent + line if line else line for line in lines)
    return Embedded(SourceFile(at.path, "\n" * at.start_line + moved + "\n"), at, exact=True)


def _stripped(lines: list[str]) -> list[str]:
    """Return the lines without empty ones at the end, which the place of a block leaves out."""
    kept = len(lines)
    while kept and not lines[kept - 1].strip():
        kept -= 1
    return lines[:kept]
