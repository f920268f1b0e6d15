"""Words that messages of several policies share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def in_a_row(things: Iterable[object], conjunction: str = "and") -> str:
    """Return things as they are in_a_row in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    words = [str(each) for each in things]
    return f" {conjunction} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
