from __future__ import annotations

import pytest

from infraaudit.facts import Row, table
from infraaudit.model import FacetName, Weight
from infraaudit.model.facet import Faceted
from tests.unit.readers.terraform.aws.builder import lifted

NAME = "sessions"
"""A cache of this name holds what cannot be rebuilt, and so is asked for its backups."""

TABLES = ("aws_facets", "google_facets", "azure_facets")


@pytest.mark.parametrize("row", [row for name in TABLES for row in table(name).values()], ids=lambda row: str(row.name))
def test_every_row_is_answered_by_an_entity(row: Row) -> None:
    entity = next(each for each in lifted(f"{row['type']}.{NAME}: {{}}\n", Faceted) if each.kind == row["type"])
    facet = entity.facet(FacetName(row["facet"]))
    assert facet is not None
    assert facet.setting == row["setting"]
    assert facet.weight in Weight
    assert facet.equivalents == tuple(row.get("equivalents", ()))


def test_no_question_is_asked_twice_of_a_type() -> None:
    asked = [(row["type"], row["facet"]) for name in TABLES for row in table(name).values()]
    assert len(asked) == len(set(asked))
