"""Where a thing stands: a stretch of a file, and the steps by which its value came there."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way that a value took: what set it, and where."""

    what: str
    at: Span


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text. Lines and columns count from 1, columns in characters, and the end is exclusive.

    ``path`` is relative to the root of the scan, with forward slashes. ``trail`` names what set the value on
    its way here (a variable's default, a tfvars line), the nearest first.
    """

    path: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int
    trail: tuple[Step, ...] = ()

    def via(self, what: str, at: Span) -> Span:
        """Return the same place with one more step on its trail."""
        return replace(self, trail=(*self.trail, Step(what, replace(at, trail=())), *at.trail))

    def covers(self, other: Span) -> bool:
        """Tell whether ``other`` lies wholly inside this stretch of the same file."""
        return (
            self.path == other.path
            and (self.start_line, self.start_column) <= (other.start_line, other.start_column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )

    def until(self, other: Span) -> Span:
        """Return the stretch from this one's start to the end of ``other`` in the same file."""
        return Span(self.path, self.start_line, self.start_column, other.end_line, other.end_column, self.trail)

    @property
    def last_line(self) -> int:
        """The last line that holds a character of this stretch: an end before the first column holds none."""
        return max(self.start_line, self.end_line - (self.end_column == 1))

    @property
    def order(self) -> tuple[str, int, int, int, int]:
        """The sort key: file, then position."""
        return (self.path, self.start_line, self.start_column, self.end_line, self.end_column)

    def __str__(self) -> str:
        return f"{self.path}:{self.start_line}:{self.start_column}"


def whole_file(path: str) -> Span:
    """Return the place that stands for a file as a whole: its first character."""
    return Span(path, 1, 1, 1, 1)
