"""The structure of a JSON or YAML text that is written as a template, unknown parts in their places."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from infraaudit.model.node import Node
from infraaudit.readers.terraform.language.values import scalar_node, unresolved, why_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraaudit.source.span import Span

_LONGEST = 200_000
_MARK = re.compile("\ue000(\\d+)\ue001")
_API = re.compile(r"(?:\s|---|#[^\n]*\n)*[\"']?(?:openapi|swagger)[\"']?\s*:")


def structure_of(pieces: Sequence[str | Node], at: Span) -> Node | None:
    """Return what the JSON text of these pieces encodes, each unknown piece a value of its own.

    Every part has the place of the text. Returns ``None`` where the text is no JSON.
    """
    unknown = [piece for piece in pieces if isinstance(piece, Node)]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if sum(map(len, texts)) > _LONGEST or any("\ue000" in text for text in texts):
        return None
    try:
        value: object = json.loads(_marked(pieces))
    except (ValueError, RecursionError):
        return None
    return _node(value, unknown, at)


def _marked(pieces: Sequence[str | Node]) -> str:
    """Return the text with a mark in place of each unknown piece, quoted where it does not stand in quotes."""
    result: list[str] = []
    quoted = False
    number = 0
    for piece in pieces:
        if isinstance(piece, str):
            quotes = len(re.findall(r'(?<!\\)(?:\\\\)*"', piece))
            quoted = quoted != bool(quotes % 2)
            result.append(piece)
            continue
        mark = f"\ue000{number}\ue001"
        result.append(mark if quoted else f'"{mark}"')
        number += 1
    return "".join(result)


def _node(value: object, unknown: Sequence[Node], at: Span) -> Node:
    if isinstance(value, dict):
        return Node({str(key): _node(child, unknown, at) for key, child in value.items()}, at)
    if isinstance(value, list):
        return Node(tuple(_node(child, unknown, at) for child in value), at)
    if isinstance(value, str):
        return _text(value, unknown, at)
    if isinstance(value, bool | int | float):
        return scalar_node(value, at)
    return Node(None, at)


def _text(text: str, unknown: Sequence[Node], at: Span) -> Node:
    marks = [unknown[int(number)] for number in _MARK.findall(text)]
    if not marks:
        return Node(text, at)
    if _MARK.fullmatch(text):
        structure = marks[0].structure
        return structure if structure is not None else marks[0]
    return unresolved(why_unknown(marks[0]), at, *marks)


# -- YAML ---------------------------------------------------------------------------------------------------------


def describes_an_api(text: str) -> bool:
    """Tell whether a text begins as a description of an API does; of other texts none is taken for YAML."""
    return _API.match(text) is not None


def yaml_structure_of(pieces: Sequence[str | Node], at: Span) -> Node | None:
    """Return what the YAML text of these pieces encodes, as of JSON; ``None`` where the text is no YAML."""
    from infraaudit.model.node import node_from_yaml  # noqa: PLC0415 - few texts are YAML
    from infraaudit.source.file import SourceFile  # noqa: PLC0415 - as above
    from infraaudit.source.yaml_parse import parse_yaml  # noqa: PLC0415 - as above
    from infraaudit.source.yaml_tree import Dialect  # noqa: PLC0415 - as above

    unknown = [piece for piece in pieces if isinstance(piece, Node)]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if sum(map(len, texts)) > _LONGEST or any("\ue000" in text for text in texts):
        return None
    numbers = iter(range(len(unknown)))
    text = "".join(piece if isinstance(piece, str) else f"\ue000{next(numbers)}\ue001" for piece in pieces)
    parsed = parse_yaml(SourceFile(at.path, text))
    if parsed.problems or len(parsed.documents) != 1:
        return None
    return _at(node_from_yaml(parsed.documents[0], Dialect.CORE), unknown, at)


def _at(node: Node, unknown: Sequence[Node], at: Span) -> Node:
    """Return a tree with every part at the place of the text, and the unknown pieces back in theirs."""
    if node.is_mapping:
        return Node({key: _at(child, unknown, at) for key, child in node.items()}, at)
    if node.is_list:
        return Node(tuple(_at(child, unknown, at) for child in node.each()), at)
    if isinstance(node.content, str):
        return _text(node.content, unknown, at)
    return Node(node.content, at)
