"""Every table of facts says where its rows come from, and when that was looked up."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

TABLES = sorted((Path(__file__).parents[2] / "src" / "infraaudit" / "facts").glob("*.toml"))
ELSEWHERE = "see each row"


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _is_date(text: str) -> bool:
    """Tell a day or a month in the calendar."""
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text):
        return False
    try:
        date.fromisoformat(text if text.count("-") > 1 else f"{text}-01")
    except ValueError:
        return False
    return True


def test_there_are_tables() -> None:
    assert TABLES


@pytest.mark.parametrize("path", TABLES, ids=lambda each: each.stem)
def test_a_table_has_a_head_with_its_source_and_date(path: Path) -> None:
    head = _read(path)["table"]
    assert head["source"].strip()
    assert _is_date(str(head["date"])), head["date"]


@pytest.mark.parametrize("path", TABLES, ids=lambda each: each.stem)
def test_every_row_has_a_source_and_a_date_that_can_be_looked_up(path: Path) -> None:
    document = _read(path)
    head = document.pop("table")
    for name, row in document.items():
        source = row.get("source", head["source"])
        assert source.strip(), name
        assert source != ELSEWHERE, f"{name} has no source of its own"
        assert _is_date(str(row.get("date", head["date"]))), name


@pytest.mark.parametrize("path", TABLES, ids=lambda each: each.stem)
def test_a_table_opens_with_a_sentence_about_itself(path: Path) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith("# ")
