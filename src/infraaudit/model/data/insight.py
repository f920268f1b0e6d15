"""What a managed database shows of its work: which statements take long, and what its machine does meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Insight:
    """What one instance shows, or a whole store where it is set for all of them.

    ``statements`` is whether its load is kept by statement, and ``kept`` for how many days. ``advanced`` is whether
    the fuller mode is asked for, which needs ``kept_at_least`` days. ``interval`` is how many seconds lie between two
    looks at the processes of its machine, 0 where nobody looks, and ``identity`` as whom these are written down.
    ``able`` is false where its machine is too small for ``statements``.
    """

    at: Span
    statements: Value[bool]
    advanced: Value[bool]
    kept: Value[int]
    kept_at_least: int
    interval: Value[int]
    identity: Maybe[str]
    able: bool = True
