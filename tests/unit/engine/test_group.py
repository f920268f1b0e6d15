"""Findings to report: one for each place to change, whatever the number of instances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraaudit.engine.fingerprint import fingerprint
from infraaudit.engine.group import group
from infraaudit.engine.verdict import ReportedFinding, Verdict
from infraaudit.model import Deployment, Environment, Workload
from infraaudit.policy import Finding, Findings, Severity, raised
from infraaudit.source.span import Span
from tests.builders import HERE
from tests.unit.engine.judging import REPLICAS_AT, copies, documented, judged, packed

if TYPE_CHECKING:
    from infraaudit.engine.pack import PackedPolicy

PRODUCTION = Deployment("kubernetes:production", "production", Environment.PRODUCTION)
STAGING = Deployment("kubernetes:staging", "staging", Environment.NONPRODUCTION, "'staging'")
SINGLE = packed()
ELSEWHERE = Span("deploy/api.yaml", 70, 3, 70, 9)


def grouped(policies: PackedPolicy | tuple[PackedPolicy, ...], *workloads: Workload) -> tuple[ReportedFinding, ...]:
    return group(each for each in judged(policies, *workloads) if isinstance(each, Verdict))


def one(policies: PackedPolicy, *workloads: Workload) -> ReportedFinding:
    (finding,) = grouped(policies, *workloads)
    return finding


def test_instances_that_one_edit_repairs_are_one_finding() -> None:
    finding = one(packed(), copies(1, deployment=STAGING), copies(1, deployment=PRODUCTION))
    assert [(each.deployment, each.environment) for each in finding.instances] == [
        ("kubernetes:production", Environment.PRODUCTION),
        ("kubernetes:staging", Environment.NONPRODUCTION),
    ]
    assert finding.resource == "service web"


def test_the_heaviest_instance_sets_the_severity_and_its_factors() -> None:
    finding = one(packed(), copies(1, deployment=STAGING), copies(1, deployment=PRODUCTION))
    assert (finding.severity, finding.factors) == (Severity.HIGH, ())
    alone = one(packed(), copies(1, deployment=STAGING))
    assert (alone.severity, len(alone.factors)) == (Severity.MEDIUM, 1)


def test_different_places_are_different_findings() -> None:
    findings = grouped(packed(), copies(1, "web"), copies(1, "api", at=ELSEWHERE))
    assert [each.resource for each in findings] == ["service api", "service web"]


def test_the_way_on_which_a_value_came_does_not_part_what_one_edit_repairs() -> None:
    through_tfvars = REPLICAS_AT.via("tfvars", ELSEWHERE)
    assert len(grouped(packed(), copies(1, "a"), copies(1, "b", at=through_tfvars))) == 1


@documented
def two_parts(workload: Workload) -> Findings:
    yield Finding(workload.replicas.at, "left", part="left")
    yield Finding(workload.replicas.at, "right", part="right")


def test_parts_at_one_place_stay_apart() -> None:
    findings = grouped(packed(two_parts), copies(1))
    assert len(findings) == 2
    assert len({each.fingerprint for each in findings}) == 2


def test_the_heaviest_comes_first_and_then_the_order_of_places() -> None:
    @documented
    def weighing(workload: Workload) -> Findings:
        yield Finding(
            workload.replicas.at, workload.name, factors=(raised("public"),) if workload.name == "public" else ()
        )

    findings = grouped(
        packed(weighing, severity=Severity.MEDIUM),
        copies(1, "b", at=REPLICAS_AT),
        copies(1, "a", at=ELSEWHERE),
        copies(1, "public", at=Span("z", 1, 1, 1, 2)),
    )
    assert [each.message for each in findings] == ["public", "a", "b"]


def test_general_advice_stands_where_the_finding_gives_none() -> None:
    @documented
    def advising(workload: Workload) -> Findings:
        yield Finding(workload.at, "found", fix="write 2 here" if workload.name == "web" else "")

    assert one(packed(advising), copies(1)).fix == "write 2 here"
    assert one(packed(advising), copies(1, "api")).fix == "mend it."


@given(st.permutations([copies(1, "a"), copies(1, "b"), copies(1, "a", STAGING), copies(1, "c", at=ELSEWHERE)]))
def test_the_order_of_reading_changes_nothing(workloads: list[Workload]) -> None:
    assert grouped(SINGLE, *workloads) == grouped(SINGLE, *sorted(workloads, key=lambda each: str(each.key)))


# -- fingerprints --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moved", [Span("deploy/web.yaml", 90, 1, 90, 2), Span("renamed/main.yaml", 7, 13, 7, 14), HERE]
)
def test_a_fingerprint_survives_moved_lines_and_renamed_files(moved: Span) -> None:
    assert one(packed(), copies(1, at=moved)).fingerprint == one(packed(), copies(1)).fingerprint


def test_a_fingerprint_survives_new_words_and_another_number() -> None:
    assert one(packed(), copies(0)).fingerprint == one(packed(), copies(1)).fingerprint


def test_a_fingerprint_tells_policies_subjects_and_deployments_apart() -> None:
    found = [
        one(packed(), copies(1)),
        one(packed(area="scaling"), copies(1)),
        one(packed(), copies(1, "api")),
        one(packed(), copies(1, deployment=PRODUCTION)),
    ]
    assert len({each.fingerprint for each in found}) == len(found)


def test_a_fingerprint_is_the_same_in_every_version() -> None:
    assert fingerprint("resilience/single-copy", "compose:.:service web", "") == "fae5fbc88f81a516"


@pytest.mark.parametrize(("left", "right"), [(("a", "b", "c"), ("ab", "", "c")), (("a", "", "b"), ("a", "b", ""))])
def test_the_pieces_of_a_fingerprint_do_not_run_together(
    left: tuple[str, str, str], right: tuple[str, str, str]
) -> None:
    assert fingerprint(*left) != fingerprint(*right)


def test_half_a_character_in_an_address_does_not_stop_a_fingerprint() -> None:
    workload = replace(copies(1), address="service \ud800")
    assert len(one(packed(), workload).fingerprint) == 16
