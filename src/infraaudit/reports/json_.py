"""The report for a program. ``docs/report-schema.json`` is its contract; the same result gives the same bytes."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import infraaudit
from infraaudit.facts.secrets import mask_line
from infraaudit.policy import Severity
from infraaudit.readers.reading import FileState
from infraaudit.reports.places import Json, JsonValue, location, related
from infraaudit.reports.text_finding import set_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.engine.ledger import Ledger
    from infraaudit.engine.result import Result
    from infraaudit.engine.verdict import ReportedFinding, Verdict
    from infraaudit.policy import Operand
    from infraaudit.source.problem import Problem

SCHEMA_VERSION = "1.0"
"""Raised in its second part for a new key, in its first for one that goes or changes its meaning."""


def render(result: Result) -> str:
    """Return the report as one JSON object with a line end."""
    report: Json = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "infraaudit", "version": infraaudit.__version__},
        "summary": _summary(result),
        "findings": [_finding(each) for each in result.findings],
        "unknown": [_unknown(each) for each in result.unknowns],
        "strengths": [_strength(each) for each in result.strengths],
        "exclusions": _exclusions(result.excluded),
        "suppressions": [_suppression(each) for each in result.findings if each.suppression is not None],
        "remarks": [
            {"kind": each.kind, "message": each.message, "location": location(each.at)} for each in result.remarks
        ],
        "ledger": _ledger(result.ledger, result.unlisted, complete=result.is_complete),
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _summary(result: Result) -> Json:
    severities = Counter(each.severity for each in result.active)
    states = Counter(row.state for row in result.ledger.files)
    findings: Json = {each.word: severities[each] for each in sorted(Severity, reverse=True)}
    return {
        "complete": result.is_complete,
        "causes": result.causes,
        "findings": findings,
        "instances": sum(len(each.instances) for each in result.active),
        "unknown": len(result.unknowns),
        "strengths": len(result.strengths),
        "not_applicable": len(result.excluded),
        "suppressed": len(result.findings) - len(result.active),
        "files_read": states[FileState.PARSED] + states[FileState.PARTLY],
    }


def _finding(finding: ReportedFinding) -> Json:
    packed = finding.policy
    steps: list[JsonValue] = [related(step.at, set_by(step.what)) for step in finding.at.trail]
    return {
        "policy": packed.id,
        "title": packed.policy.documentation.title,
        "area": packed.area,
        "severity": finding.severity.word,
        "message": finding.message,
        "equivalents": list(packed.policy.equivalents),
        "resource": finding.resource,
        "location": location(finding.at),
        "instances": [
            {"address": each.address, "deployment": each.deployment, "environment": each.environment.value}
            for each in finding.instances
        ],
        "related": [*steps, *(related(place.at, place.label) for place in finding.places)],
        "operands": [_operand(each) for each in finding.operands],
        "fingerprint": finding.fingerprint,
        "fix": finding.fix,
        "suppressed": finding.suppression is not None,
    }


def _operand(operand: Operand) -> Json:
    return {
        "name": operand.name,
        "value": operand.value,
        "location": location(operand.at) if operand.at is not None else None,
        "assumed": operand.assumed,
    }


def _about(verdict: Verdict) -> Json:
    return {
        "policy": verdict.policy.id,
        "area": verdict.policy.area,
        "resource": verdict.subject.address,
        "deployment": verdict.subject.deployment.id,
    }


def _unknown(verdict: Verdict) -> Json:
    unsettled = verdict.unsettled
    at = unsettled.at if unsettled is not None else verdict.subject.at
    return {**_about(verdict), "why": unsettled.why if unsettled is not None else "", "location": location(at)}


def _strength(verdict: Verdict) -> Json:
    return {**_about(verdict), "holds": verdict.policy.policy.holds, "location": location(verdict.subject.at)}


def _exclusions(verdicts: Iterable[Verdict]) -> Json:
    counts = Counter(each.exclusion.reason.value for each in verdicts if each.exclusion is not None)
    return {reason: counts[reason] for reason in sorted(counts)}


def _suppression(finding: ReportedFinding) -> Json:
    suppression = finding.suppression
    if suppression is None:
        return {}
    return {
        "fingerprint": finding.fingerprint,
        "policy": finding.policy.id,
        "reason": suppression.reason,
        "until": suppression.until.isoformat() if suppression.until is not None else None,
        "tool": suppression.tool,
        "location": location(suppression.at),
    }


def _ledger(ledger: Ledger, unlisted: tuple[Problem, ...], *, complete: bool) -> Json:
    problems = dict.fromkeys((*ledger.problems, *unlisted))
    return {
        "complete": complete,
        "files": [
            {"path": row.path, "format": row.format, "state": row.state.value, "why": mask_line(row.why)}
            for row in ledger.files
        ],
        "units": [
            {"kind": row.kind, "name": row.name, "path": row.path, "state": row.state.value, "why": row.why}
            for row in ledger.units
        ],
        "policies": [
            {
                "id": row.id,
                "state": row.state.value,
                "failed": row.failed,
                "passed": row.passed,
                "unknown": row.unknown,
                "not_applicable": row.not_applicable,
                "why": mask_line(row.why),
            }
            for row in ledger.policies
        ],
        "problems": [
            {
                "kind": each.kind.value,
                "message": mask_line(each.message),
                "leaves_gap": each.leaves_gap,
                "location": location(each.at),
            }
            for each in problems
        ],
    }
