"""The values that a ``helm_release`` gives to its chart: documents, then single values by their path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, ChartError
from infraaudit.readers.helm.parameters import cell_from_node, put, values_in_text, written_value
from infraaudit.readers.helm.values import overlaid
from infraaudit.readers.terraform.language.values import why_unknown
from infraaudit.readers.terraform.lifting.arguments import blocks

if TYPE_CHECKING:
    from infraaudit.model.node import Node

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
        return cell_from_node(node.structure)
    if not isinstance(node.content, str):
        message = f"its values cannot be told: {why_unknown(node)}"
        raise ChartError(message)
    return values_in_text(node.content, node.at)


def _with(values: Cell, entry: Node) -> Cell:
    """Return values with one put in its place."""
    name = entry["name"].content
    if not isinstance(name, str):
        message = "the name of a value that it sets cannot be told"
        raise ChartError(message)
    return put(values, name, _single(entry))


def _single(entry: Node) -> Cell:
    value = entry["value"]
    if value.is_unknown or value.is_list or not isinstance(value.content, str):
        return cell_from_node(value)
    text = value.content
    return written_value(text, value.at, as_text=entry["type"].content == "string")
