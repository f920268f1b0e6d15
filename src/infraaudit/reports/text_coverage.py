"""What a text report says after the findings: what could not be told, what was not read, and the sum of it all."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.engine.ledger import PolicyState
from infraaudit.facts.secrets import mask_line
from infraaudit.policy import Severity
from infraaudit.readers.reading import FileState
from infraaudit.reports.printable import count, listed, visible, wrap
from infraaudit.reports.style import Ink, ink_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.engine.result import Result
    from infraaudit.engine.verdict import Verdict
    from infraaudit.reports.style import Style

MOST_REASONS = 10
MOST_ROWS = 20
_MOST_EXCLUDED = 8
_MOST_NAMED = 2
_MOST_OF_GROUP = 3
_NOT_READ = {FileState.PARTLY: "partly read", FileState.FAILED: "failed"}

READABLE = "Dockerfiles, Compose files, Kubernetes manifests (plain, Helm, Kustomize) and Terraform"
"""What a scan looks for, in the words of its users."""


def unknown_lines(result: Result, style: Style) -> Iterator[str]:
    """Yield what the checks could not tell, by reason, the most frequent first."""
    unknowns = result.unknowns
    if not unknowns:
        return
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in unknowns:
        if verdict.unsettled is not None:
            groups[verdict.unsettled.why].append(verdict)
    ordered = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    yield style.paint(f"Could not tell: {count(len(unknowns), 'check')}", Ink.STRONG)
    for why, verdicts in ordered[:MOST_REASONS]:
        yield from wrap(why, style.width, f"{len(verdicts):>5,}  ", " " * 7)
        yield from wrap(_where(verdicts), style.width, " " * 7, " " * 9)
    if len(ordered) > MOST_REASONS:
        yield f"       {count(len(ordered) - MOST_REASONS, 'more reason')}; --format json lists all"


def _where(verdicts: list[Verdict]) -> str:
    places = tuple(dict.fromkeys(str(each.unsettled.at) for each in verdicts if each.unsettled is not None))
    policies = tuple(dict.fromkeys(each.policy.id for each in verdicts))
    return f"at {listed(places, 1)}, for {listed(policies, _MOST_NAMED)}"


def excluded_lines(result: Result, style: Style) -> Iterator[str]:
    """Yield whom the policies do not concern, by reason."""
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    counts: Counter[str] = Counter()
    for verdict in result.excluded:
        if verdict.exclusion is not None:
            reason = verdict.exclusion.reason.value
            counts[reason] += 1
            detail = f": {verdict.exclusion.detail}" if verdict.exclusion.detail else ""
            groups[reason][f"{verdict.policy.id} on {verdict.subject}{detail}"] = None
    if not counts:
        return
    yield style.paint(f"Not applicable: {count(counts.total(), 'check')}", Ink.STRONG)
    for reason, number in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        yield f"{number:>5,}  {reason}"
        rows = list(groups[reason])
        for row in rows[:_MOST_EXCLUDED]:
            yield from wrap(row, style.width, " " * 7, " " * 9)
        if len(rows) > _MOST_EXCLUDED:
            yield f"       and {len(rows) - _MOST_EXCLUDED} more"


def remark_lines(result: Result, style: Style) -> Iterator[str]:
    """Yield what is wrong with suppressions."""
    if not result.remarks:
        return
    yield style.paint("Suppressions to look at", Ink.STRONG)
    rows = [f"{remark.at}: {remark.message}" for remark in result.remarks]
    yield from _capped(rows, style)


@dataclass(frozen=True, slots=True)
class _Gap:
    """One thing that was not covered: what became of it, what it is, which, and why."""

    state: str
    kind: str
    which: str
    why: str


def gap_lines(result: Result, style: Style) -> Iterator[str]:
    """Yield what should have been read or run and was not; what has one reason stands together."""
    groups: dict[tuple[str, str, str], list[_Gap]] = defaultdict(list)
    for gap in _gaps(result):
        groups[gap.state, gap.kind, gap.why].append(gap)
    if not groups:
        return
    yield style.paint("Not covered: the result is incomplete", Ink.HIGH)
    for (state, kind, why), gaps in list(groups.items())[:MOST_ROWS]:
        yield from _gap_group(state, kind, why, [gap.which for gap in gaps], style)
    left = sum(len(gaps) for gaps in list(groups.values())[MOST_ROWS:])
    if left:
        yield f"  {left:,} more; --format json lists all"


def _gap_group(state: str, kind: str, why: str, names: list[str], style: Style) -> Iterator[str]:
    if len(names) == 1:
        name = names[0] if names[0].startswith(f"{kind}.") else f"{kind} {names[0]}"
        yield from wrap(f"{state} {name}: {why}", style.width, "  ", "      ")
        return
    yield from wrap(f"{len(names):,} {state} {kind}s: {why}", style.width, "  ", "      ")
    for name in names[:_MOST_OF_GROUP]:
        yield f"      - {visible(name)}"
    if len(names) > _MOST_OF_GROUP:
        yield f"      and {len(names) - _MOST_OF_GROUP:,} more"


def _gaps(result: Result) -> Iterator[_Gap]:
    ledger = result.ledger
    for problem in result.unlisted:
        yield _Gap("unreadable", "folder", problem.at.path, problem.message)
    for row in ledger.files:
        if row.state in _NOT_READ:
            yield _Gap(_NOT_READ[row.state], "file", row.path, mask_line(row.why))
    for unit in ledger.units:
        if unit.state.leaves_gap:
            which = unit.path if unit.name in unit.path else f"{unit.name} ({unit.path})"
            yield _Gap(unit.state, unit.kind, which, unit.why)
    for policy in ledger.policies:
        if policy.state is PolicyState.CRASHED:
            yield _Gap("crashed", "policy", policy.id, mask_line(policy.why))


def _capped(rows: list[str], style: Style) -> Iterator[str]:
    for row in rows[:MOST_ROWS]:
        yield from wrap(row, style.width, "  ", "      ")
    if len(rows) > MOST_ROWS:
        yield f"  {len(rows) - MOST_ROWS:,} more; --format json lists all"


def summary_lines(result: Result, style: Style) -> Iterator[str]:
    """Yield the last lines: what the whole came to."""
    if result.ledger.read_nothing:
        yield from wrap(
            f"Nothing was read below {visible(str(result.tree.root))}: infraaudit reads {READABLE}.",
            style.width,
            "",
            "  ",
        )
        return
    active = result.active
    if active:
        yield from _sum_of(result, style)
    else:
        yield style.paint("No findings", Ink.GOOD if result.is_complete else Ink.STRONG)
    yield from wrap("; ".join(_counts(result)), style.width, "", "  ")


def _sum_of(result: Result, style: Style) -> Iterator[str]:
    active = result.active
    numbers = {each: sum(found.severity is each for found in active) for each in sorted(Severity, reverse=True)}
    words = {each: f"{number} {each.word}" for each, number in numbers.items() if number}
    causes = count(result.causes, "cause")
    instances = count(sum(len(each.instances) for each in active), "instance")
    text = f"{count(len(active), 'finding')} ({', '.join(words.values())}) from {causes} in {instances}"
    for line in wrap(text, style.width, "", "  "):
        painted = line
        for severity, word in words.items():
            painted = painted.replace(word, style.paint(word, ink_of(severity)), 1)
        yield painted


def _counts(result: Result) -> Iterable[str]:
    states = Counter(row.state for row in result.ledger.files)
    yield f"{count(len(result.strengths), 'check')} passed"
    yield f"{len(result.unknowns):,} could not tell"
    yield f"{len(result.findings) - len(result.active):,} suppressed"
    yield f"{count(states[FileState.PARSED] + states[FileState.PARTLY], 'file')} read"
    for state in (FileState.PARTLY, FileState.FAILED, FileState.SKIPPED, FileState.UNKNOWN_KIND):
        if states[state]:
            yield f"{states[state]:,} {_WORDS[state]}"


_WORDS = {
    FileState.PARTLY: "of them partly",
    FileState.FAILED: "failed",
    FileState.SKIPPED: "skipped",
    FileState.UNKNOWN_KIND: "of a kind that is not read",
}
