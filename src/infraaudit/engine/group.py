"""Turns verdicts into findings to report: one for each place to change, with all the instances it repairs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.engine.fingerprint import fingerprint
from infraaudit.engine.verdict import Instance, ReportedFinding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.engine.verdict import Verdict
    from infraaudit.policy import Factor, Finding, Severity

_Entry = tuple["Verdict", "Finding", "Severity", "tuple[Factor, ...]"]


def group(verdicts: Iterable[Verdict]) -> tuple[ReportedFinding, ...]:
    """Group by policy, place and part; the heaviest first, then by place."""
    groups: dict[tuple[object, ...], list[_Entry]] = defaultdict(list)
    for verdict in verdicts:
        for finding, severity, factors in verdict.findings:
            key = (verdict.policy.id, finding.at.order, finding.part)
            groups[key].append((verdict, finding, severity, factors))
    reported = (_report(entries) for entries in groups.values())
    return tuple(sorted(reported, key=lambda each: (-each.severity, each.at.order, each.policy.id, each.fingerprint)))


def _report(entries: list[_Entry]) -> ReportedFinding:
    heaviest = max(entries, key=lambda entry: entry[2])
    verdict, finding, severity, factors = heaviest
    instances = {
        (entry[0].subject.deployment.id, entry[0].subject.address): Instance(
            entry[0].subject.address, entry[0].subject.deployment.id, entry[0].subject.deployment.environment
        )
        for entry in entries
    }
    ordered = tuple(instances[key] for key in sorted(instances))
    return ReportedFinding(
        policy=verdict.policy,
        severity=severity,
        factors=factors,
        at=finding.at,
        message=finding.says,
        label=finding.label,
        places=finding.places,
        operands=finding.operands,
        sum=finding.sum,
        fix=finding.fix or verdict.policy.policy.documentation.fix,
        instances=ordered,
        fingerprint=fingerprint(verdict.policy.id, f"{ordered[0].deployment}:{ordered[0].address}", finding.part),
    )
