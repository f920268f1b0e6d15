"""Suppressions: comments that silence a finding where it stands, ours and those written for other tools."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from infraaudit.engine.verdict import Crash, Remark, Suppression
from infraaudit.source.comments import comments_of
from infraaudit.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.engine.verdict import ReportedFinding, Verdict
    from infraaudit.source.comments import Comment
    from infraaudit.source.file import SourceTree
    from infraaudit.source.problem import Problem


# -- reading -------------------------------------------------------------------------------------------------------


def suppressions_of(tree: SourceTree, paths: Iterable[str]) -> Iterator[Suppression]:
    """Yield every suppression in the comments of these files."""
    for path in sorted(set(paths)):
        file = tree.open(path)
        if isinstance(file, SourceFile):
            comments = tuple(comments_of(file))
            alone = frozenset(comment.at.start_line for comment in comments if comment.alone)
            for comment in comments:
                yield from _ours(comment, alone)
                yield from _others(comment, alone, file)


_OURS = re.compile(r"infraaudit:\s*ignore\[([^\]]*)\]\s*(.*)")
_UNTIL = re.compile(r"\s*\(until\s+([^()]*)\)\s*$")


def _ours(comment: Comment, alone: frozenset[int]) -> Iterator[Suppression]:
    found = _OURS.search(comment.text)
    if found is None:
        return
    end = _UNTIL.search(found[2])
    until = _date(end[1]) if end else None
    for identity in found[1].split(","):
        yield Suppression(
            identity.strip(),
            _UNTIL.sub("", found[2]).strip(),
            comment.at,
            until,
            lines=_next_line(comment, alone),
            misdated=end[1] if end and until is None else "",
        )


def _others(comment: Comment, alone: frozenset[int], file: SourceFile) -> Iterator[Suppression]:
    for tool, pattern, reach in _OTHERS:
        for found in pattern.finditer(comment.text):
            parts = found.groupdict()
            for identity in found["ids"].split(","):
                yield Suppression(
                    identity,
                    (parts.get("reason") or "").strip(),
                    comment.at,
                    _date(parts.get("until") or ""),
                    tool,
                    _next_line(comment, alone) if reach is None else reach(comment, file),
                )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _next_line(comment: Comment, alone: frozenset[int]) -> tuple[int, int]:
    """Reach from a comment that stands alone to the next line that is no comment; beside text, no further than it."""
    line = comment.at.start_line
    last = line
    while last in alone:
        last += 1
    return line, last


def _block(comment: Comment, file: SourceFile) -> tuple[int, int]:
    """Reach over the block of HCL or the document of YAML around a comment; a Dockerfile is one block."""
    line = comment.at.start_line
    ends = [number for number, text in enumerate(file.lines, start=1) if text.startswith(("}", "---"))]
    return max((end + 1 for end in ends if end < line), default=1), min(
        (end for end in ends if end >= line), default=len(file.lines)
    )


def _file(_: Comment, file: SourceFile) -> tuple[int, int]:
    return 1, len(file.lines)


_OTHERS: tuple[tuple[str, re.Pattern[str], Callable[[Comment, SourceFile], tuple[int, int]] | None], ...] = (
    ("checkov", re.compile(r"checkov:skip=(?P<ids>[\w,]+)(?::\s*(?P<reason>.*))?"), _block),
    (
        "trivy",
        re.compile(r"(?:trivy|tfsec):ignore:(?P<ids>[\w-]++)(?!\[)(?:\S*?:exp:(?P<until>\d{4}-\d{2}-\d{2}))?"),
        None,
    ),
    ("hadolint", re.compile(r"hadolint\s+ignore=(?P<ids>[\w,]+)(?:\s*#\s*(?P<reason>.*))?"), None),
    ("hadolint", re.compile(r"hadolint\s+global\s+ignore=(?P<ids>[\w,]+)(?:\s*#\s*(?P<reason>.*))?"), _file),
    ("kics", re.compile(r"kics-scan disable=(?P<ids>[\w,-]+)"), _file),
)
"""The tool, how it writes a suppression, and what that reaches; ``None`` for the next line, as with ours."""


# -- applying ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a run can tell of a suppression that covers nothing: only where its policy came to an end is it stale."""

    ran: frozenset[str]
    open: frozenset[tuple[str, str]] = frozenset()
    unread: frozenset[str] = frozenset()

    def decides(self, policy: str, path: str) -> bool:
        """Whether the policy came to an end for all that stands in this file."""
        return policy in self.ran and (policy, path) not in self.open and path not in self.unread


def coverage_of(
    policies: Iterable[PackedPolicy], results: Iterable[Verdict | Crash], problems: Iterable[Problem]
) -> Coverage:
    """Tell what a run covers: the policies that ran, the values that it could not tell, the files not wholly read."""
    undecided: set[tuple[str, str]] = set()
    for result in results:
        if isinstance(result, Crash):
            undecided.add((result.policy.id, result.subject.at.path))
        elif result.unsettled is not None:
            undecided.update((result.policy.id, at.path) for at in (result.subject.at, result.unsettled.at))
    unread = frozenset(problem.at.path for problem in problems if problem.leaves_gap)
    return Coverage(frozenset(packed.id for packed in policies), frozenset(undecided), unread)


def suppress(
    findings: Iterable[ReportedFinding],
    suppressions: Iterable[Suppression],
    policies: Iterable[PackedPolicy],
    today: date,
    coverage: Coverage | None = None,
) -> tuple[tuple[ReportedFinding, ...], tuple[Remark, ...]]:
    """Mark the findings that a suppression covers, and remark on suppressions that are wrong or cover nothing.

    A suppression covers findings on its own line, on the line below comments that stand alone, and within the
    lines of the finding's span. Those of other tools count where a policy names their id as equivalent; nothing is
    remarked about them, for they may still serve their own tool. Without ``coverage`` every policy counts as run.
    """
    known = {name: packed.id for packed in policies for name in (*packed.formerly, packed.id)}
    covered = coverage or Coverage(frozenset(known.values()))
    every = tuple(suppressions)
    usable = tuple(each for each in every if _is_usable(each, today))
    marked: list[ReportedFinding] = []
    used: set[Suppression] = set()
    for finding in findings:
        matches = [each for each in usable if _covers(each, finding)]
        used.update(matches)
        marked.append(replace(finding, suppression=matches[0]) if matches else finding)
    remarks = (_remark(each, known, used, covered, today) for each in every if each.tool == "infraaudit")
    return tuple(marked), tuple(remark for remark in remarks if remark is not None)


def _is_usable(suppression: Suppression, today: date) -> bool:
    if suppression.tool == "infraaudit" and (not suppression.reason or suppression.misdated):
        return False
    return suppression.until is None or suppression.until >= today


def _covers(suppression: Suppression, finding: ReportedFinding) -> bool:
    packed = finding.policy
    ids = {packed.id, *packed.formerly} if suppression.tool == "infraaudit" else _equivalents(packed)
    first, last = suppression.lines
    return (
        suppression.id in ids
        and suppression.at.path == finding.at.path
        and finding.at.start_line <= last
        and first <= finding.at.last_line
    )


def _equivalents(packed: PackedPolicy) -> set[str]:
    return {name.rpartition(":")[2] for name in packed.policy.equivalents}


def _remark(
    suppression: Suppression, known: dict[str, str], used: set[Suppression], coverage: Coverage, today: date
) -> Remark | None:
    written, at = suppression.id, suppression.at
    if written not in known:
        return Remark("unknown-policy", at, f"{written or 'an empty id'} is not a policy, so this silences nothing")
    if not suppression.reason:
        return Remark("no-reason", at, f"the suppression of {written} gives no reason, so it has no effect")
    if suppression.misdated:
        end = suppression.misdated
        return Remark("misdated", at, f"the suppression of {written} ends at {end!r}, no date, so it has no effect")
    if suppression.until is not None and suppression.until < today:
        return Remark("expired", at, f"the suppression of {written} expired on {suppression.until}")
    if suppression not in used and coverage.decides(known[written], at.path):
        return Remark("stale", at, f"{written} finds nothing here any more; the suppression can go")
    return None
