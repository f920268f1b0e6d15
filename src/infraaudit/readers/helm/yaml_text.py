"""Writes values as YAML in the way of Helm's ``toYaml``, each key and scalar with the place that it came from."""

from __future__ import annotations

import json
import re
from functools import cmp_to_key
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, ChartError, Native, Piece, Text, Undecided, refuse_too_large
from infraaudit.readers.helm.go_text import json_float
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_scalars import resolve_scalar
from infraaudit.source.yaml_tree import Dialect, YamlScalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DEEPEST = 100
_NOT_PLAIN = re.compile(
    r"^[,\[\]{}#&*!|>'\"%@`=\s]|^[-?](\s|$)|^$|: |:$| #|\s$|^---|^\.\.\.|[\x00-\x1f\x7f\x85\u2028\u2029]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")
_NUMERIC = re.compile(
    r"[-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+|[-+]?\.[0-9_]+|\.(inf|nan)", re.IGNORECASE
)
_NOWHERE = whole_file("")


def yaml_text(cell: Cell, stand_in: Callable[[Undecided], str]) -> Text:
    """Return the YAML of a value without the last newline."""
    refuse_too_large(cell)
    pieces = list(_lines(cell, "", stand_in, 0))
    text = Text.of(pieces)
    return text.part(0, len(text.rstrip("\n")))


def _lines(cell: Cell, indent: str, stand_in: Callable[[Undecided], str], depth: int) -> Iterator[Piece]:
    if depth > _DEEPEST:
        message = "a value is nested too deep"
        raise ChartError(message)
    match cell.data:
        case dict() as entries if entries:
            for number, key in enumerate(sorted(entries, key=cmp_to_key(_compared))):
                child, written = entries[key], _scalar(key, indent, -len(key))
                yield Piece(("" if number == 0 else indent) + written + ":", None, child.key)
                yield from _below(child, indent, len(indent) + len(written) + 2, (stand_in, depth))
        case list() as items if items:
            for number, child in enumerate(items):
                yield Piece(("" if number == 0 else indent) + "- ", None, child.origin)
                yield from _lines(child, indent + "  ", stand_in, depth + 1)
        case _:
            yield Piece(_leaf(cell, indent or "  ", len(indent), stand_in) + "\n", None, cell.origin)


def _compared(one: str, other: str) -> int:
    """Compare keys as Go's writer sorts them: signs before letters, and numbers within them by their value."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left == right:
            continue
        if left.isalpha() and right.isalpha():
            return -1 if left < right else 1
        if left.isalpha() or right.isalpha():
            return -1 if right.isalpha() else 1
        return _compared_numbers(one, other, index) or (-1 if left < right else 1)
    return len(one) - len(other)


def _compared_numbers(one: str, other: str, index: int) -> int:
    """Compare the numbers at a place where two keys begin to differ, naught where neither is greater."""
    before = re.search(r"\d*$", one[:index])
    lead = "1" if "0" in {one[index], other[index]} and before is not None and before[0].strip("0") else ""
    left, right = (re.match(r"\d*", key[index:]) for key in (one, other))
    if left is None or right is None:
        return 0
    numbers = [int(f"0{lead}{match[0]}") for match in (left, right)]
    return numbers[0] - numbers[1] or len(left[0]) - len(right[0])


def _below(child: Cell, indent: str, column: int, how: tuple[Callable[[Undecided], str], int]) -> Iterator[Piece]:
    stand_in, depth = how
    if isinstance(child.data, dict) and child.data:
        yield Piece(f"\n{indent}  ", None, child.origin)
        yield from _lines(child, indent + "  ", stand_in, depth + 1)
    elif isinstance(child.data, list) and child.data:
        yield Piece(f"\n{indent}", None, child.origin)
        yield from _lines(child, indent, stand_in, depth + 1)
    else:
        yield Piece(" " + _leaf(child, indent + "  ", column, stand_in) + "\n", None, child.origin)


_WIDTH = 80
"""The column after which Go's writer breaks a line at its next blank."""


def _folded(text: str, indent: str, column: int) -> str:
    if column + len(text) <= _WIDTH:
        return text
    written: list[str] = []
    for position, character in enumerate(text):
        is_inside = 0 < position < len(text) - 1 and " " not in {text[position - 1], text[position + 1]}
        if character == " " and column > _WIDTH and is_inside:
            written.append("\n" + indent)
            column = len(indent)
        else:
            written.append(character)
            column += 1
    return "".join(written)


def _leaf(  # noqa: PLR0911 - one kind of value a line
    cell: Cell, indent: str, column: int, stand_in: Callable[[Undecided], str]
) -> str:
    match cell.data:
        case None:
            return "null"
        case bool() as data:
            return str(data).lower()
        case int() as data:
            return str(data)
        case float() as data:
            return json_float(data)
        case dict():
            return "{}"
        case list():
            return "[]"
        case Undecided() as data:
            return stand_in(data)
        case Native() as data:
            return data.shown
        case data:
            return _scalar(data, indent, column)


def _scalar(text: str, indent: str, column: int) -> str:
    if "\n" in text and not _CONTROL.search(text):
        return _block(text, indent)
    if _CONTROL.search(text) or "\n" in text or "\t" in text:
        return _folded(json.dumps(text, ensure_ascii=False), indent, column)
    if _means_something_else(text):
        return f'"{text}"'
    if _NOT_PLAIN.search(text):
        text = "'" + text.replace("'", "''") + "'"
    return _folded(text, indent, column)


def _means_something_else(text: str) -> bool:
    if not text or _DATE.fullmatch(text) or _NUMERIC.fullmatch(text):
        return True
    scalar = YamlScalar(text, plain=True, tag=None, at=_NOWHERE)
    return not isinstance(resolve_scalar(scalar, Dialect.KUBERNETES), str)


def _block(text: str, indent: str) -> str:
    body = text.rstrip("\n")
    kept = len(text) - len(body)
    chomp = {0: "-", 1: ""}.get(kept, "+")
    hint = "2" if text[0] in " \n" else ""
    lines = "\n".join(indent + line if line else "" for line in body.split("\n"))
    return f"|{hint}{chomp}\n{lines}" + "\n" * max(kept - 1, 0)
