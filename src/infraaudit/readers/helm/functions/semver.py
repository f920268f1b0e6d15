"""Compares versions with constraints, as Helm's ``semverCompare`` does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infraaudit.readers.helm.cells import ChartError

_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_CONSTRAINT = re.compile(
    r"\s*(=|==|!=|>|<|>=|=>|<=|=<|~|~>|\^)?\s*v?([0-9]+|[xX*])(?:\.([0-9]+|[xX*]))?(?:\.([0-9]+|[xX*]))?"
    r"(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\s*",
)
_RANGE = re.compile(r"(\S+)\s+-\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Version:
    """A version: its numbers, and what stands behind the dash."""

    numbers: tuple[int, int, int]
    before: str = ""

    @property
    def order(self) -> tuple[object, ...]:
        """The sort key: a pre-release stands before its release, numbers in it before words."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.before.split(".") if part)
        return (self.numbers, not self.before, parts)


def version_of(text: str) -> Version:
    """Read a version. Raises ``ChartError`` for what is none."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        message = f"invalid semantic version {text!r}"
        raise ChartError(message)
    major, minor, patch, before = found.groups()
    return Version((int(major), int(minor or 0), int(patch or 0)), before or "")


def satisfies(version: Version, constraint: str) -> bool:
    """Tell whether a version meets a constraint: alternatives by ``||``, each a list by blanks or commas."""
    return any(_all_hold(version, each) for each in constraint.split("||"))


def _all_hold(version: Version, constraint: str) -> bool:
    text = _RANGE.sub(r">=\1 <=\2", constraint).replace(",", " ")
    offset = 0
    if not text.strip():
        return not version.before
    comparisons: list[tuple[str, ...]] = []
    while offset < len(text):
        found = _CONSTRAINT.match(text, offset)
        if found is None:
            message = f"improper constraint: {constraint}"
            raise ChartError(message)
        comparisons.append(found.groups(default=""))
        offset = found.end()
    # One comparison with a pre-release admits pre-releases to all beside it.
    if version.before and not any(before for *_, before in comparisons):
        return all(operator == "!=" for operator, *_ in comparisons)
    return all(_holds(version, *each) for each in comparisons)


def _holds(version: Version, operator: str, *written: str) -> bool:  # noqa: PLR0911 - one operator a line
    *parts, before = written
    known = [int(part) for part in parts if part.isdigit()]
    if parts[0] in "xX*":
        return True
    numbers = (known[0], known[1] if len(known) > 1 else 0, known[2] if len(known) > 2 else 0)  # noqa: PLR2004
    wanted = Version(numbers, before)
    is_open = len(known) < len(numbers)
    same_head = version.numbers[: len(known)] == tuple(known)
    match operator:
        case "!=":
            return not same_head if is_open else version.order != wanted.order
        case ">":
            return version.order > wanted.order and not (is_open and same_head)
        case "<":
            return version.order < wanted.order
        case ">=" | "=>":
            return version.order >= wanted.order
        case "<=" | "=<":
            return version.order <= wanted.order or (is_open and same_head)
        case "~" | "~>":
            return version.order >= wanted.order and version.numbers[: min(len(known), 2)] == tuple(known[:2])
        case "^":
            return version.order >= wanted.order and _caret(version, known)
        case _:
            return same_head if is_open else version.order == wanted.order


def _caret(version: Version, known: list[int]) -> bool:
    """Tell whether the leftmost number other than zero is the same."""
    for index, number in enumerate(known):
        if version.numbers[index] != number:
            return False
        if number:
            return True
    return True
