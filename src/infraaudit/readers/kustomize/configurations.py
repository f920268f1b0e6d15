"""Reads the tables by which a kustomization extends what transformers touch: references to names, and other fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import known_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node

_NAMES = "nameReference"
_EVERYWHERE = ("metadata/",)


@dataclass(frozen=True, slots=True)
class NameReference:
    """A field of objects of a kind (of all where it is empty) that holds the name of an object of another kind."""

    kind: str
    referrer: str
    path: tuple[str, ...]


def references_of(document: Node) -> Iterator[NameReference]:
    """Yield the references to names that a table adds."""
    for row in document[_NAMES].each():
        kind = known_value(row["kind"].string())
        for field in row["fieldSpecs"].each():
            path = known_value(field["path"].string())
            if kind and path:
                yield NameReference(kind, known_value(field["kind"].string()) or "", tuple(path.split("/")))


def fields_of(document: Node) -> Iterator[Node]:
    """Yield each field that a table names for another transformer."""
    rows = (row for name, table_rows in document.items() if name != _NAMES for row in table_rows.each())
    for row in rows:
        yield from row["fieldSpecs"].each() if row["fieldSpecs"].is_list else (row,)


def touches_judged_objects(field: Node) -> bool:
    """Tell whether a field belongs to a kind that is more than a name to the model."""
    if (known_value(field["path"].string()) or "").startswith(_EVERYWHERE):
        return False
    kind = known_value(field["kind"].string())
    judged = {
        *table("kustomize")["pod_spec"].columns,
        *fact("kustomize", "judged", "kinds").value,
        *(name.partition(" ")[2] for name in table("workload_kinds")),
    }
    return not kind or kind in judged
