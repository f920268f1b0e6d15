"""Makes template functions of plain ones: arguments in, and a result that remembers the place of what it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infraaudit.readers.helm.cells import (
    MARK,
    Cell,
    ChartError,
    Native,
    Text,
    Undecided,
    common_origin,
    text_of,
    truth,
    undecided_in,
)
from infraaudit.readers.helm.go_text import printed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infraaudit.readers.helm.evaluator import Engine, Function


class UnevaluatedError(Exception):
    """A function that helm would run is not run here; the text says why."""


def plain(cell: Cell) -> Any:  # noqa: ANN401 - the data of a values file is of any shape
    """Return the data of a value without its places."""
    match cell.data:
        case dict() as entries:
            return {key: plain(each) for key, each in entries.items()}
        case list() as items:
            return [plain(each) for each in items]
        case Native() as native:
            return {key: plain(each) for key, each in native.fields.items()}
        case str() as text:
            return str(text)
        case data:
            return data


def cell_of(data: Any) -> Cell:  # noqa: ANN401 - see above
    """Return plain data as a value without places."""
    match data:
        case dict():
            return Cell({str(key): cell_of(each) for key, each in data.items()})
        case list():
            return Cell([cell_of(each) for each in data])
        case _:
            return Cell(data)


def why_undecided(engine: Engine, arguments: Sequence[Cell]) -> str:
    """Return why the first undecided argument is so."""
    for cell in arguments:
        match cell.data:
            case Undecided() as undecided:
                return undecided.why
            case str() as text if MARK in text:
                return engine.why(text)
            case dict() as entries if undecided_in(cell):
                return why_undecided(engine, list(entries.values()))
            case list() as items if undecided_in(cell):
                return why_undecided(engine, items)
            case _:
                continue
    return "a part of it is not decided"


def pure(function: Callable[..., object], *, keeps_filled: bool = False) -> Function:
    """Wrap a function of values that needs all of them decided; its result is plain data or a value.

    ``keeps_filled`` tells that the result is empty only where the last argument is.
    """

    def wrapped(engine: Engine, arguments: Sequence[Cell]) -> Cell:
        if any(undecided_in(each) for each in arguments):
            filled = keeps_filled and truth(arguments[-1]) is True
            return Cell(Undecided(why_undecided(engine, arguments), filled))
        try:
            result = function(*arguments)
        except UnevaluatedError as error:
            engine.unevaluated = True
            return Cell(Undecided(str(error)))
        if isinstance(result, Cell):
            return result
        origin = common_origin(arguments)
        made = cell_of(result)
        return Cell(made.data, None if isinstance(result, Text) else origin)

    return wrapped


def handled(function: Callable[..., object]) -> Function:
    """Wrap a function of values that can handle undecided ones, for it only passes them on."""

    def wrapped(engine: Engine, arguments: Sequence[Cell]) -> Cell:
        try:
            result = function(*arguments)
        except ChartError:
            if any(isinstance(each.data, Undecided) for each in arguments):
                return Cell(Undecided(why_undecided(engine, arguments)))
            raise
        return result if isinstance(result, Cell) else Cell(cell_of(result).data, common_origin(arguments))

    return wrapped


def shown(engine: Engine, cell: Cell) -> Text:
    """Return what printing a value gives, an empty text for nothing."""
    return printed(cell, engine.stand_in)


def pieced(cell: Cell) -> Text:
    """Return the text of an argument that must be one, with its pieces."""
    text = text_of(cell)
    return text if isinstance(text, Text) else printed(cell, lambda undecided: undecided.why)


def whole(cell: Cell) -> int:
    """Return an argument as a whole number, as Sprig casts it: what is no number is zero."""
    match cell.data:
        case bool() as truth:
            return int(truth)
        case int() | float() as number:
            return int(number)
        case str() as text:
            try:
                return int(text, 0) if not text.lstrip("+-").isdigit() else int(text)
            except ValueError:
                return 0
        case _:
            return 0


def number(cell: Cell) -> float:
    """Return an argument as a float, as Sprig casts it: what is no number is zero."""
    match cell.data:
        case int() | float() as data:
            return float(data)
        case str() as text:
            try:
                return float(text)
            except ValueError:
                return 0.0
        case _:
            return 0.0


def refuse(message: str) -> ChartError:
    """Return the error of a function that refuses its arguments."""
    return ChartError(message)
