"""The values that a ``helm_release`` gives to its chart: documents, then single values by their path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Missing, Node, Reference, Unresolved
from infraaudit.readers.helm.cells import Cell, ChartError, Open, Undecided
from infraaudit.readers.helm.values import cell_from_yaml, overlaid
from infraaudit.readers.terraform.arguments import blocks
from infraaudit.readers.terraform.values import why_unknown
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
_SINGLE = ("set", "set_sensitive", "set_list")


def values_of(body: Node) -> Cell:
    """Return the values that a release gives. Raises ``ChartError`` for values that cannot be told at all."""
    values = Cell({})
    documents = body["values"]
    if documents.is_unknown or documents.open:
        message = f"its values cannot be told: {why_unknown(documents)}"
        raise ChartError(message)
    for document in documents.each():
        values = overlaid(values, _document(document), keep=True)
    for kind in _SINGLE:
        entries, complete = blocks(body[kind])
        if not complete:
            message = f"which values it sets cannot be told: {why_unknown(body[kind])}"
            raise ChartError(message)
        for entry in entries:
            values = _with(values, entry)
    return values


def _document(node: Node) -> Cell:
    if node.structure is not None:
        return cell_of(node.structure)
    if not isinstance(node.content, str):
        message = f"its values cannot be told: {why_unknown(node)}"
        raise ChartError(message)
    parsed = parse_yaml(SourceFile(node.at.path, node.content))
    first = parsed.documents[0] if parsed.documents else None
    if any(problem.leaves_gap for problem in parsed.problems) or not isinstance(first, YamlMapping | None):
        message = "one of its values is no YAML mapping"
        raise ChartError(message)
    if first is None:
        return Cell({})
    cell = cell_from_yaml(first)
    # A file that was read as it is keeps its lines; those of any other text are those of no file.
    return cell if replace(node.at, trail=()) == whole_file(node.at.path) else _placed(cell, node.at)


def _placed(cell: Cell, at: Span) -> Cell:
    """Return values of a text at the place of the text."""
    if isinstance(cell.data, dict):
        return Cell({key: _placed(each, at) for key, each in cell.data.items()}, at)
    if isinstance(cell.data, list):
        return Cell([_placed(each, at) for each in cell.data], at)
    return Cell(cell.data, at)


def cell_of(node: Node) -> Cell:
    """Return a value of Terraform as one of Helm."""
    content = node.content
    if isinstance(content, Unresolved | Reference | Missing) or (isinstance(content, tuple) and node.open):
        return Cell(Undecided(why_unknown(node)), node.at)
    if isinstance(content, Mapping):
        entries = {key: cell_of(child) for key, child in content.items()}
        return Cell(Open(entries, why_unknown(node)) if node.open else entries, node.at, node.key_at)
    if isinstance(content, tuple):
        return Cell([cell_of(child) for child in content], node.at)
    is_number = isinstance(content, int) and not isinstance(content, bool)
    return Cell(float(content) if is_number and content is not None else content, node.at)


def _with(values: Cell, entry: Node) -> Cell:
    """Return values with one put in its place."""
    name = entry["name"].content
    if not isinstance(name, str):
        message = "the name of a value that it sets cannot be told"
        raise ChartError(message)
    return _put(values, list(_steps(name)), _single(entry))


def _single(entry: Node) -> Cell:
    value = entry["value"]
    if value.is_unknown or value.is_list or not isinstance(value.content, str):
        return cell_of(value)
    text = value.content
    if entry["type"].content == "string":
        return Cell(_unescaped(text), value.at)
    if text.startswith("{") and text.endswith("}"):
        items = [each for each in re.split(r"(?<!\\),", text[1:-1]) if each]
        return Cell([Cell(_typed(each.strip()), value.at) for each in items], value.at)
    return Cell(_typed(text), value.at)


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
