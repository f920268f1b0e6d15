"""What the engine says: one verdict for each policy and subject, and the findings grouped by the place to change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.model import Entity, Environment
    from infraaudit.policy import Exclusion, Factor, Finding, Operand, Place, Severity
    from infraaudit.source.span import Span


class Outcome(StrEnum):
    """The four ends of a check."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - an outcome, not a password
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Why a check could not tell, and the place of the value that would settle it."""

    why: str
    at: Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one policy says of one subject.

    ``findings`` hold their severity beside them; ``unsettled`` is set where the check ended early, which findings
    yielded before survive; ``exclusion`` says why the policy does not apply.
    """

    policy: PackedPolicy
    subject: Entity
    outcome: Outcome
    findings: tuple[tuple[Finding, Severity, tuple[Factor, ...]], ...] = ()
    unsettled: Unsettled | None = None
    exclusion: Exclusion | None = None


@dataclass(frozen=True, slots=True)
class Crash:
    """A policy that failed by itself: a defect of the policy, never of the audited system."""

    policy: PackedPolicy
    subject: Entity
    error: str


@dataclass(frozen=True, slots=True)
class Instance:
    """One subject that a finding is about."""

    address: str
    deployment: str
    environment: Environment


@dataclass(frozen=True, slots=True)
class Suppression:
    """One silenced id: ``reason`` is what the owner wrote, ``tool`` whose syntax it was written in.

    ``lines`` are the first and the last line that it speaks of. ``misdated`` is an end that is no date.
    """

    id: str
    reason: str
    at: Span
    until: date | None = None
    tool: str = "infraaudit"
    lines: tuple[int, int] = (0, 0)
    misdated: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something wrong with a suppression itself: stale, expired, misdated, without a reason, or naming nothing."""

    kind: str
    at: Span
    message: str


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """One place to change, with every instance that the change repairs. The heaviest instance sets the severity."""

    policy: PackedPolicy
    severity: Severity
    factors: tuple[Factor, ...]
    at: Span
    message: str
    label: str
    places: tuple[Place, ...]
    operands: tuple[Operand, ...]
    sum: str
    fix: str
    instances: tuple[Instance, ...]
    fingerprint: str
    suppression: Suppression | None = None

    @property
    def resource(self) -> str:
        """The address of the first instance."""
        return self.instances[0].address
