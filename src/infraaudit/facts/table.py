"""Reads the tables: TOML files beside this one, a ``[table]`` head with source and date, then rows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its columns, and where they were read. ``words`` is how a report cites the row."""

    name: str
    columns: Mapping[str, Any]
    source: str
    date: str

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401 - the column's type is the table's business
        return self.columns[column]

    def get(self, column: str, otherwise: Any = None) -> Any:  # noqa: ANN401 - see above
        """Return a column, or ``otherwise`` where the row leaves it out."""
        return self.columns.get(column, otherwise)

    @property
    def words(self) -> str:
        """The citation: source and date of checking."""
        return f"{self.source} ({self.date})"


@dataclass(frozen=True, slots=True)
class Fact:
    """A single default value with its citation."""

    value: Any
    words: str


@cache
def table(name: str) -> Mapping[str, Row]:
    """Return the rows of ``<name>.toml`` by their names, in the order written.

    A row without a ``source`` or ``date`` of its own has those of the table's head.
    """
    text = files("infraaudit.facts").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    head = document.pop("table")
    return {
        key: Row(
            key,
            {column: value for column, value in columns.items() if column not in {"source", "date"}},
            columns.get("source", head["source"]),
            str(columns.get("date", head["date"])),
        )
        for key, columns in document.items()
    }


def fact(table_name: str, row_name: str, column: str = "value") -> Fact:
    """Return one value of a table with its citation.

    Raises ``KeyError`` for a row or column that the table does not have: facts are not guessed.
    """
    row = table(table_name)[row_name]
    return Fact(row[column], row.words)
