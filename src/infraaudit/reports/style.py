"""How a text report looks: its width, and colour where the reader wants colour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from infraaudit.policy import Severity


class Ink(StrEnum):
    """What a stretch of text is there for, as the parameter of the terminal's own sequence for it."""

    HIGH = "1;31"
    MEDIUM = "1;33"
    LOW = "1;36"
    FRAME = "1;34"
    STRONG = "1"
    GOOD = "1;32"


_OF_SEVERITY = {Severity.HIGH: Ink.HIGH, Severity.MEDIUM: Ink.MEDIUM, Severity.LOW: Ink.LOW}


def ink_of(severity: Severity) -> Ink:
    """Return the ink of a severity."""
    return _OF_SEVERITY[severity]


@dataclass(frozen=True, slots=True)
class Style:
    """How wide a report is and whether colours are written.

    ``width`` is in cells and holds for prose, ``source_width`` for lines of source, which are cut.
    """

    width: int
    colour: bool
    source_width: int

    def paint(self, text: str, ink: Ink) -> str:
        """Return a text in a colour, or as it is."""
        return f"\x1b[{ink}m{text}\x1b[0m" if self.colour and text else text
