"""What could not be read: a problem of a file, never a finding about the system."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span


class ProblemKind(StrEnum):
    """Why something was not read. Every kind but ``NOTE`` leaves the scan incomplete."""

    SYNTAX = "syntax"
    ENCODING = "encoding"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too-large"
    OUTSIDE_ROOT = "outside-root"
    UNREADABLE = "unreadable"
    NOT_RENDERED = "not-rendered"
    MISSING_MODULE = "missing-module"
    UNSUPPORTED = "unsupported"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read, where it stands and why, in a sentence without a full stop."""

    kind: ProblemKind
    at: Span
    message: str

    @property
    def leaves_gap(self) -> bool:
        """Whether something that should have been read was not."""
        return self.kind is not ProblemKind.NOTE
