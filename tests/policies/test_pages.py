"""Every example of every page says what its policy says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit
from infraaudit.engine.verdict import Outcome
from infraaudit.policy import Profile
from tests.policies.pages import Example, all_examples

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 8, 1)


@pytest.mark.parametrize("example", all_examples(), ids=lambda each: f"{each.policy}: {each.verdict}: {each.title}")
def test_example_says_what_its_page_says(example: Example, tmp_path: Path) -> None:
    example.write_to(tmp_path)
    result = audit(tmp_path, Settings(today=TODAY, select=(example.policy,), profile=Profile.PREVIEW))
    assert not [row for row in result.ledger.policies if row.why]
    said = {(each.at.path, each.at.start_line, each.message) for each in result.findings}
    expected = [mark for mark in example.marks if mark.kind == "expect"]
    for mark in expected:
        found = {each for each in said if each[:2] == (mark.path, mark.line) and mark.words in each[2]}
        assert found, f"nothing at {mark.path}:{mark.line} says {mark.words!r}; said: {sorted(said)}; {_why(result)}"
        said -= found
    assert not said, "said, but not expected"
    assert bool(expected) == (example.verdict == "Reported"), "only a Reported example has expect marks"
    if example.verdict == "Accepted":
        outcomes = {verdict.outcome for verdict in result.verdicts}
        assert outcomes, "the policy meets no subject here, so nothing was accepted"
        assert outcomes <= {Outcome.PASS, Outcome.NOT_APPLICABLE}, _why(result)
    if example.verdict == "Unsure":
        reasons = [verdict.unsettled for verdict in result.unknowns if verdict.unsettled is not None]
        marks = [mark for mark in example.marks if mark.kind == "unsure"]
        assert marks, "an Unsure example marks the line that would settle it"
        for mark in marks:
            assert any(
                (each.at.path, each.at.start_line) == (mark.path, mark.line) and mark.words in each.why
                for each in reasons
            ), _why(result)


def _why(result: object) -> str:
    verdicts = getattr(result, "verdicts", ())
    return "; ".join(
        f"{each.subject.address}: {each.outcome} {each.exclusion or ''} {each.unsettled or ''}" for each in verdicts
    )
