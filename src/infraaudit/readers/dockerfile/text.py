"""Text put together from several stretches of a file, which still knows where each character stands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a stretch of the text begins: its offset in the text, and its line and column in the file."""

    offset: int
    line: int
    column: int


def _offset(piece: Piece) -> int:
    return piece.offset


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and its pieces in order; the first piece has the offset 0."""

    text: str
    path: str
    pieces: tuple[Piece, ...]

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Return the place of ``text[start:end]``; of an empty stretch, the place before it."""
        stop = len(self.text) if end is None else end
        start_line, start_column = self._position(start)
        if stop <= start:
            return Span(self.path, start_line, start_column, start_line, start_column)
        end_line, end_column = self._position(stop - 1)
        return Span(self.path, start_line, start_column, end_line, end_column + 1)

    def _position(self, offset: int) -> tuple[int, int]:
        index = max(bisect_right(self.pieces, offset, key=_offset) - 1, 0)
        piece = self.pieces[index]
        return piece.line, piece.column + offset - piece.offset

    def part(self, start: int, end: int | None = None) -> PlacedText:
        """Return ``text[start:end]`` with its places."""
        stop = len(self.text) if end is None else max(end, start)
        line, column = self._position(start)
        first = bisect_right(self.pieces, start, key=_offset)
        last = bisect_left(self.pieces, stop, key=_offset)
        inside = (Piece(piece.offset - start, piece.line, piece.column) for piece in self.pieces[first:last])
        return PlacedText(self.text[start:stop], self.path, (Piece(0, line, column), *inside))

    def strip(self) -> PlacedText:
        """Return the text without the blanks around it."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(len(self.text.rstrip()), start))

    def cut(self, width: int) -> tuple[PlacedText, PlacedText]:
        """Return the first ``width`` characters and the rest without the blanks before it."""
        rest = self.part(width)
        return self.part(0, width), rest.part(len(rest.text) - len(rest.text.lstrip()))


def joined(path: str, lines: list[tuple[int, int, str]], glue: str = "") -> PlacedText:
    """Join stretches, each given as line, column and text."""
    pieces: list[Piece] = []
    offset = 0
    for number, column, text in lines:
        pieces.append(Piece(offset, number, column))
        offset += len(text) + len(glue)
    return PlacedText(glue.join(text for _, _, text in lines), path, tuple(pieces) or (Piece(0, 1, 1),))
