"""How context moves a severity. Each factor carries the words that the report prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.policy.finding import Factor, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable


def lowered(why: str) -> Factor:
    """One step less."""
    return Factor(why, steps=-1)


def raised(why: str) -> Factor:
    """One step more."""
    return Factor(why, steps=1)


def at_most(severity: Severity, why: str) -> Factor:
    """No more than this."""
    return Factor(why, ceiling=severity)


def at_least(severity: Severity, why: str) -> Factor:
    """No less than this, whatever else lowers it before."""
    return Factor(why, floor=severity)


def weigh(base: Severity, factors: Iterable[Factor]) -> Severity | None:
    """Apply the factors in their order. ``None`` means that the finding weighs less than LOW and is dropped."""
    level = int(base)
    for factor in factors:
        level += factor.steps
        if factor.ceiling is not None:
            level = min(level, factor.ceiling)
        if factor.floor is not None:
            level = max(level, factor.floor)
    return Severity(min(level, Severity.HIGH)) if level >= Severity.LOW else None
