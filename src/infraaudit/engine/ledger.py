"""The coverage ledger: what became of every candidate file, chart, overlay, module call and policy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.engine.verdict import Crash, Outcome, Verdict
from infraaudit.readers.reading import FileState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.readers.reading import FileRow, UnitRow
    from infraaudit.source.problem import Problem


class PolicyState(StrEnum):
    """What became of a policy."""

    RAN = "ran"
    NO_SUBJECT = "no subject"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy of the ledger; the four counts add up to the number of subjects."""

    id: str
    state: PolicyState
    failed: int = 0
    passed: int = 0
    unknown: int = 0
    not_applicable: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was covered, and what was not."""

    files: tuple[FileRow, ...]
    units: tuple[UnitRow, ...]
    policies: tuple[PolicyRow, ...]
    problems: tuple[Problem, ...]

    @property
    def read_nothing(self) -> bool:
        """Whether no file was read at all."""
        return not any(row.state in {FileState.PARSED, FileState.PARTLY} for row in self.files)

    @property
    def gaps(self) -> int:
        """How many files, charts, overlays and modules should have been read and were not."""
        files = sum(row.state in {FileState.PARTLY, FileState.FAILED} for row in self.files)
        return files + sum(row.state.leaves_gap for row in self.units)

    @property
    def is_complete(self) -> bool:
        """Whether everything that should have been read was, and every policy ran to its end."""
        crashed = any(row.state is PolicyState.CRASHED for row in self.policies)
        return not (self.read_nothing or self.gaps or crashed)


def policy_rows(policies: Iterable[PackedPolicy], results: Sequence[Verdict | Crash]) -> tuple[PolicyRow, ...]:
    """Count the outcomes of each policy."""
    counts: Counter[tuple[str, Outcome]] = Counter()
    crashes: dict[str, Crash] = {}
    for result in results:
        if isinstance(result, Crash):
            crashes.setdefault(result.policy.id, result)
        else:
            counts[result.policy.id, result.outcome] += 1
    return tuple(_row(packed.id, counts, crashes.get(packed.id)) for packed in policies)


def _row(identity: str, counts: Counter[tuple[str, Outcome]], crash: Crash | None) -> PolicyRow:
    numbers = [counts[identity, outcome] for outcome in Outcome]
    if crash is not None:
        state, why = PolicyState.CRASHED, f"on {crash.subject.address}: {crash.error}"
    else:
        state, why = (PolicyState.RAN if any(numbers) else PolicyState.NO_SUBJECT), ""
    failed, passed, unknown, not_applicable = numbers
    return PolicyRow(identity, state, failed, passed, unknown, not_applicable, why)
