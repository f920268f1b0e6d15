"""Suppressions: comments that silence a finding where it stands, ours and those written for other tools."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from infraaudit.engine.verdict import Remark, Suppression
from infraaudit.source.comments import comments_of
from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.engine.verdict import ReportedFinding
    from infraaudit.source.comments import Comment
    from infraaudit.source.file import SourceTree


_OURS = re.compile(r"infraaudit:\s*ignore\[([^\]]*)\]\s*(.*)")
_UNTIL = re.compile(r"\s*\(until (\d{4}-\d{2}-\d{2})\)\s*$")
_OTHERS = (
    ("checkov", re.compile(r"checkov:skip=([\w,]+)(?::\s*(.*))?")),
    ("trivy", re.compile(r"(?:trivy|tfsec):ignore:([\w-]+)()")),
    ("hadolint", re.compile(r"hadolint\s+(?:global\s+)?ignore=([\w,]+)(?:\s*#\s*(.*))?")),
    ("kics", re.compile(r"kics-scan disable=([\w,-]+)()")),
)


def suppressions_of(tree: SourceTree, paths: Iterable[str]) -> Iterator[Suppression]:
    """Yield every suppression in the comments of these files."""
    for path in sorted(set(paths)):
        file = tree.open(path)
        if isinstance(file, SourceFile):
            for comment in comments_of(file):
                yield from _in_comment(comment)


def _in_comment(comment: Comment) -> Iterator[Suppression]:
    ours = _OURS.search(comment.text)
    if ours is not None:
        reason = ours[2].strip()
        expiry = _UNTIL.search(reason)
        until = _date(expiry[1]) if expiry else None
        words = _UNTIL.sub("", reason)
        for identity in ours[1].split(","):
            yield Suppression(identity.strip(), words, comment.at, until)
    for tool, pattern in _OTHERS:
        found = pattern.search(comment.text)
        if found is not None:
            for identity in found[1].split(","):
                yield Suppression(identity, (found[2] or "").strip(), comment.at, tool=tool)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def suppress(
    findings: Iterable[ReportedFinding],
    suppressions: Iterable[Suppression],
    policies: Iterable[PackedPolicy],
    today: date,
) -> tuple[tuple[ReportedFinding, ...], tuple[Remark, ...]]:
    """Mark the findings that a suppression covers, and remark on suppressions that are wrong or cover nothing.

    A suppression covers findings on its own line, on the line below a comment that stands alone, and within the
    lines of the finding's span. Those of other tools count where a policy names their id as equivalent; nothing is
    remarked about them, for they may still serve their own tool.
    """
    known = {name for packed in policies for name in (packed.id, *packed.formerly)}
    every = tuple(suppressions)
    usable = tuple(each for each in every if _is_usable(each, today))
    marked: list[ReportedFinding] = []
    used: set[Suppression] = set()
    for finding in findings:
        match = next((each for each in usable if _covers(each, finding)), None)
        if match is not None:
            used.add(match)
        marked.append(replace(finding, suppression=match) if match is not None else finding)
    remarks = tuple(
        remark for each in every if each.tool == "infraaudit" and (remark := _remark(each, known, used, today))
    )
    return tuple(marked), remarks


def _is_usable(suppression: Suppression, today: date) -> bool:
    if suppression.tool == "infraaudit" and not suppression.reason:
        return False
    return suppression.until is None or suppression.until >= today


def _covers(suppression: Suppression, finding: ReportedFinding) -> bool:
    packed = finding.policy
    ids = {packed.id, *packed.formerly} if suppression.tool == "infraaudit" else _equivalents(packed)
    if suppression.id not in ids or suppression.at.path != finding.at.path:
        return False
    line = suppression.at.start_line
    if suppression.tool == "checkov":
        return finding.at.start_line <= line + _CHECKOV_REACH and line <= finding.at.end_line + _CHECKOV_REACH
    return line + 1 == finding.at.start_line or finding.at.start_line <= line <= finding.at.end_line


_CHECKOV_REACH = 30
"""Checkov's comments stand anywhere inside a block, whose limits a finding does not know; this many lines stand in."""


def _equivalents(packed: PackedPolicy) -> set[str]:
    return {name.rpartition(":")[2] for name in packed.policy.equivalents}


def _remark(suppression: Suppression, known: set[str], used: set[Suppression], today: date) -> Remark | None:
    identity = suppression.id
    if identity not in known:
        return Remark("unknown-policy", suppression.at, f"{identity} is not a policy, so this silences nothing")
    if not suppression.reason:
        return Remark(
            "no-reason", suppression.at, f"the suppression of {identity} gives no reason, so it has no effect"
        )
    if suppression.until is not None and suppression.until < today:
        return Remark("expired", suppression.at, f"the suppression of {identity} expired on {suppression.until}")
    if suppression not in used:
        return Remark("stale", suppression.at, f"{identity} finds nothing here any more; the suppression can go")
    return None
