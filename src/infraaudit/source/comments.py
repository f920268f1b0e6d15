"""Comments of every format, kept because suppressions live in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile

from infraaudit.source.span import Span

_MARKERS = ("#", "//", "/*")


@dataclass(frozen=True, slots=True)
class Comment:
    """The text of one comment without its marker, and where it stands. ``alone`` tells that nothing is before it."""

    text: str
    at: Span
    alone: bool


def comments_of(file: SourceFile) -> Iterator[Comment]:
    """Yield what follows a comment marker on each line of a file.

    The search is by line and not by grammar: a marker inside a string yields a comment too. That is harmless,
    for a comment matters only when its words are those of a suppression.
    """
    for number, line in enumerate(file.lines, start=1):
        starts = [line.find(marker) for marker in _MARKERS if marker in line]
        if not starts:
            continue
        start = min(starts)
        text = line[start:].lstrip("#/* \t").rstrip("*/ \t")
        alone = not line[:start].strip()
        yield Comment(text, Span(file.path, number, start + 1, number, len(line) + 1), alone)
