"""Versions, and the constraints that are put on them."""

from __future__ import annotations

import operator
import re

_VERSION = re.compile(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?([-+].*)?")
_CONSTRAINT = re.compile(r"\s*(~>|>=|<=|!=|>|<|=)?\s*(\S+)\s*")
_MAJOR_CONSTRAINT = re.compile(r"\s*(~>|>=|<=|!=|>|<|=)?\s*v?(\d{1,6})((?:\.\d+)*)\S*\s*")
_WHOLE = 3
_COMPARISONS = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip


def satisfies(version: str, constraint: str) -> bool:
    """Tell whether a version meets a constraint; one that cannot be read is met by any."""
    have = _numbers(version)
    return have is None or all(_meets(have, part) for part in constraint.split(","))


def _numbers(version: str) -> tuple[int, ...] | None:
    match = _VERSION.fullmatch(version)
    return None if match is None else tuple(int(part or 0) for part in match.groups()[:_WHOLE])


def _meets(have: tuple[int, ...], part: str) -> bool:
    match = _CONSTRAINT.fullmatch(part)
    wanted = _numbers(match[2]) if match is not None else None
    if match is None or wanted is None:
        return True
    if match[1] == "~>":
        fixed = match[2].count(".")
        return have >= wanted and have[:fixed] == wanted[:fixed]
    return bool(_COMPARISONS[match[1] or "="](have, wanted))


def major_of(constraint: str) -> int | None:
    """Return the one major version that a constraint allows, ``None`` where it allows several."""
    least, below = 0, None
    for part in constraint.split(","):
        match = _MAJOR_CONSTRAINT.fullmatch(part)
        if match is None:
            return None
        sign, major, minor = match[1] or "=", int(match[2]), match[3]
        if sign in {"=", "~>"}:
            least = max(least, major)
            below = min(below or major + 1, major + 1) if sign == "=" or minor else below
        elif sign in {">", ">="}:
            least = max(least, major)
        elif sign in {"<", "<="}:
            whole = sign == "<" and not minor.strip(".0")
            below = min(below or major + 1, major if whole else major + 1)
    return least if below is not None and below - least == 1 else None
