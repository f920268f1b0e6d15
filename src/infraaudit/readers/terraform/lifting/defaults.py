"""Puts a cloud's defaults, which are rows of its table, in place of what is not written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact

if TYPE_CHECKING:
    from infraaudit.model import Node, Value


@dataclass(frozen=True, slots=True)
class Defaults:
    """The defaults of one cloud: ``table`` is the name of their table."""

    table: str

    def integer(self, node: Node, row: str) -> Value[int]:
        """Return a whole number, or the default under ``row``."""
        stated = fact(self.table, row)
        return node.integer_or(int(stated.value), stated.words)

    def boolean(self, node: Node, row: str) -> Value[bool]:
        """Return true or false, or the default under ``row``."""
        stated = fact(self.table, row)
        return node.boolean_or(bool(stated.value), stated.words)

    def string(self, node: Node, row: str) -> Value[str]:
        """Return a text, or the default under ``row``."""
        stated = fact(self.table, row)
        return node.string_or(str(stated.value), stated.words)
