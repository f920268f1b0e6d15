"""Looks into the tables by which a kustomization extends what transformers touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import known_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node

_EVERYWHERE = ("metadata/",)


def fields_of(document: Node) -> Iterator[Node]:
    """Yield each field that a table names."""
    rows = (row for _, table_rows in document.items() for row in table_rows.each())
    for row in rows:
        yield from row["fieldSpecs"].each() if row["fieldSpecs"].is_list else (row,)


def touches_judged_objects(field: Node) -> bool:
    """Tell whether a field belongs to a kind that is more than a name to the model."""
    if (known_value(field["path"].string()) or "").startswith(_EVERYWHERE):
        return False
    kind = known_value(field["kind"].string())
    judged = {*table("kustomize")["pod_spec"].columns, *fact("kustomize", "judged", "kinds").value}
    return not kind or kind in judged
