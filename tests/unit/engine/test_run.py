"""Running policies: one verdict for each policy and subject, and no guess in any of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from infraaudit.engine.run import MOST_CANDIDATES
from infraaudit.engine.verdict import Crash, Outcome, Verdict
from infraaudit.model import Container, Deployment, Environment, Estate, Known, Unknown, Workload
from infraaudit.policy import Exclusion, Finding, Findings, Local, Reason, Severity, at_most, lowered, raised
from tests.builders import HERE, a_container, a_workload, unknown
from tests.unit.engine.judging import (
    REPLICAS_AT,
    WHY,
    copies,
    documented,
    judged,
    not_told,
    packed,
    single_copy,
    verdict,
    with_replicas,
)

if TYPE_CHECKING:
    from infraaudit.engine.pack import PackedPolicy

LOCAL = Deployment("compose:dev", "dev", local=True)
RETIRED = Deployment("kubernetes:_archived", "_archived", retired="_archived")
STAGING = Deployment("compose:staging", "staging", Environment.NONPRODUCTION, "'staging' in 'deploy/staging'")


def severities(found: Verdict) -> list[Severity]:
    return [severity for _, severity, _ in found.findings]


# -- outcomes ------------------------------------------------------------------------------------------------------


def test_a_subject_fails_passes_or_cannot_be_told() -> None:
    results = judged(packed(), copies(1, "a"), copies(2, "b"), with_replicas(not_told(), "c"))
    assert [result.outcome for result in results if isinstance(result, Verdict)] == [
        Outcome.FAIL,
        Outcome.PASS,
        Outcome.UNKNOWN,
    ]


def test_what_cannot_be_told_says_what_would_settle_it_and_where() -> None:
    found = verdict(packed(), with_replicas(not_told()))
    assert found.unsettled is not None
    assert (found.unsettled.why, found.unsettled.at) == (WHY, REPLICAS_AT)
    assert found.findings == ()


def test_verdicts_come_in_the_order_of_policies_and_then_of_the_estate() -> None:
    first, second = packed(), packed(area="scaling")
    results = judged((first, second), copies(1, "b"), copies(1, "a"))
    assert [(each.policy.area, each.subject.name) for each in results] == [
        ("resilience", "a"),
        ("resilience", "b"),
        ("scaling", "a"),
        ("scaling", "b"),
    ]


@documented
def early_and_late(workload: Workload) -> Findings:
    yield Finding(HERE, "found before", part="early")
    workload.replicas.settled()
    yield Finding(HERE, "found after", part="late")


def test_a_finding_before_an_unsettled_value_stays() -> None:
    found = verdict(packed(early_and_late), with_replicas(not_told()))
    assert found.outcome is Outcome.FAIL
    assert [finding.says for finding, _, _ in found.findings] == ["found before"]
    assert found.unsettled is not None


@documented
def crashing(workload: Workload) -> Findings:
    if workload.name == "bad":
        raise ZeroDivisionError("no copies")  # noqa: EM101, TRY003 - a stranger's policy
    yield Finding(workload.at, "found")


def test_a_crash_of_a_policy_ends_neither_the_scan_nor_the_other_subjects() -> None:
    results = judged((packed(crashing), packed()), copies(1, "bad"), copies(1, "good"))
    crash, *others = results
    assert isinstance(crash, Crash)
    assert (crash.subject.name, crash.error) == ("bad", "ZeroDivisionError: no copies")
    assert [type(each) for each in others] == [Verdict] * 3


@documented
def returning_nothing(_: Workload) -> Findings:
    return cast("Findings", None)


def test_a_check_that_is_no_generator_is_a_crash() -> None:
    assert isinstance(judged(packed(returning_nothing), copies(1))[0], Crash)


def test_a_policy_on_containers_is_asked_about_each() -> None:
    @documented
    def privileged(container: Container) -> Findings:
        if container.privileged.settled().value:
            yield Finding(container.privileged.at, "may do all")

    risky = a_container("web", privileged=Known(value=True, at=HERE))
    results = judged(packed(privileged), a_workload(risky, a_container("helper", workload=risky.workload)))
    assert [each.outcome for each in results if isinstance(each, Verdict)] == [Outcome.FAIL, Outcome.PASS]


def test_a_policy_may_ask_for_the_neighbours() -> None:
    @documented
    def crowded(workload: Workload, estate: Estate) -> Findings:
        if len(estate.of(Workload)) > 1:
            yield Finding(workload.at, "is not alone")

    assert verdict(packed(crowded), copies(1)).outcome is Outcome.PASS
    assert len(judged(packed(crowded), copies(1, "a"), copies(1, "b"))) == 2


# -- scopes --------------------------------------------------------------------------------------------------------


def only_web(workload: Workload, _: Estate) -> Exclusion | None:
    return None if workload.name == "web" else Exclusion(Reason.ROLE, f"{workload} is no web server")


def named_image(workload: Workload, _: Estate) -> Exclusion | None:
    workload.containers[0].image.settled()
    return None


def test_a_subject_out_of_scope_is_kept_with_the_reason_and_not_checked() -> None:
    found = verdict(packed(crashing, when=only_web), copies(1, "bad"))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.exclusion == Exclusion(Reason.ROLE, "service bad is no web server")


def test_every_scope_must_hold_the_subject() -> None:
    both = packed(when=(only_web, named_image))
    assert verdict(both, copies(1)).outcome is Outcome.FAIL
    assert verdict(both, copies(1, "other")).outcome is Outcome.NOT_APPLICABLE


def test_a_scope_that_needs_an_unknown_value_leaves_the_subject_open() -> None:
    workload = replace(copies(1), containers=(a_container("web", image=unknown("var.image has no default")),))
    found = verdict(packed(when=named_image), workload)
    assert found.outcome is Outcome.UNKNOWN
    assert found.unsettled is not None
    assert found.unsettled.why == "var.image has no default"


# -- context -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "outcome", "weights"),
    [
        (Local.EXEMPT, Outcome.NOT_APPLICABLE, []),
        (Local.LOWERED, Outcome.FAIL, [Severity.MEDIUM]),
        (Local.SAME, Outcome.FAIL, [Severity.HIGH]),
    ],
)
def test_a_policy_says_how_it_judges_local_development(local: Local, outcome: Outcome, weights: list[Severity]) -> None:
    found = verdict(packed(local=local), copies(1, deployment=LOCAL))
    assert (found.outcome, severities(found)) == (outcome, weights)


def test_the_exemption_of_local_development_names_its_reason() -> None:
    assert verdict(packed(), copies(1, deployment=LOCAL)).exclusion == Exclusion(Reason.LOCAL, LOCAL.id)


def test_what_is_kept_for_the_record_is_not_judged_and_says_where_it_stands() -> None:
    found = verdict(packed(), copies(1, deployment=RETIRED))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.exclusion == Exclusion(Reason.RETIRED, "it stands in _archived")


def test_a_secret_leaks_from_the_record_as_well_and_weighs_one_step_less() -> None:
    found = verdict(packed(area="secrets"), copies(1, deployment=RETIRED))
    assert severities(found) == [Severity.MEDIUM]


def test_outside_of_production_a_finding_weighs_one_step_less_and_says_why() -> None:
    found = verdict(packed(), copies(1, deployment=STAGING))
    ((_, severity, factors),) = found.findings
    assert severity is Severity.MEDIUM
    assert [factor.why for factor in factors] == ["not production: 'staging' in 'deploy/staging'"]


def test_what_weighs_less_than_low_does_not_apply() -> None:
    found = verdict(packed(severity=Severity.LOW), copies(1, deployment=STAGING))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.exclusion == Exclusion(Reason.WEIGHT, "service web runs 1 copy")
    assert found.findings == ()


def test_an_environment_that_does_not_matter_changes_nothing() -> None:
    found = verdict(packed(environment_matters=False), copies(1, deployment=STAGING))
    assert severities(found) == [Severity.HIGH]


def test_an_unknown_environment_is_judged_like_production() -> None:
    assert severities(verdict(packed(), copies(1))) == [Severity.HIGH]


def test_the_findings_own_factors_come_before_those_of_the_context() -> None:
    @documented
    def capped(workload: Workload) -> Findings:
        yield Finding(workload.at, "found", factors=(at_most(Severity.MEDIUM, "a cache"),))

    ((_, severity, factors),) = verdict(packed(capped), copies(1, deployment=STAGING)).findings
    assert severity is Severity.LOW
    assert [factor.why for factor in factors] == ["a cache", "not production: 'staging' in 'deploy/staging'"]


def test_a_finding_too_light_beside_an_unsettled_value_leaves_the_subject_open() -> None:
    low = packed(early_and_late, severity=Severity.LOW)
    assert verdict(low, with_replicas(not_told(), deployment=STAGING)).outcome is Outcome.UNKNOWN


# -- candidates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidates", "outcome"),
    [
        ((0, 1), Outcome.FAIL),
        ((2, 3), Outcome.PASS),
        ((1, 3), Outcome.UNKNOWN),
        ((), Outcome.UNKNOWN),
        (tuple(range(2, 2 + MOST_CANDIDATES)), Outcome.PASS),
        (tuple(range(2, 3 + MOST_CANDIDATES)), Outcome.UNKNOWN),
    ],
)
def test_candidates_decide_only_where_they_all_come_out_the_same(candidates: tuple[int, ...], outcome: Outcome) -> None:
    assert verdict(packed(), with_replicas(not_told(*candidates))).outcome is outcome


def test_what_candidates_decide_is_no_longer_unsettled() -> None:
    assert verdict(packed(), with_replicas(not_told(0, 1))).unsettled is None


def test_a_finding_under_several_candidates_says_only_what_holds_for_all() -> None:
    ((finding, _, _),) = verdict(packed(), with_replicas(not_told(0, 1))).findings
    assert finding.says == "service web runs 0 copy, or service web runs 1 copy"
    assert finding.label == ""
    assert finding.at == REPLICAS_AT


def test_a_finding_that_is_the_same_under_all_candidates_is_said_once() -> None:
    @documented
    def few(workload: Workload) -> Findings:
        if workload.replicas.settled().value < 2:
            yield Finding(workload.at, "runs too few", label="here")

    ((finding, _, _),) = verdict(packed(few), with_replicas(not_told(0, 1))).findings
    assert (finding.says, finding.label) == ("runs too few", "here")


def test_the_lightest_of_the_candidates_sets_the_severity() -> None:
    @documented
    def weighing(workload: Workload) -> Findings:
        count = workload.replicas.settled().value
        yield Finding(workload.at, "found", factors=(lowered("few") if count == 1 else raised("none"),))

    assert severities(verdict(packed(weighing), with_replicas(not_told(0, 1)))) == [Severity.MEDIUM]


def test_a_second_unknown_value_keeps_the_first_open() -> None:
    @documented
    def twice(workload: Workload) -> Findings:
        workload.replicas.settled()
        workload.stop_grace.settled()
        yield Finding(workload.at, "found")

    workload = replace(with_replicas(not_told(1, 2)), stop_grace=Unknown("var.grace has no default", HERE))
    found = verdict(packed(twice), workload)
    assert found.outcome is Outcome.UNKNOWN
    assert found.unsettled is not None
    assert found.unsettled.why == WHY


def test_a_candidate_holds_for_the_neighbours_too() -> None:
    @documented
    def together(_: Workload, estate: Estate) -> Findings:
        total = sum(each.replicas.settled().value for each in estate.of(Workload))
        if total > 10:
            yield Finding(REPLICAS_AT, "too many")

    def outcomes(policy: PackedPolicy, unsure: Unknown[int]) -> list[Outcome]:
        results = judged(policy, copies(5, "a"), with_replicas(unsure, "b"))
        return [each.outcome for each in results if isinstance(each, Verdict)]

    assert outcomes(packed(together), not_told(6, 7)) == [Outcome.FAIL] * 2
    assert outcomes(packed(together), not_told(1, 7)) == [Outcome.UNKNOWN] * 2


def test_a_value_derived_from_an_unknown_one_is_not_decided_by_its_candidates() -> None:
    @documented
    def doubled(workload: Workload) -> Findings:
        if workload.replicas.map(lambda count: count * 2).settled().value < 4:
            yield Finding(workload.at, "found")

    assert verdict(packed(doubled), with_replicas(not_told(0, 1))).outcome is Outcome.UNKNOWN
    assert verdict(packed(single_copy), with_replicas(not_told(0, 1))).outcome is Outcome.FAIL
