"""The result of an audit: what counts as active, as open, as a strength, and as complete."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infraaudit.engine.group import group
from infraaudit.engine.ledger import Ledger, policy_rows
from infraaudit.engine.result import Result
from infraaudit.engine.verdict import Suppression, Verdict
from infraaudit.model import Deployment, Estate
from infraaudit.policy import Severity
from infraaudit.readers.reading import FileRow, FileState
from infraaudit.source.file import SourceTree
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from tests.unit.engine.judging import REPLICAS_AT, copies, judged, not_told, packed, with_replicas

POLICY = packed(severity=Severity.MEDIUM)
SUBJECTS = (
    copies(1, "failing"),
    copies(3, "fine"),
    with_replicas(not_told(), "open"),
    copies(1, "local", Deployment("compose:dev", "dev", local=True)),
)


def result(*problems: Problem, rows: tuple[str, ...] = (REPLICAS_AT.path,)) -> Result:
    verdicts = tuple(each for each in judged(POLICY, *SUBJECTS) if isinstance(each, Verdict))
    files = tuple(FileRow(path, "kubernetes", FileState.PARSED) for path in rows)
    ledger = Ledger(files, (), policy_rows((POLICY,), verdicts), problems)
    tree = SourceTree(Path(), rows, problems)
    return Result(tree, Estate.of_parts(SUBJECTS), (POLICY,), verdicts, group(verdicts), (), ledger)


def test_each_verdict_is_counted_under_one_heading() -> None:
    whole = result()
    assert [each.subject.name for each in whole.unknowns] == ["open"]
    assert [each.subject.name for each in whole.strengths] == ["fine"]
    assert [each.subject.name for each in whole.excluded] == ["local"]
    assert [each.resource for each in whole.active] == ["service failing"]


def test_what_is_suppressed_is_neither_active_nor_a_cause_nor_a_failure() -> None:
    whole = result()
    silenced = tuple(replace(each, suppression=Suppression("x", "a demo", each.at)) for each in whole.findings)
    quiet = replace(whole, findings=silenced)
    assert (quiet.active, quiet.causes) == ((), 0)
    assert not quiet.at_or_above(Severity.LOW)


@pytest.mark.parametrize(
    ("severity", "reached"), [(Severity.LOW, True), (Severity.MEDIUM, True), (Severity.HIGH, False)]
)
def test_a_gate_is_reached_by_the_heaviest_active_finding(severity: Severity, *, reached: bool) -> None:
    assert result().at_or_above(severity) is reached


def test_findings_at_one_place_have_one_cause() -> None:
    whole = result()
    twice = replace(whole, findings=whole.findings * 2)
    assert (len(twice.active), twice.causes) == (2, 1)


def test_a_folder_that_could_not_be_listed_leaves_the_audit_incomplete() -> None:
    folder = Problem(ProblemKind.UNREADABLE, whole_file("secret"), "Permission denied")
    assert result().is_complete
    assert not result(folder).is_complete
    assert result(folder).unlisted == (folder,)


def test_a_note_and_what_has_its_own_row_are_no_further_gap() -> None:
    note = Problem(ProblemKind.NOTE, whole_file("secret"), "x")
    listed = Problem(ProblemKind.SYNTAX, whole_file(REPLICAS_AT.path), "x")
    assert result(note, listed).unlisted == ()
