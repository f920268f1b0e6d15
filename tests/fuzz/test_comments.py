"""Comments and suppressions under arbitrary text: nothing is raised, and every place lies inside the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from infraaudit.engine.suppress import suppress, suppressions_of
from infraaudit.source.comments import comments_of
from infraaudit.source.file import SourceFile, SourceTree

OURS = ("infraaudit: ignore[", "a/b", "]", ",", "reason", "(until ", "2026-01-01", "2026-99-99", ")")
OTHERS = ("checkov:skip=", "CKV_1", "trivy:ignore:", "AVD-1", ":exp:", "hadolint ignore=", "kics-scan disable=")
TEXT = ("#", "//", "/*", "*/", " ", "\n", "\r\n", "a: 1", "---", "}", ":", "[", "\u2028", "\ud800")
PIECES = st.sampled_from((*OURS, *OTHERS, *TEXT))
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60))


@given(TEXTS)
@example("#infraaudit: ignore[a/b] reason (until (until 2026-01-01)")
def test_every_suppression_lies_inside_its_file_and_can_be_judged(text: str) -> None:
    file = SourceFile("a", text)
    for comment in comments_of(file):
        assert comment.at.end_line <= len(file.lines)
        assert comment.at.end_column == len(file.lines[comment.at.start_line - 1]) + 1
    found = tuple(suppressions_of(SourceTree(Path(), ("a",), (), {"a": file}), ("a",)))
    for each in found:
        first, last = each.lines
        assert 1 <= first <= each.at.start_line <= last <= len(file.lines) + 1
    _, remarks = suppress((), found, (), date(2026, 8, 1))
    assert len(remarks) == sum(each.tool == "infraaudit" for each in found)


IDS = st.lists(st.from_regex(r"[a-z]{1,8}/[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True), min_size=1, max_size=3)
REASONS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=20)


@given(IDS, REASONS, st.none() | st.dates(), st.sampled_from(["# ", "#", "// ", "/* "]))
def test_a_suppression_is_read_as_it_was_written(ids: list[str], reason: str, until: date | None, marker: str) -> None:
    end = f" (until {until})" if until is not None else ""
    file = SourceFile("a", f"a: 1 {marker}infraaudit: ignore[{', '.join(ids)}] {reason}{end}\n")
    found = list(suppressions_of(SourceTree(Path(), ("a",), (), {"a": file}), ("a",)))
    assert [(each.id, each.reason, each.until, each.misdated) for each in found] == [
        (identity, reason, until, "") for identity in ids
    ]
