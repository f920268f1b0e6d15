"""Words that messages of several policies share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def in_a_row(things: Iterable[object], conjunction: str = "and") -> str:
    """Return things as they stand in a sentence: ``a``, ``a and b``, ``a, b and c``.

    Those of one name, as resources of modules are, come once with their number: ``a (2 of them) and b``.
    """
    numbers = Counter(str(each) for each in things)
    words = [name if number == 1 else f"{name} ({number} of them)" for name, number in numbers.items()]
    return f" {conjunction} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
