"""The result of an audit, whole: what reports print and exit codes follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.engine.verdict import Outcome

if TYPE_CHECKING:
    from infraaudit.engine.ledger import Ledger
    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.engine.verdict import Remark, ReportedFinding, Verdict
    from infraaudit.model import Estate
    from infraaudit.policy import Severity
    from infraaudit.source.file import SourceTree
    from infraaudit.source.problem import Problem


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that one audit came to."""

    tree: SourceTree
    estate: Estate
    policies: tuple[PackedPolicy, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[ReportedFinding, ...]
    remarks: tuple[Remark, ...]
    ledger: Ledger

    @property
    def active(self) -> tuple[ReportedFinding, ...]:
        """The findings that no suppression covers."""
        return tuple(each for each in self.findings if each.suppression is None)

    @property
    def unknowns(self) -> tuple[Verdict, ...]:
        """The verdicts that a value nobody could tell kept open."""
        return tuple(each for each in self.verdicts if each.unsettled is not None)

    @property
    def strengths(self) -> tuple[Verdict, ...]:
        """The verdicts that say what holds."""
        return tuple(each for each in self.verdicts if each.outcome is Outcome.PASS)

    @property
    def excluded(self) -> tuple[Verdict, ...]:
        """The verdicts of subjects that a policy does not concern, with the reason."""
        return tuple(each for each in self.verdicts if each.outcome is Outcome.NOT_APPLICABLE)

    @property
    def causes(self) -> int:
        """How many places would have to be changed to repair every finding."""
        return len({each.at.order for each in self.active})

    @property
    def unlisted(self) -> tuple[Problem, ...]:
        """The gaps that no row of the ledger stands for: folders that could not be listed."""
        rows = {row.path for row in self.ledger.files}
        return tuple(each for each in self.tree.problems if each.leaves_gap and each.at.path not in rows)

    @property
    def is_complete(self) -> bool:
        """Whether everything that should have been read was, folders included, and every policy ran to its end."""
        return self.ledger.is_complete and not self.unlisted

    def at_or_above(self, severity: Severity) -> bool:
        """Whether a finding weighs at least this much."""
        return any(each.severity >= severity for each in self.active)
