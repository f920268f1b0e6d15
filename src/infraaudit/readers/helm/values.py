"""Reads values files, and lays values over values as Helm does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, Open, Undecided
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_scalars import resolve_key, resolve_scalar
from infraaudit.source.yaml_tree import Dialect, YamlMapping, YamlNode, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from infraaudit.source.file import SourceFile
    from infraaudit.source.problem import Problem
    from infraaudit.source.span import Span


def read_values(file: SourceFile) -> Cell | Problem:
    """Return the mapping of a YAML file, each part with its place, or what is wrong with the file."""
    parsed = parse_yaml(file)
    for problem in parsed.problems:
        if problem.leaves_gap:
            return problem
    first = parsed.documents[0] if parsed.documents else None
    return cell_from_yaml(first) if isinstance(first, YamlMapping) else Cell({})


def cell_from_yaml(tree: YamlNode, key: Span | None = None) -> Cell:
    """Return a YAML tree as values. Numbers are floats, as in Helm."""
    match tree:
        case YamlScalar():
            value = resolve_scalar(tree, Dialect.KUBERNETES)
            is_number = isinstance(value, int) and not isinstance(value, bool)
            return Cell(float(value) if is_number and value is not None else value, tree.at, key)
        case YamlSequence():
            return Cell([cell_from_yaml(each) for each in tree.items], tree.at, key)
        case YamlMapping():
            return Cell(_entries(tree), tree.at, key)


def _entries(tree: YamlMapping) -> dict[str, Cell]:
    own: dict[str, Cell] = {}
    inherited: dict[str, Cell] = {}
    for key, value in tree.pairs:
        if not isinstance(key, YamlScalar):
            continue
        if key.text == "<<" and key.plain:
            for each in value.items if isinstance(value, YamlSequence) else (value,):
                if isinstance(each, YamlMapping):
                    inherited = {**_entries(each), **inherited}
        else:
            name = resolve_key(key, Dialect.KUBERNETES)
            own[key.text if name is None else name] = cell_from_yaml(value, key.at)
    return {**inherited, **own}


def overlaid(base: Cell, over: Cell, *, sections: frozenset[str] = frozenset(), keep: bool = False) -> Cell:
    """Lay values over a chart's own: mappings are merged, a null removes what is there, anything else replaces.

    ``sections`` are the keys under which subcharts stand. There a null on either side is kept, for it is yet to remove
    what the subchart has by itself; ``keep`` says so of all keys.
    """
    if not isinstance(base.data, dict) or not isinstance(over.data, dict):
        return over
    entries = {key: each if keep else without_nulls(each) for key, each in base.data.items() if key not in over.data}
    if not keep:
        entries = {key: each for key, each in entries.items() if each.data is not None}
    for key, value in over.data.items():
        mine = base.data.get(key)
        if value.data is not None and mine is not None and mine.data is not None:
            entries[key] = overlaid(mine, value, keep=keep or key in sections)
        elif value.data is not None or keep or mine is None or mine.data is None:
            entries[key] = value
    why = next((each.data.why for each in (over, base) if isinstance(each.data, Open)), None)
    return Cell(entries if why is None else Open(entries, why), over.origin, over.key)


def without_nulls(cell: Cell) -> Cell:
    """Return the defaults of a chart as Helm takes them: a null is as good as nothing."""
    if not isinstance(cell.data, dict):
        return cell
    kept = {key: without_nulls(each) for key, each in cell.data.items() if each.data is not None}
    return Cell(kept, cell.origin, cell.key)


def doubted(cell: Cell, why: str) -> Cell:
    """Return values of which each may be another one, and which may be more."""
    if not isinstance(cell.data, dict):
        return Cell(Undecided(why), cell.origin, cell.key)
    return Cell(Open({key: doubted(each, why) for key, each in cell.data.items()}, why), cell.origin, cell.key)


def at_path(values: Cell, path: str) -> Cell | None:
    """Return the value at a path of keys with dots between them."""
    cell = values
    for name in path.split("."):
        if not isinstance(cell.data, dict) or name not in cell.data:
            return None
        cell = cell.data[name]
    return cell


def text_at(meta: dict[str, Cell], key: str) -> str:
    """Return a text of Chart.yaml; an empty one where there is none."""
    cell = meta.get(key)
    return cell.data if cell is not None and isinstance(cell.data, str) else ""
