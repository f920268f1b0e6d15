"""Runs policies over an estate: scope, check, candidates, severity, verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.engine.candidates import with_candidate
from infraaudit.engine.verdict import Crash, Outcome, Unsettled, Verdict
from infraaudit.model import Entity, Environment, Estate, Unknown, UnsettledError
from infraaudit.policy import Exclusion, Factor, Finding, Local, Reason, Severity, lowered, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.engine.pack import PackedPolicy

_LEAKING = "secrets"
"""The area of what does harm wherever it is written, deployed or not."""

MOST_CANDIDATES = 8
"""An unknown with more possible values than this stays unknown: trying them costs a check each."""


def judge(policies: Iterable[PackedPolicy], estate: Estate) -> Iterator[Verdict | Crash]:
    """Yield one verdict for each policy and subject, in the order of ids and then of the estate."""
    for packed in policies:
        for subject in estate.of(packed.policy.subject):
            try:
                yield _verdict(packed, subject, estate)
            except Exception as error:  # noqa: BLE001 - a policy may be a stranger's; its crash must not end the scan
                yield Crash(packed, subject, f"{type(error).__name__}: {error}")


def _verdict(packed: PackedPolicy, subject: Entity, estate: Estate) -> Verdict:
    try:
        exclusion = _exclusion(packed, subject, estate)
    except UnsettledError as unsettled:
        return Verdict(packed, subject, Outcome.UNKNOWN, unsettled=_unsettled(unsettled.unknown))
    if exclusion is not None:
        return Verdict(packed, subject, Outcome.NOT_APPLICABLE, exclusion=exclusion)
    findings, unknown = _check(packed, subject, estate)
    if unknown is not None:
        findings, unknown = _decide_by_candidates(packed, subject, estate, findings, unknown)
    return _graded(packed, subject, findings, unknown)


def _exclusion(packed: PackedPolicy, subject: Entity, estate: Estate) -> Exclusion | None:
    if subject.deployment.local and packed.policy.local is Local.EXEMPT:
        return Exclusion(Reason.LOCAL, subject.deployment.id)
    if subject.deployment.retired and packed.area != _LEAKING:
        return Exclusion(Reason.RETIRED, f"it stands in {subject.deployment.retired}")
    for scope in packed.policy.scopes:
        exclusion = scope(subject, estate)
        if exclusion is not None:
            return exclusion
    return None


def _check(packed: PackedPolicy, subject: Entity, estate: Estate) -> tuple[list[Finding], Unknown[object] | None]:
    """Collect what the check yields, and the unknown value that ended it early."""
    findings: list[Finding] = []
    try:
        for finding in packed.policy.check(subject, estate):
            findings.append(finding)  # noqa: PERF402 - kept one by one, for what comes before an unknown value stays
    except UnsettledError as unsettled:
        return findings, unsettled.unknown
    return findings, None


def _decide_by_candidates(
    packed: PackedPolicy, subject: Entity, estate: Estate, findings: list[Finding], unknown: Unknown[object]
) -> tuple[list[Finding], Unknown[object] | None]:
    """Try every possible value: where all come out the same, the check is decided without knowing which it is."""
    if not 0 < len(unknown.candidates) <= MOST_CANDIDATES:
        return findings, unknown
    trials: list[list[Finding]] = []
    for candidate in unknown.candidates:
        changed = with_candidate(estate, unknown, candidate)
        same = changed.get(subject.key, type(subject))
        if same is None:
            return findings, unknown
        outcome, still_unknown = _check(packed, same, changed)
        if still_unknown is not None:
            return findings, unknown
        trials.append(outcome)
    outcomes = {frozenset((finding.at.order, finding.part) for finding in trial) for trial in trials}
    return (
        ([_true_of_all(packed, same) for same in _by_place(trials)], None)
        if len(outcomes) == 1
        else (findings, unknown)
    )


def _by_place(trials: list[list[Finding]]) -> list[list[Finding]]:
    """Bring together what the trials say of the same place, in the order of the first."""
    places: dict[object, list[Finding]] = {}
    for finding in (finding for trial in trials for finding in trial):
        places.setdefault((finding.at.order, finding.part), []).append(finding)
    return list(places.values())


def _true_of_all(packed: PackedPolicy, same: list[Finding]) -> Finding:
    """Make one finding of the same one under every value: the lightest, and nothing that holds for one value only."""
    lightest = min(same, key=lambda each: weigh(packed.policy.severity, each.factors) or 0)
    says = tuple(dict.fromkeys(each.says for each in same))
    if len(says) == 1:
        return lightest
    return replace(lightest, says=", or ".join(says), label="", operands=(), sum="")


def _graded(packed: PackedPolicy, subject: Entity, findings: list[Finding], unknown: Unknown[object] | None) -> Verdict:
    unsettled = _unsettled(unknown) if unknown is not None else None
    graded: list[tuple[Finding, Severity, tuple[Factor, ...]]] = []
    for finding in findings:
        factors = (*finding.factors, *_context(packed, subject))
        severity = weigh(packed.policy.severity, factors)
        if severity is not None:
            graded.append((finding, severity, factors))
    if graded:
        return Verdict(packed, subject, Outcome.FAIL, tuple(graded), unsettled)
    if unsettled is not None:
        return Verdict(packed, subject, Outcome.UNKNOWN, unsettled=unsettled)
    if findings:
        return Verdict(packed, subject, Outcome.NOT_APPLICABLE, exclusion=Exclusion(Reason.WEIGHT, findings[0].says))
    return Verdict(packed, subject, Outcome.PASS)


def _context(packed: PackedPolicy, subject: Entity) -> tuple[Factor, ...]:
    deployment = subject.deployment
    factors: list[Factor] = []
    if packed.policy.environment_matters and deployment.environment is Environment.NONPRODUCTION:
        factors.append(lowered(f"not production: {deployment.evidence}"))
    if deployment.retired:
        factors.append(lowered(f"kept for the record only: it stands in {deployment.retired}"))
    if deployment.local and packed.policy.local is Local.LOWERED:
        factors.append(lowered("local development"))
    return tuple(factors)


def _unsettled(unknown: Unknown[object]) -> Unsettled:
    return Unsettled(unknown.why, unknown.at)
