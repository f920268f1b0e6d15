"""Values that somebody gives to a chart beside its files: texts that hold YAML, and single values by their path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Missing, Node, Reference, Unresolved
from infraaudit.readers.helm.cells import Cell, ChartError, Open, Undecided
from infraaudit.readers.helm.values import cell_from_yaml
from infraaudit.source.file import SourceFile
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import YamlMapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.span import Span

_STEP = re.compile(r"((?:[^.\[\\]|\\.)+)|\[(\d{1,4})\]|\.")
_WHOLE = re.compile(r"0|-?[1-9]\d{0,17}")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def values_in_text(text: str, at: Span) -> Cell:
    """Return the values that a text holds. Raises ``ChartError`` for one that is no mapping."""
    parsed = parse_yaml(SourceFile(at.path, text))
    first = parsed.documents[0] if parsed.documents else None
    if any(problem.leaves_gap for problem in parsed.problems) or not isinstance(first, YamlMapping | None):
        message = "one of its values is no YAML mapping"
        raise ChartError(message)
    if first is None:
        return Cell({})
    cell = cell_from_yaml(first)
    # A file that was read as it is keeps its lines; those of any other text are those of no file.
    return cell if replace(at, trail=()) == whole_file(at.path) else _placed(cell, at)


def _placed(cell: Cell, at: Span) -> Cell:
    """Return values of a text at the place of the text."""
    if isinstance(cell.data, dict):
        return Cell({key: _placed(each, at) for key, each in cell.data.items()}, at)
    if isinstance(cell.data, list):
        return Cell([_placed(each, at) for each in cell.data], at)
    return Cell(cell.data, at)


def cell_from_node(node: Node) -> Cell:
    """Return a value of another reader as one of Helm."""
    content = node.content
    if isinstance(content, Unresolved | Reference | Missing) or (isinstance(content, tuple) and node.open):
        return Cell(Undecided(_why(node)), node.at)
    if isinstance(content, Mapping):
        entries = {key: cell_from_node(child) for key, child in content.items()}
        return Cell(Open(entries, _why(node)) if node.open else entries, node.at, node.key_at)
    if isinstance(content, tuple):
        return Cell([cell_from_node(child) for child in content], node.at)
    is_number = isinstance(content, int) and not isinstance(content, bool)
    return Cell(float(content) if is_number and content is not None else content, node.at)


def _why(node: Node) -> str:
    return (
        node.why() or node.why_open or ("the value is not there" if node.is_absent else "a part of it cannot be told")
    )


def written_value(text: str, at: Span, *, as_text: bool = False) -> Cell:
    """Return the value that a text of ``--set`` or, ``as_text``, of ``--set-string`` gives."""
    if as_text:
        return Cell(_unescaped(text), at)
    if text.startswith("{") and text.endswith("}"):
        items = [each for each in re.split(r"(?<!\\),", text[1:-1]) if each]
        return Cell([Cell(_typed(each.strip()), at) for each in items], at)
    return Cell(_typed(text), at)


def put(values: Cell, name: str, value: Cell) -> Cell:
    """Return values with one put in its place: ``a.b[0]``."""
    return _put(values, list(_steps(name)), value)


def _typed(text: str) -> str | float | bool | None:
    """Return what Helm takes a text of ``--set`` for."""
    if text in _WORDS:
        return _WORDS[text]
    return float(text) if _WHOLE.fullmatch(text) else _unescaped(text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _steps(name: str) -> Iterator[str | int]:
    """Yield the keys and indexes of a path: ``a.b[0]``; a dot of a key has a backslash before it."""
    for match in _STEP.finditer(name):
        if match[1]:
            yield _unescaped(match[1])
        elif match[2]:
            yield int(match[2])


def _put(cell: Cell, steps: list[str | int], value: Cell) -> Cell:
    if not steps:
        return value
    step, *rest = steps
    if isinstance(step, int):
        items = list(cell.data) if isinstance(cell.data, list) else []
        items.extend(Cell(None) for _ in range(step + 1 - len(items)))
        items[step] = _put(items[step], rest, value)
        return Cell(items, cell.origin or value.origin)
    if isinstance(cell.data, Open):
        return Cell(
            Open({**cell.data, step: _put(cell.data.get(step, Cell({})), rest, value)}, cell.data.why), cell.origin
        )
    entries = dict(cell.data) if isinstance(cell.data, dict) else {}
    entries[step] = _put(entries.get(step, Cell({})), rest, value)
    return Cell(entries, cell.origin or value.origin)
