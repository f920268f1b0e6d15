"""Suppressions: what they reach, what makes them void, and what is said of those that are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from infraaudit.engine.group import group
from infraaudit.engine.suppress import Coverage, coverage_of, suppress, suppressions_of
from infraaudit.engine.verdict import Remark, ReportedFinding, Verdict
from infraaudit.model import Known, Workload
from infraaudit.policy import Finding, Findings
from infraaudit.source.file import SourceFile, SourceTree
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from tests.unit.engine.judging import documented, judged, not_told, packed, with_replicas

TODAY = date(2026, 8, 1)
FILE = "deploy/web.yaml"
POLICY = packed(
    formerly=("replicas/one",),
    equivalents=("checkov:CKV_K8S_1", "AVD-X-0001", "DL3008", "kics:b16e8501-ef3c-44e1-a543-a093238099c9"),
)


@documented
def other(_: Workload) -> Findings:
    yield from ()


OTHER = packed(other)
OURS = "# infraaudit: ignore[resilience/single-copy]"


def tree(text: str, path: str = FILE) -> SourceTree:
    return SourceTree(Path(), (path,), (), {path: SourceFile(path, dedent(text))})


def finding_at(source: SourceTree, words: str, path: str = FILE) -> ReportedFinding:
    """Return the finding that one copy is too few, at the first place of these words."""
    file = source.open(path)
    assert isinstance(file, SourceFile)
    start = file.text.index(words)
    workload = with_replicas(Known(1, file.span_of_text(start, start + len(words))))
    (finding,) = group(each for each in judged(POLICY, workload) if isinstance(each, Verdict))
    return finding


def applied(
    text: str, words: str = "replicas: 1", *, path: str = FILE, coverage: Coverage | None = None
) -> tuple[ReportedFinding, tuple[Remark, ...]]:
    """Apply the suppressions of a file to the finding at these words."""
    source = tree(text, path)
    finding = finding_at(source, words, path)
    (marked,), remarks = suppress((finding,), suppressions_of(source, source.paths), (POLICY, OTHER), TODAY, coverage)
    return marked, remarks


def silenced(text: str, words: str = "replicas: 1", path: str = FILE) -> bool:
    return applied(text, words, path=path)[0].suppression is not None


def remarks_on(text: str, coverage: Coverage | None = None) -> list[str]:
    return [remark.kind for remark in applied(text, coverage=coverage)[1]]


# -- what one reaches ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"replicas: 1 {OURS} a demo\n",
        f"{OURS} a demo\nreplicas: 1\n",
        f"a:\n    {OURS} a demo\n    replicas: 1\n",
        f"{OURS} a demo\n# another comment\nreplicas: 1\n",
        "replicas: 1 // infraaudit: ignore[resilience/single-copy] a demo\n",
        "/* infraaudit: ignore[resilience/single-copy] a demo */\nreplicas: 1\n",
        "replicas: 1 # infraaudit:ignore[resilience/other, resilience/single-copy] a demo\n",
        "replicas: 1 # infraaudit: ignore[replicas/one] a demo\n",
    ],
)
def test_a_finding_is_silenced_on_its_line_and_from_the_lines_above(text: str) -> None:
    assert silenced(text)


@pytest.mark.parametrize(
    "text",
    [
        f"other: 1 {OURS} a demo\nreplicas: 1\n",
        f"{OURS} a demo\nother: 1\nreplicas: 1\n",
        f"{OURS} a demo\n\nreplicas: 1\n",
        f"replicas: 1\n{OURS} a demo\n",
        "replicas: 1 # infraaudit: ignore[resilience/other] a demo\n",
        "replicas: 1 # infraaudit: ignore[single-copy] a demo\n",
        "replicas: 1 # infraaudit: ignore[resilience] a demo\n",
        "replicas: 1 # infraaudit: ignore a demo\n",
    ],
)
def test_a_finding_elsewhere_or_of_another_policy_is_not_silenced(text: str) -> None:
    assert not silenced(text)


def test_a_comment_within_the_finding_silences_it() -> None:
    text = f"block:\n  a: 1\n  b: 2 {OURS} a demo\nend: 3\n"
    assert silenced(text, "block:\n  a: 1\n  b: 2")
    assert not silenced(text, "block:\n  a: 1\n")


def test_a_comment_in_another_file_silences_nothing() -> None:
    source = tree(f"replicas: 1 {OURS} a demo\n")
    elsewhere = tree("replicas: 1\n", "other.yaml")
    findings = (finding_at(elsewhere, "replicas: 1", "other.yaml"),)
    ((marked,), _) = suppress(findings, suppressions_of(source, source.paths), (POLICY,), TODAY)
    assert marked.suppression is None


def test_the_suppression_is_kept_with_its_reason_and_place() -> None:
    suppression = applied(f"replicas: 1 {OURS} a demo (until 2026-12-31)\n")[0].suppression
    assert suppression is not None
    assert (suppression.reason, suppression.until) == ("a demo", date(2026, 12, 31))
    assert str(suppression.at) == f"{FILE}:1:13"


def test_a_file_that_cannot_be_read_has_no_suppressions(tmp_path: Path) -> None:
    assert list(suppressions_of(SourceTree(tmp_path, ("gone.yaml",)), ("gone.yaml",))) == []


# -- other tools ---------------------------------------------------------------------------------------------------

TERRAFORM = """
    resource "a" "first" {
      # checkov:skip=CKV_K8S_1:a demo
      name = "first"

      replicas = 1
    }

    resource "a" "second" {
      replicas = 2
    }
"""


def test_a_skip_of_checkov_reaches_over_its_block_and_no_further() -> None:
    assert silenced(TERRAFORM, "replicas = 1", "main.tf")
    assert not silenced(TERRAFORM, "replicas = 2", "main.tf")


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("replicas: 1 # checkov:skip=CKV_K8S_1\n", "checkov"),
        ("replicas: 1 # checkov:skip=CKV_X,CKV_K8S_1: a demo\n", "checkov"),
        ("#trivy:ignore:AVD-X-0001\nreplicas: 1\n", "trivy"),
        ("#trivy:ignore:AVD-Y-0002 trivy:ignore:AVD-X-0001\nreplicas: 1\n", "trivy"),
        ("replicas: 1 # tfsec:ignore:AVD-X-0001\n", "trivy"),
        ("replicas: 1 # trivy:ignore:AVD-X-0001:exp:2026-12-31\n", "trivy"),
        ("# hadolint ignore=DL3006,DL3008\nreplicas: 1\n", "hadolint"),
        ("# hadolint global ignore=DL3008\na: 1\nreplicas: 1\n", "hadolint"),
        ("# kics-scan disable=b16e8501-ef3c-44e1-a543-a093238099c9\na: 1\nreplicas: 1\n", "kics"),
    ],
)
def test_what_was_written_for_other_tools_is_honoured_through_equivalents(text: str, tool: str) -> None:
    suppression = applied(text)[0].suppression
    assert suppression is not None
    assert suppression.tool == tool


@pytest.mark.parametrize(
    "text",
    [
        "replicas: 1 # checkov:skip=CKV_K8S_11\n",
        "replicas: 1 # trivy:ignore:AVD-X-00010\n",
        "replicas: 1 # trivy:ignore:AVD-X-0001:exp:2026-07-31\n",
        "replicas: 1 # trivy:ignore:AVD-X-0001[name=other]\n",
        "# hadolint ignore=DL3008\na: 1\nreplicas: 1\n",
        "replicas: 1 # infraaudit: ignore[CKV_K8S_1] a demo\n",
        "---\n# checkov:skip=CKV_K8S_1\na: 1\n---\nreplicas: 1\n",
    ],
)
def test_what_does_not_speak_of_the_finding_is_not_honoured(text: str) -> None:
    assert not silenced(text)


def test_nothing_is_remarked_about_the_comments_of_other_tools() -> None:
    assert remarks_on("replicas: 1\n# checkov:skip=CKV_K8S_99\n# hadolint ignore=DL9999\n") == []


# -- what makes one void -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", " ", " (until 2026-12-31)"])
def test_a_reason_is_required(reason: str) -> None:
    marked, (remark,) = applied(f"replicas: 1 {OURS}{reason}\n")
    assert marked.suppression is None
    assert remark.kind == "no-reason"
    assert str(remark.at) == f"{FILE}:1:13"


@pytest.mark.parametrize(
    ("until", "in_force"), [("2026-08-02", True), ("2026-08-01", True), ("2026-07-31", False), ("2025-01-01", False)]
)
def test_a_suppression_ends_after_its_last_day(until: str, *, in_force: bool) -> None:
    marked, remarks = applied(f"replicas: 1 {OURS} a demo (until {until})\n")
    assert (marked.suppression is not None) is in_force
    assert [remark.kind for remark in remarks] == ([] if in_force else ["expired"])


@pytest.mark.parametrize("until", ["2026-02-30", "next year", "31.12.2026", "2026-13-01"])
def test_an_end_that_is_no_date_does_not_silence_for_ever(until: str) -> None:
    marked, (remark,) = applied(f"replicas: 1 {OURS} a demo (until {until})\n")
    assert marked.suppression is None
    assert remark.kind == "misdated"
    assert until in remark.message


def test_brackets_in_a_reason_are_part_of_it() -> None:
    suppression = applied(f"replicas: 1 {OURS} a demo (see the plan)\n")[0].suppression
    assert suppression is not None
    assert suppression.reason == "a demo (see the plan)"


@pytest.mark.parametrize("identity", ["resilience/nothing", "CKV_K8S_1", "", "single-copy"])
def test_an_id_that_is_no_policy_is_told(identity: str) -> None:
    assert remarks_on(f"replicas: 1 # infraaudit: ignore[{identity}] a demo\n") == ["unknown-policy"]


# -- stale ---------------------------------------------------------------------------------------------------------

STALE = f"replicas: 1\n\n{OURS} a demo\nother: 1\n"


def test_a_suppression_that_covers_nothing_is_stale() -> None:
    assert remarks_on(STALE) == ["stale"]


def test_a_suppression_in_use_is_not_stale_though_another_covers_the_same() -> None:
    assert remarks_on(f"{OURS} above\nreplicas: 1 {OURS} beside\n") == []
    assert remarks_on(f"# checkov:skip=CKV_K8S_1\nreplicas: 1 {OURS} beside\n") == []


def test_of_two_ids_in_one_comment_the_one_that_covers_nothing_is_stale() -> None:
    marked, (remark,) = applied("replicas: 1 # infraaudit: ignore[resilience/single-copy, resilience/other] a demo\n")
    assert marked.suppression is not None
    assert remark.kind == "stale"
    assert remark.message.startswith("resilience/other ")


def test_a_former_id_goes_stale_as_well() -> None:
    assert remarks_on("replicas: 1\n\n# infraaudit: ignore[replicas/one] a demo\nother: 1\n") == ["stale"]


def test_the_suppression_of_a_policy_that_did_not_run_is_not_stale() -> None:
    assert remarks_on(STALE, coverage_of((OTHER,), (), ())) == []
    assert remarks_on(STALE, coverage_of((POLICY,), (), ())) == ["stale"]


def test_nothing_is_stale_where_the_policy_could_not_tell() -> None:
    (open_,) = judged(POLICY, with_replicas(not_told()))
    assert isinstance(open_, Verdict)
    assert open_.unsettled is not None
    assert open_.unsettled.at.path == FILE
    assert remarks_on(STALE, coverage_of((POLICY,), (open_,), ())) == []


@documented
def crashing(workload: Workload) -> Findings:
    yield Finding(workload.at, str(1 // len(workload.networks)))


def test_nothing_is_stale_where_the_policy_crashed() -> None:
    policy = packed(crashing)
    results = judged(policy, with_replicas(Known(1, whole_file(FILE))))
    coverage = coverage_of((policy,), results, ())
    assert not coverage.decides(policy.id, results[0].subject.at.path)
    assert coverage.decides(policy.id, "elsewhere.yaml")


@pytest.mark.parametrize(("kind", "stale"), [(ProblemKind.SYNTAX, []), (ProblemKind.NOTE, ["stale"])])
def test_nothing_is_stale_in_a_file_that_was_not_read_to_its_end(kind: ProblemKind, stale: list[str]) -> None:
    problem = Problem(kind, whole_file(FILE), "a bracket is missing")
    assert remarks_on(STALE, coverage_of((POLICY,), (), (problem,))) == stale
