"""The numbers of a finding: operands with the memory of their values, and doubts that still say what would be safe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from infraaudit.model import Unknown, UnsettledError
from infraaudit.policy.finding import Operand

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.model import Absent, Known, Maybe, Value

T = TypeVar("T")

MEBIBYTE = 2**20


def operand(name: str, value: Known[T], words: str = "") -> Operand:
    """Return a number of the arithmetic with its place; a default carries the fact that it comes from."""
    return Operand(name, words or str(value.value), value.at, "" if value.stated else value.fact)


def by_default(value: Known[T]) -> str:
    """Return the words that a message adds to a value which nobody wrote."""
    return "" if value.stated else " by default"


def settled_within(value: Value[T], safe: str) -> Known[T]:
    """Settle a value; where it cannot be told, the doubt goes on to say what would be safe."""
    if isinstance(value, Unknown) and not value.candidates:
        raise UnsettledError(replace(value, why=f"{value.why}; {safe}"))
    return value.settled()


def maybe_within(value: Maybe[T], safe: str) -> Known[T] | Absent:
    """Settle a value that may be absent as :func:`settled_within` does."""
    if isinstance(value, Unknown):
        return settled_within(value, safe)
    return value.settled()


def in_mebibytes(size: float) -> str:
    """Write a size in bytes as people read it."""
    return f"{size / MEBIBYTE:.0f} MiB"


def in_cores(thousandths: float) -> str:
    """Write thousandths of a core as people read them."""
    return f"{thousandths / 1000:g} core{'' if thousandths == 1000 else 's'}"  # noqa: PLR2004 - one core


def doubted(derive: Callable[[], T], safe: str) -> T:
    """Derive something; where a doubt ends that, it goes on to say what would be safe."""
    try:
        return derive()
    except UnsettledError as unsettled:
        raise UnsettledError(replace(unsettled.unknown, why=f"{unsettled.unknown.why}; {safe}")) from None
