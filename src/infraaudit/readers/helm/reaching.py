"""How templates reach into values: fields of what a value is, and the elements that a loop goes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import NIL, Cell, ChartError, Native, Open, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.readers.helm.cells import Place

_LONGEST_LOOP = 300_000


def field_of(value: Cell, name: str, arguments: Sequence[Cell], *, lenient: bool) -> Cell:
    """Return a field or the result of a method; nothing has no fields, but where that is ``lenient``."""
    data = value.data
    if isinstance(data, Undecided):
        return value
    if isinstance(data, Native):
        if name in data.methods:
            return data.methods[name](arguments)
        data = data.fields
    if arguments:
        message = f"{name} is no method, and has arguments"
        raise ChartError(message)
    if isinstance(data, Open) and name not in data:
        return Cell(Undecided(data.why))
    if isinstance(data, dict):
        return data.get(name, NIL)
    if data is None and lenient:
        return NIL
    message = f"nil pointer evaluating interface {{}}.{name}" if data is None else f"can't evaluate field {name}"
    raise ChartError(message)


def elements_of(value: Cell, place: Place) -> Iterator[tuple[Cell, Cell]]:
    """Yield what ``range`` goes over, each with its key or number."""
    match value.data:
        case None:
            return
        case dict() as entries:
            yield from ((Cell(key, entries[key].key), entries[key]) for key in sorted(entries))
        case Native() as native:
            yield from ((Cell(key), native.fields[key]) for key in sorted(native.fields))
        case list() as items:
            yield from ((Cell(index), each) for index, each in enumerate(items))
        case bool():
            message = "range can't iterate over a boolean"
            raise ChartError(message, place)
        case int() as number:
            if number > _LONGEST_LOOP:
                message = "a loop is too long"
                raise ChartError(message, place)
            yield from ((Cell(index), Cell(index)) for index in range(number))
        case _:
            message = "range can't iterate over this value"
            raise ChartError(message, place)
