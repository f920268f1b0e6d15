"""Findings on charts stand in the file and the block that must change: a hundred and three of them, labelled by hand.

``fixtures/policies/charts.txt`` holds charts in many styles. ``#! slug`` at the end of a line says that one finding of
that policy, at least, belongs to the line or to what is indented below it; no other finding may come of these charts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit

if TYPE_CHECKING:
    from collections.abc import Iterator

CHARTS = Path(__file__).parents[2] / "fixtures" / "policies" / "charts.txt"
_CHART = re.compile(r"^=== (.+)\n", re.MULTILINE)
_FILE = re.compile(r"^--- (\S+)\n", re.MULTILINE)
_LABEL = re.compile(r"#! (\S+)$")

MISSED = {("anchors/values.yaml", 8, "weak-default-credential")}
"""A text of several lines in a values file is one place: the finding stands at its first line."""


@dataclass(frozen=True)
class Label:
    """Where a finding belongs: a line, and the last of those that are indented below it."""

    path: str
    first: int
    last: int
    policy: str


def files() -> Iterator[tuple[str, str]]:
    parts = _CHART.split(CHARTS.read_text(encoding="utf-8"))[1:]
    for chart, text in zip(parts[::2], parts[1::2], strict=True):
        inner = _FILE.split(text)[1:]
        yield from ((f"{chart}/{path}", body) for path, body in zip(inner[::2], inner[1::2], strict=True))


def labels_in(path: str, text: str) -> Iterator[Label]:
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        found = _LABEL.search(line)
        if found is None:
            continue
        depth, last = _depth(line), number
        while last < len(lines) and (not lines[last].strip() or _depth(lines[last]) > depth):
            last += 1
        yield Label(path, number, last, found[1])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, int]]:
    """Return the policy, file and line of every finding."""
    root = tmp_path_factory.mktemp("charts")
    for path, text in files():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    result = audit(root, Settings(today=date(2026, 11, 28)))
    assert result.is_complete
    return [(each.policy.id.rpartition("/")[2], each.at.path, each.at.start_line) for each in result.active]


def test_every_finding_names_a_file_that_is_there(found: list[tuple[str, str, int]]) -> None:
    lengths = {path: len(text.split("\n")) for path, text in files()}
    assert all(0 < line <= lengths[path] for _, path, line in found)


def test_findings_stand_in_the_blocks_that_are_labelled(found: list[tuple[str, str, int]]) -> None:
    labels = [label for path, text in files() for label in labels_in(path, text)]
    assert len(labels) >= 100
    at: dict[tuple[str, str], list[int]] = {(policy, path): [] for policy, path, _ in found}
    for policy, path, line in found:
        at[policy, path].append(line)
    missed = {
        (each.path, each.first, each.policy)
        for each in labels
        if not any(each.first <= line <= each.last for line in at.get((each.policy, each.path), []))
    }
    assert missed == MISSED


def test_no_finding_stands_where_nobody_put_a_label(found: list[tuple[str, str, int]]) -> None:
    labels = [label for path, text in files() for label in labels_in(path, text)]
    stray = [
        (path, line, policy)
        for policy, path, line in found
        if not any((each.path, each.policy) == (path, policy) and each.first <= line <= each.last for each in labels)
    ]
    assert stray == [("anchors/values.yaml", 7, "weak-default-credential")]
