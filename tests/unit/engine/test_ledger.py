"""The coverage ledger: counts that reconcile, and gaps that cannot hide."""

from __future__ import annotations

import pytest

from infraaudit.engine.ledger import Ledger, PolicyRow, PolicyState, policy_rows
from infraaudit.engine.verdict import Crash
from infraaudit.model import Deployment, Estate, Service, Workload
from infraaudit.policy import Exclusion, Finding, Findings, Reason
from infraaudit.readers.reading import FileRow, FileState, UnitRow, UnitState
from tests.unit.engine.judging import copies, documented, judged, not_told, packed, with_replicas

LOCAL = Deployment("compose:dev", "dev", local=True)


def not_c(workload: Workload, _: Estate) -> Exclusion | None:
    return Exclusion(Reason.DESIGN, "it is c") if workload.name == "c" else None


@documented
def crashing(workload: Workload) -> Findings:
    if workload.name in {"b", "c"}:
        raise ValueError(workload.name)
    yield Finding(workload.at, "found")


@documented
def on_services(_: Service) -> Findings:
    yield from ()


SUBJECTS = (copies(1, "a"), copies(2, "b"), copies(1, "c"), copies(0, "d"), with_replicas(not_told(), "e"))


def test_the_counts_of_a_policy_add_up_to_its_subjects() -> None:
    single = packed(when=not_c)
    (row,) = policy_rows((single,), judged(single, *SUBJECTS))
    assert (row.failed, row.passed, row.unknown, row.not_applicable) == (2, 1, 1, 1)
    assert row.state is PolicyState.RAN


def test_a_policy_without_a_subject_says_so() -> None:
    policy = packed(on_services)
    (row,) = policy_rows((policy,), judged(policy, *SUBJECTS))
    assert row == PolicyRow(policy.id, PolicyState.NO_SUBJECT)


def test_a_crashed_policy_says_where_it_crashed_first_and_keeps_its_counts() -> None:
    policy = packed(crashing)
    results = judged(policy, *SUBJECTS)
    (row,) = policy_rows((policy,), results)
    assert (row.state, row.failed) == (PolicyState.CRASHED, 3)
    assert row.why == "on service b: ValueError: b"
    assert row.failed + sum(isinstance(each, Crash) for each in results) == len(SUBJECTS)


def test_rows_stand_in_the_order_of_the_policies_and_count_each_for_itself() -> None:
    policies = (packed(area="scaling"), packed())
    found = policy_rows(policies, judged(policies, *SUBJECTS))
    assert [row.id for row in found] == ["scaling/single-copy", "resilience/single-copy"]
    assert {row.failed for row in found} == {3}


def ledger(*states: FileState, units: tuple[UnitState, ...] = (), policy: PolicyState = PolicyState.RAN) -> Ledger:
    return Ledger(
        tuple(FileRow(f"{number}.yaml", "kubernetes", state) for number, state in enumerate(states)),
        tuple(UnitRow("chart", "web", "chart", state) for state in units),
        (PolicyRow("a/b", policy),),
        (),
    )


@pytest.mark.parametrize(
    ("states", "units", "gaps"),
    [
        ((FileState.PARSED,), (), 0),
        ((FileState.PARSED, FileState.SKIPPED, FileState.UNKNOWN_KIND), (UnitState.RESOLVED,), 0),
        ((FileState.PARSED, FileState.PARTLY), (), 1),
        ((FileState.PARSED, FileState.FAILED, FileState.FAILED), (UnitState.MISSING, UnitState.FAILED), 4),
    ],
)
def test_what_should_have_been_read_and_was_not_is_a_gap(
    states: tuple[FileState, ...], units: tuple[UnitState, ...], gaps: int
) -> None:
    found = ledger(*states, units=units)
    assert found.gaps == gaps
    assert found.is_complete == (gaps == 0)


@pytest.mark.parametrize("states", [(), (FileState.SKIPPED, FileState.UNKNOWN_KIND)])
def test_nothing_read_is_never_complete(states: tuple[FileState, ...]) -> None:
    assert ledger(*states).read_nothing
    assert not ledger(*states).is_complete


@pytest.mark.parametrize(
    ("state", "complete"), [(PolicyState.RAN, True), (PolicyState.NO_SUBJECT, True), (PolicyState.CRASHED, False)]
)
def test_a_crashed_policy_leaves_the_audit_incomplete(state: PolicyState, *, complete: bool) -> None:
    assert ledger(FileState.PARSED, policy=state).is_complete is complete
