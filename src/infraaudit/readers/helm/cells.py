"""The values that templates work on: data that knows its place in a values file, and text that knows its pieces.

``Text`` is a string in every respect, so that a function that knows nothing of pieces still works on it; what such
a function returns is a plain string, and its place is then that of its argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from infraaudit.source.file import SourceFile
    from infraaudit.source.span import Span

MARK = "infraauditundecided"
"""How a stand-in for an undecided value begins wherever it is printed."""


class ChartError(Exception):
    """The chart cannot be rendered: helm would refuse it too, or it is beyond the limits.

    ``place`` tells where in a template, ``at`` where in a values file.
    """

    def __init__(self, message: str, place: Place | None = None, at: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.at = at


class LackingError(ChartError):
    """A template asks for a value that is not given: helm stops, and the rest can be judged with it unknown."""


class Exhausted(ChartError):  # noqa: N818 - no fault of the chart
    """The limits do not allow to go on."""


@dataclass(frozen=True, slots=True)
class Place:
    """A range of characters of a template. ``linear`` marks text that was copied character by character."""

    file: SourceFile
    start: int
    end: int
    linear: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, the template that printed it, and the place in a values file that it was taken from.

    ``outer`` is the action of the outermost template that it came through, where it is not a part of that template.
    """

    text: str
    place: Place | None = None
    origin: Span | None = None
    outer: Place | None = None


class Text(str):
    """A string that knows which pieces it was put together from."""

    __slots__ = ("pieces",)

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> Text:
        """Join pieces."""
        kept = tuple(each for each in pieces if each.text)
        text = cls("".join(each.text for each in kept))
        text.pieces = kept
        return text

    def part(self, start: int, end: int) -> Text:
        """Return the characters of a range with their pieces."""
        return Text.of(_cut(self.pieces, start, end))


def _cut(pieces: Iterable[Piece], start: int, end: int) -> Iterable[Piece]:
    offset = 0
    for piece in pieces:
        first, last = max(start - offset, 0), min(end - offset, len(piece.text))
        offset += len(piece.text)
        if first < last:
            place = piece.place
            if place is not None and place.linear:
                place = Place(place.file, place.start + first, place.start + last, linear=True)
            yield Piece(piece.text[first:last], place, piece.origin, piece.outer)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A value that the files do not decide; ``why`` is what :class:`Unknown` will say.

    ``filled`` tells that it is at least not empty, as a random text is.
    """

    why: str
    filled: bool = False


class Open(dict[str, "Cell"]):
    """A mapping that holds these entries and perhaps more, for ``why``."""

    def __init__(self, entries: dict[str, Cell], why: str) -> None:
        super().__init__(entries)
        self.why = why


@dataclass(frozen=True, slots=True)
class Native:
    """An object of Helm itself, with fields and methods; ``shown`` is its printed form.

    One that is a mapping to Go, as a group of files, is as good as nothing where it is empty.
    """

    fields: dict[str, Cell] = field(default_factory=dict)
    methods: dict[str, Callable[[Sequence[Cell]], Cell]] = field(default_factory=dict)
    shown: str = ""
    is_mapping: bool = False


Data = Union[None, bool, int, float, str, "dict[str, Cell]", "list[Cell]", Undecided, Native]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: its data, the place that it was written at, and the place of the key that it stands under.

    Mappings can be changed by templates, as in Go; everything else cannot.
    """

    data: Data
    origin: Span | None = None
    key: Span | None = None


NIL = Cell(None)


def pieces_of(cell: Cell, text: str) -> tuple[Piece, ...]:
    """Return the pieces of a text that stands for a cell."""
    return text.pieces if isinstance(text, Text) else (Piece(text, None, cell.origin),)


def common_origin(cells: Iterable[Cell]) -> Span | None:
    """Return the one place that values were taken from; ``None`` where there are several or none."""
    found = {origin for cell in cells for origin in _origins(cell)}
    return found.pop() if len(found) == 1 else None


def _origins(cell: Cell) -> Iterable[Span]:
    if isinstance(cell.data, Text):
        return (piece.origin for piece in cell.data.pieces if piece.origin is not None)
    return () if cell.origin is None else (cell.origin,)


MOST_PARTS = 300_000
"""Parts of one value; a mapping that holds itself, or is repeated within itself over and over, has more."""


def undecided_in(cell: Cell) -> bool:
    """Tell whether a value holds something undecided anywhere. Raises ``ChartError`` for one that is too large."""
    waiting = [cell]
    count = 0
    while waiting:
        data = waiting.pop().data
        count += 1
        if count > MOST_PARTS:
            message = "a value is too large"
            raise ChartError(message)
        if isinstance(data, Undecided) or (isinstance(data, str) and MARK in data):
            return True
        if isinstance(data, dict):
            waiting.extend(data.values())
            if any(MARK in key for key in data):
                return True
        elif isinstance(data, list):
            waiting.extend(data)
    return False


def refuse_too_large(cell: Cell) -> None:
    """Raise ``ChartError`` for a value that would not end when it is walked."""
    waiting = [cell]
    count = 0
    while waiting:
        data = waiting.pop().data
        count += 1
        if count > MOST_PARTS:
            message = "a value is too large"
            raise ChartError(message)
        waiting.extend(data.values() if isinstance(data, dict) else data if isinstance(data, list) else ())


def copied(cell: Cell) -> Cell:
    """Return a value of which no part is shared with the original."""
    refuse_too_large(cell)
    return _copied(cell)


def _copied(cell: Cell) -> Cell:
    match cell.data:
        case dict() as entries:
            copy = {key: _copied(each) for key, each in entries.items()}
            return Cell(Open(copy, entries.why) if isinstance(entries, Open) else copy, cell.origin, cell.key)
        case list() as items:
            return Cell([_copied(each) for each in items], cell.origin, cell.key)
        case _:
            return cell


STAND_IN = re.compile(rf"{MARK}(?:filled)?\d{{6}}")
"""What stands for an undecided value, or for one that is filled."""

_PERHAPS_EMPTY = re.compile(rf"{MARK}\d{{6}}")


def truth(cell: Cell) -> bool | None:
    """Tell whether a template takes a value for true; ``None`` where that cannot be told."""
    data = cell.data
    if isinstance(data, Undecided):
        return True if data.filled else None
    if isinstance(data, str) and MARK in data and not _PERHAPS_EMPTY.sub("", data):
        return None
    if isinstance(data, Open) and not data:
        return None
    if isinstance(data, Native):
        return bool(data.fields) or not data.is_mapping
    return bool(data)


def text_of(cell: Cell) -> str:
    """Return the text of an argument that must be one."""
    if isinstance(cell.data, str):
        return cell.data
    message = "wrong type for value; expected string"
    raise ChartError(message)


def entry_of(cell: Cell, key: str) -> Cell | None:
    """Return an entry of an argument that must be a mapping, undecided where the mapping may hold more."""
    entries = mapping_of(cell)
    found = entries.get(key)
    return Cell(Undecided(entries.why)) if found is None and isinstance(entries, Open) else found


def mapping_of(cell: Cell) -> dict[str, Cell]:
    """Return the entries of an argument that must be a mapping; nothing is as good as an empty one."""
    if isinstance(cell.data, dict):
        return cell.data
    if cell.data is None:
        return {}
    message = "wrong type for value; expected a mapping"
    raise ChartError(message)


def list_of(cell: Cell) -> list[Cell]:
    """Return the elements of an argument that must be a list."""
    if isinstance(cell.data, list):
        return cell.data
    message = "wrong type for value; expected a list"
    raise ChartError(message)
