"""Functions of lists and mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import (
    NIL,
    Cell,
    Native,
    Undecided,
    copied,
    entry_of,
    list_of,
    mapping_of,
    text_of,
    truth,
)
from infraaudit.readers.helm.functions.wrapping import handled, plain, pure, refuse, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.readers.helm.evaluator import Function

_LONGEST = 100_000


def _dict(*arguments: Cell) -> Cell:
    entries: dict[str, Cell] = {}
    for position in range(0, len(arguments), 2):
        key = arguments[position].data
        value = arguments[position + 1] if position + 1 < len(arguments) else Cell("")
        entries[str(key)] = value
    return Cell(entries)


def _get(cell: Cell, key: Cell) -> Cell:
    if isinstance(cell.data, Undecided):
        return cell
    found = entry_of(cell, text_of(key))
    return Cell("") if found is None else found


def _has_key(cell: Cell, key: Cell) -> Cell:
    found = entry_of(cell, text_of(key))
    is_open = found is not None and text_of(key) not in mapping_of(cell)
    return found if found is not None and is_open else Cell(found is not None)


def _set(cell: Cell, key: Cell, value: Cell) -> Cell:
    if cell.data is None:
        message = "assignment to entry in nil map"
        raise refuse(message)
    mapping_of(cell)[text_of(key)] = value
    return cell


def _unset(cell: Cell, key: Cell) -> Cell:
    mapping_of(cell).pop(text_of(key), None)
    return cell


def _dig(*arguments: Cell) -> Cell:
    *keys, fallback, cell = arguments
    for key in keys:
        if isinstance(cell.data, Undecided):
            return cell
        found = entry_of(cell, text_of(key))
        if found is None:
            return fallback
        cell = found
    return cell


def merged(target: dict[str, Cell], source: dict[str, Cell], *, overwrite: bool) -> None:
    """Merge a mapping into another as Sprig does: an empty value never wins over a set one."""
    for key, value in source.items():
        mine = target.get(key)
        if mine is not None and isinstance(mine.data, dict) and isinstance(value.data, dict):
            merged(mine.data, value.data, overwrite=overwrite)
        elif mine is None or (overwrite and truth(value) is not False) or truth(mine) is False:
            target[key] = value


def _merge(*arguments: Cell) -> Cell:
    return _merged(arguments, overwrite=False)


def _merge_overwrite(*arguments: Cell) -> Cell:
    return _merged(arguments, overwrite=True)


def _merged(arguments: tuple[Cell, ...], *, overwrite: bool) -> Cell:
    target = Cell({}) if arguments[0].data is None else arguments[0]
    for source in arguments[1:]:
        merged(mapping_of(target), mapping_of(copied(source)), overwrite=overwrite)
    return target


def _index(cell: Cell, *keys: Cell) -> Cell:
    for key in keys:
        match cell.data:
            case Undecided():
                return cell
            case Native() as native:
                cell = native.fields.get(text_of(key), NIL)
            case dict():
                cell = entry_of(cell, text_of(key)) or NIL
            case list() as items:
                position = whole(key)
                if not 0 <= position < len(items):
                    message = f"index out of range: {position}"
                    raise refuse(message)
                cell = items[position]
            case _:
                message = "index of nil pointer" if cell.data is None else "can't index this value"
                raise refuse(message)
    return cell


def _len(cell: Cell) -> int:
    if isinstance(cell.data, str):
        return len(cell.data.encode())
    if isinstance(cell.data, list | dict):
        return len(cell.data)
    message = "len of nil pointer" if cell.data is None else "len of a value that has none"
    raise refuse(message)


def _keys(*arguments: Cell) -> list[Cell]:
    return [Cell(key, entry.key) for each in arguments for key, entry in sorted(mapping_of(each).items())]


def _pick(cell: Cell, *keys: Cell) -> Cell:
    wanted = {text_of(each) for each in keys}
    return Cell({key: each for key, each in mapping_of(cell).items() if key in wanted}, cell.origin)


def _omit(cell: Cell, *keys: Cell) -> Cell:
    unwanted = {text_of(each) for each in keys}
    return Cell({key: each for key, each in mapping_of(cell).items() if key not in unwanted}, cell.origin)


def _items(cell: Cell) -> list[Cell]:
    return [] if cell.data is None else list_of(cell)


def _first(cell: Cell) -> Cell:
    items = _items(cell)
    return items[0] if items else NIL


def _last(cell: Cell) -> Cell:
    items = _items(cell)
    return items[-1] if items else NIL


def _unique(cell: Cell) -> Cell:
    kept: list[Cell] = []
    seen: list[object] = []
    for each in list_of(cell):
        if plain(each) not in seen:
            seen.append(plain(each))
            kept.append(each)
    return Cell(kept)


def _has(wanted: Cell, cell: Cell) -> bool:
    return any(type(plain(each)) is type(plain(wanted)) and plain(each) == plain(wanted) for each in _items(cell))


def _without(cell: Cell, *unwanted: Cell) -> Cell:
    refused = [plain(each) for each in unwanted]
    return Cell([each for each in list_of(cell) if plain(each) not in refused])


def _slice(cell: Cell, *bounds: Cell) -> Cell:
    start = whole(bounds[0]) if bounds else 0
    items = list_of(cell)
    end = whole(bounds[1]) if len(bounds) > 1 else len(items)
    return Cell(items[start:end])


def _until(count: Cell) -> list[int]:
    return _steps(0, whole(count), 1 if whole(count) >= 0 else -1)


def _until_step(start: Cell, stop: Cell, step: Cell) -> list[int]:
    return _steps(whole(start), whole(stop), whole(step))


def _steps(start: int, stop: int, step: int) -> list[int]:
    if step == 0:
        return []
    numbers = range(start, stop, step)
    if len(numbers) > _LONGEST:
        message = "a list is too long"
        raise refuse(message)
    return list(numbers)


def _chunk(size: Cell, cell: Cell) -> Cell:
    items, width = list_of(cell), max(whole(size), 1)
    return Cell([Cell(items[start : start + width]) for start in range(0, len(items), width)])


COLLECTIONS: Mapping[str, Function] = {
    "dict": handled(_dict),
    "list": handled(lambda *items: Cell(list(items))),
    "tuple": handled(lambda *items: Cell(list(items))),
    "get": handled(_get),
    "set": handled(_set),
    "unset": handled(_unset),
    "dig": handled(_dig),
    "hasKey": handled(_has_key),
    "merge": handled(_merge),
    "mustMerge": handled(_merge),
    "mergeOverwrite": handled(_merge_overwrite),
    "mustMergeOverwrite": handled(_merge_overwrite),
    "deepCopy": handled(copied),
    "mustDeepCopy": handled(copied),
    "index": handled(_index),
    "slice": handled(_slice),
    "mustSlice": handled(_slice),
    "len": pure(_len),
    "keys": handled(lambda *cells: Cell(list(_keys(*cells)))),
    "values": handled(lambda *cells: Cell([each for cell in cells for _, each in sorted(mapping_of(cell).items())])),
    "pick": handled(_pick),
    "omit": handled(_omit),
    "pluck": handled(
        lambda key, *cells: Cell([mapping_of(each)[text_of(key)] for each in cells if text_of(key) in mapping_of(each)])
    ),
    "first": handled(_first),
    "last": handled(_last),
    "rest": handled(lambda cell: Cell(_items(cell)[1:])),
    "initial": handled(lambda cell: Cell(_items(cell)[:-1])),
    "append": handled(lambda cell, item: Cell([*_items(cell), item])),
    "mustAppend": handled(lambda cell, item: Cell([*_items(cell), item])),
    "push": handled(lambda cell, item: Cell([*_items(cell), item])),
    "prepend": handled(lambda cell, item: Cell([item, *_items(cell)])),
    "concat": handled(lambda *cells: Cell([each for cell in cells for each in _items(cell)])),
    "reverse": handled(lambda cell: Cell(list(reversed(_items(cell))))),
    "compact": pure(lambda cell: Cell([each for each in list_of(cell) if truth(each)])),
    "uniq": pure(_unique),
    "mustUniq": pure(_unique),
    "mustCompact": pure(lambda cell: Cell([each for each in list_of(cell) if truth(each)])),
    "mustFirst": handled(_first),
    "mustLast": handled(_last),
    "mustRest": handled(lambda cell: Cell(_items(cell)[1:])),
    "mustWithout": pure(_without),
    "mustPrepend": handled(lambda cell, item: Cell([item, *_items(cell)])),
    "has": pure(_has),
    "mustHas": pure(_has),
    "without": pure(_without),
    "until": pure(_until),
    "untilStep": pure(_until_step),
    "seq": pure(lambda *bounds: " ".join(map(str, _sequence([whole(each) for each in bounds])))),
    "chunk": pure(_chunk),
}


def _sequence(bounds: list[int]) -> list[int]:
    match bounds:
        case [end]:
            return _steps(1, end + (1 if end >= 1 else -1), 1 if end >= 1 else -1)
        case [start, end]:
            step = 1 if end >= start else -1
            return _steps(start, end + step, step)
        case [start, step, end]:
            return _steps(start, end + (1 if step > 0 else -1), step)
        case _:
            return []
