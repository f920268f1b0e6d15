"""Dated tables of what platforms and programs do by default. Every row names its source and the date of checking."""

from infraaudit.facts.table import Fact, Row, fact, table

__all__ = ["Fact", "Row", "fact", "table"]
