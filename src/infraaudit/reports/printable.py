"""Text that is safe and straight on a terminal: no control characters, columns counted in cells, prose wrapped."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TAB = 4
"""Cells that a tab takes in an excerpt."""

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return a text of a stranger with everything replaced that a terminal would obey instead of show."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\t":
        return " " * TAB
    return _REPLACEMENT if unicodedata.category(character) in _HIDDEN else character


def cells(text: str) -> int:
    """Return how many columns a terminal needs for a text: two for wide characters, none for combining ones."""
    return len(text) if text.isascii() else sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def columns(line: str) -> tuple[str, list[int]]:
    """Return a line as it is shown, and the cell at which each of its characters starts, and the end of the last."""
    shown = [_shown(character) for character in line]
    starts = [0]
    for piece in shown:
        starts.append(starts[-1] + cells(piece))
    return "".join(shown), starts


def wrap(text: str, width: int, first: str, rest: str) -> Iterator[str]:
    """Yield the lines of a text that starts with ``first`` and goes on under ``rest``. A word is never cut."""
    line, empty = first, True
    for word in visible(text).split():
        if not empty and cells(line) + 1 + cells(word) > width:
            yield line
            line, empty = rest, True
        line = line + word if empty else f"{line} {word}"
        empty = False
    yield line.rstrip()


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: ``1 file``, ``2 files``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(items: tuple[str, ...], most: int) -> str:
    """Return the first items with commas, and how many more there are."""
    more = len(items) - most
    shown = ", ".join(items[:most])
    return f"{shown} and {more} more" if more > 0 else shown


def table_lines(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield a head and rows, each column as wide as its widest cell. Names are shown whole."""
    table = [head, *(tuple(visible(cell) for cell in row) for row in rows)]
    widths = [max(cells(row[column]) for row in table) for column in range(len(head))]
    for row in table:
        padded = (cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(padded)).rstrip()
