"""Functions of text: trimming, cutting, quoting, replacing, regular expressions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import STAND_IN, Cell, Piece, Text, Undecided, list_of, text_of, truth, undecided_in
from infraaudit.readers.helm.functions.wrapping import (
    pieced,
    pure,
    refuse,
    shown,
    whole,
    why_undecided,
)
from infraaudit.readers.helm.go_text import formatted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from infraaudit.readers.helm.evaluator import Engine, Function

_LONGEST = 1_000_000


def _part(cell: Cell, start: int, end: int) -> Text:
    text = pieced(cell)
    return text.part(start, end)


def _trunc(length: Cell, cell: Cell) -> Text:
    size, text = whole(length), pieced(cell)
    if size < 0:
        return text.part(max(len(text) + size, 0), len(text))
    return text.part(0, size)


def _trim_with(characters: str | None, cell: Cell, *, left: bool = True, right: bool = True) -> Text:
    text = pieced(cell)
    start = len(text) - len(text.lstrip(characters)) if left else 0
    end = len(text.rstrip(characters)) if right else len(text)
    return text.part(start, end)


def _trim(_: Engine, arguments: Sequence[Cell]) -> Cell:
    """Trim blanks; a stand-in has none, and what it stands for is put between the rest."""
    (cell,) = arguments
    return cell if isinstance(cell.data, Undecided) else Cell(_trim_with(None, cell))


def _trimming(function: Callable[[Cell, Cell], Text]) -> Function:
    """Wrap a function that takes characters off the ends; where they are signs, a stand-in has none of them."""
    whole_text = pure(function)

    def trimmed(engine: Engine, arguments: Sequence[Cell]) -> Cell:
        characters, cell = arguments
        is_sign = isinstance(characters.data, str) and not any(each.isalnum() for each in characters.data)
        if isinstance(cell.data, Undecided) and is_sign:
            return cell
        if isinstance(cell.data, Text) and is_sign:
            return Cell(function(characters, cell))
        return whole_text(engine, arguments)

    return trimmed


def _trim_suffix(suffix: Cell, cell: Cell) -> Text:
    text = pieced(cell)
    ending = text_of(suffix)
    return text.part(0, len(text) - len(ending)) if ending and text.endswith(ending) else text


def _trim_prefix(prefix: Cell, cell: Cell) -> Text:
    text = pieced(cell)
    return text.part(len(text_of(prefix)), len(text)) if text.startswith(text_of(prefix)) else text


def _replace(old: Cell, new: Cell, cell: Cell) -> object:
    text = text_of(cell)
    return cell if text_of(old) not in text else str.replace(text, text_of(old), text_of(new))


def _case(change: Callable[[str], str]) -> Callable[[Cell], object]:
    def changed(cell: Cell) -> object:
        text = text_of(cell)
        return cell if change(text) == text else change(text)

    return changed


def _indent(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    return _indented(engine, arguments, "")


def _nindent(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    return _indented(engine, arguments, "\n")


def _indented(engine: Engine, arguments: Sequence[Cell], before: str) -> Cell:
    width, cell = arguments
    blanks = " " * min(whole(width), 1000)
    pieces = [Piece(before + blanks)]
    text = shown(engine, cell) if isinstance(cell.data, Undecided) else pieced(cell)
    for piece in text.pieces:
        for number, line in enumerate(piece.text.split("\n")):
            if number:
                pieces.append(Piece("\n" + blanks))
            pieces.append(
                _line(piece, number) if _is_linear(piece) else Piece(line, piece.place, piece.origin, piece.outer)
            )
    return Cell(Text.of(pieces))


def _is_linear(piece: Piece) -> bool:
    return piece.place is not None and piece.place.linear


def _line(piece: Piece, number: int) -> Piece:
    """Return one line of a piece that was copied from a template, with its own place."""
    start = 0
    for _ in range(number):
        start = piece.text.index("\n", start) + 1
    end = piece.text.find("\n", start)
    found = Text.of((piece,)).part(start, len(piece.text) if end < 0 else end).pieces
    return found[0] if found else Piece("")


def _quoted(mark: str) -> Function:
    def quoted(engine: Engine, arguments: Sequence[Cell]) -> Cell:
        pieces: list[Piece] = []
        for cell in arguments:
            if cell.data is None:
                continue
            text = shown(engine, cell)
            pieces.append(Piece((" " if pieces else "") + mark))
            escaped = json.dumps(str(text), ensure_ascii=False)[1:-1] if mark == '"' else str(text)
            pieces.extend(text.pieces if escaped == text else [Piece(escaped, None, cell.origin)])
            pieces.append(Piece(mark))
        return Cell(Text.of(pieces))

    return quoted


def _printf(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    head, *rest = arguments
    if undecided_in(head):
        return Cell(Undecided(why_undecided(engine, arguments)))
    return Cell(formatted(text_of(head), rest, engine.stand_in))


def _print(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    """Join as Go does: a blank stands between two operands of which neither is text."""
    pieces: list[Piece] = []
    for position, cell in enumerate(arguments):
        before = arguments[position - 1] if position else None
        if before is not None and not isinstance(before.data, str) and not isinstance(cell.data, str):
            pieces.append(Piece(" "))
        pieces.extend((Piece("<nil>"),) if cell.data is None else shown(engine, cell).pieces)
    return Cell(Text.of(pieces))


def _println(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    return _joined(engine, [*arguments], " ", "\n")


def _cat(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    return _joined(engine, [each for each in arguments if each.data is not None], " ", "")


def _join(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    separator, cell = arguments
    if isinstance(cell.data, Undecided):
        return cell
    items = cell.data if isinstance(cell.data, list) else [cell]
    return _joined(engine, [each for each in items if each.data is not None], text_of(separator), "")


def _joined(engine: Engine, cells: Sequence[Cell], separator: str, end: str) -> Cell:
    pieces: list[Piece] = []
    for position, cell in enumerate(cells):
        pieces.append(Piece(separator if position else ""))
        pieces.extend(shown(engine, cell).pieces)
    return Cell(Text.of([*pieces, Piece(end)]))


def _to_string(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    (cell,) = arguments
    return cell if isinstance(cell.data, Undecided) else Cell(shown(engine, cell))


def _repeat(count: Cell, cell: Cell) -> str:
    times = max(whole(count), 0)
    if times * len(text_of(cell)) > _LONGEST:
        message = "a text is repeated too often"
        raise refuse(message)
    return str(text_of(cell)) * times


def _substr(start: Cell, end: Cell, cell: Cell) -> Text:
    first, last, text = whole(start), whole(end), pieced(cell)
    if first < 0:
        return text.part(0, last)
    return text.part(first, len(text) if last < 0 or last > len(text) else last)


def _abbreviated(width: Cell, cell: Cell) -> Text:
    size, text = whole(width), pieced(cell)
    if size < 4 or len(text) <= size:  # noqa: PLR2004 - one character and three dots
        return text
    return Text.of((*text.part(0, size - 3).pieces, Piece("...")))


def _contains(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    """Tell whether a text holds another; of a random one it is taken for granted that it holds no action."""
    part, cell = arguments
    if isinstance(part.data, str) and isinstance(cell.data, str) and undecided_in(cell) and not undecided_in(part):
        if part.data in STAND_IN.sub("\0", cell.data):
            return Cell(data=True)
        if "{{" in part.data and truth(Cell("".join(STAND_IN.findall(cell.data)))):
            return Cell(data=False)
    return _holds(engine, arguments)


_holds = pure(lambda part, cell: text_of(part) in text_of(cell))


def _words(text: str) -> list[str]:
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return [each for each in re.split(r"[^A-Za-z0-9]+", parts) if each]


def _snake(cell: Cell) -> str:
    return "_".join(_words(text_of(cell))).lower()


def _kebab(cell: Cell) -> str:
    return "-".join(_words(text_of(cell))).lower()


def _camel(cell: Cell) -> str:
    return "".join(each[:1].upper() + each[1:] for each in re.split(r"[-_\s]+", text_of(cell)))


def _title(cell: Cell) -> str:
    return re.sub(r"(?<![\w'])\w", lambda found: found[0].upper(), text_of(cell))


def _split(separator: Cell, cell: Cell) -> dict[str, object]:
    return {f"_{index}": part for index, part in enumerate(_parts(text_of(separator), text_of(cell)))}


def _parts(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else list(text)


def _split_limited(separator: Cell, limit: Cell, cell: Cell) -> dict[str, object]:
    parts = text_of(cell).split(text_of(separator), max(whole(limit) - 1, 0))
    return {f"_{index}": part for index, part in enumerate(parts)}


def _split_list(separator: Cell, cell: Cell) -> list[str]:
    return _parts(text_of(separator), text_of(cell))


def _sort_alpha(cell: Cell) -> list[str]:
    return sorted(str(each.data) for each in list_of(cell))


TEXTS: Mapping[str, Function] = {
    "trunc": pure(_trunc),
    "trim": _trim,
    "trimAll": _trimming(lambda characters, cell: _trim_with(text_of(characters), cell)),
    "trimPrefix": _trimming(_trim_prefix),
    "trimSuffix": _trimming(_trim_suffix),
    "replace": pure(_replace),
    "lower": pure(_case(str.lower), keeps_filled=True),
    "upper": pure(_case(str.upper), keeps_filled=True),
    "title": pure(_title),
    "untitle": pure(lambda cell: re.sub(r"(?<!\w)\w", lambda found: found[0].lower(), text_of(cell))),
    "nospace": pure(lambda cell: "".join(text_of(cell).split())),
    "snakecase": pure(_snake),
    "kebabcase": pure(_kebab),
    "camelcase": pure(_camel),
    "contains": _contains,
    "hasPrefix": pure(lambda part, cell: text_of(cell).startswith(text_of(part))),
    "hasSuffix": pure(lambda part, cell: text_of(cell).endswith(text_of(part))),
    "indent": _indent,
    "nindent": _nindent,
    "quote": _quoted('"'),
    "squote": _quoted("'"),
    "printf": _printf,
    "print": _print,
    "println": _println,
    "cat": _cat,
    "join": _join,
    "toString": _to_string,
    "repeat": pure(_repeat),
    "substr": pure(_substr),
    "abbrev": pure(_abbreviated),
    "split": pure(_split),
    "splitn": pure(_split_limited),
    "splitList": pure(_split_list),
    "sortAlpha": pure(_sort_alpha),
}
