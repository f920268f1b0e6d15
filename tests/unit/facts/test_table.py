"""Facts: rows with a citation, and no answer where there is no row."""

from __future__ import annotations

import pytest

from infraaudit.facts import fact, table


def test_a_fact_comes_with_its_source_and_date() -> None:
    found = fact("defaults", "kubernetes.replicas")
    assert found.value == 1
    assert found.words.startswith("Kubernetes API reference")
    assert found.words.endswith(f"({table('defaults')['kubernetes.replicas'].date})")


def test_columns_do_not_hold_the_citation() -> None:
    assert set(table("defaults")["kubernetes.replicas"].columns) == {"value"}


@pytest.mark.parametrize(("row", "column"), [("kubernetes.no_such_row", "value"), ("kubernetes.replicas", "nothing")])
def test_a_fact_that_no_table_holds_is_not_guessed(row: str, column: str) -> None:
    with pytest.raises(KeyError):
        fact("defaults", row, column)


def test_a_column_that_a_row_leaves_out_has_what_the_caller_says() -> None:
    row = table("defaults")["kubernetes.replicas"]
    assert row.get("value", 7) == 1
    assert row.get("nothing", 7) == 7


def test_rows_stand_in_the_order_written() -> None:
    names = list(table("defaults"))
    assert names[0] == "kubernetes.replicas"
    assert "table" not in names
