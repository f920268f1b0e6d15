"""Shapes that scanners get wrong come to the right verdict, and the finding stands where it can be changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit
from infraaudit.engine.verdict import Outcome
from tests.unit.readers.terraform.shapes import FINDING, SHAPES, SILENCE, UNKNOWN, Shape
from tests.unit.readers.terraform.trees import tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.engine.result import Result
    from infraaudit.source.span import Span

MOST_UNKNOWN = 0.1


def _audited(tmp_path: Path, shape: Shape) -> Result:
    tree_of(tmp_path, shape.files)
    return audit(tmp_path, Settings(today=date(2026, 1, 1), select=(shape.policy,)))


def _verdict(result: Result) -> str:
    outcomes = {verdict.outcome for verdict in result.verdicts}
    if Outcome.FAIL in outcomes:
        return FINDING
    return UNKNOWN if Outcome.UNKNOWN in outcomes else SILENCE


def _text(files: dict[str, str], at: Span) -> str:
    line = files[at.path].splitlines()[at.start_line - 1]
    return line[at.start_column - 1 : at.end_column - 1 if at.end_line == at.start_line else None]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.title)
def test_a_shape_comes_to_the_right_verdict(tmp_path: Path, shape: Shape) -> None:
    result = _audited(tmp_path, shape)
    assert _verdict(result) == shape.expected
    if shape.place is not None:
        assert [(each.at.path, _text(shape.files, each.at)) for each in result.findings] == [shape.place]


def test_there_are_many_shapes_and_few_are_left_open() -> None:
    assert len(SHAPES) >= 60
    assert sum(shape.expected == UNKNOWN for shape in SHAPES) <= MOST_UNKNOWN * len(SHAPES)
