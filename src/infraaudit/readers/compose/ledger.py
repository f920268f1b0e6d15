"""What reading has come to so far: the files that were read, and what was wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.reading import FileRow, FileState

if TYPE_CHECKING:
    from infraaudit.source.problem import Problem

COMPOSE = "compose"
ENVIRONMENT = "env"


@dataclass
class Ledger:
    """Files by path with their format, and the problems in the order met, each once."""

    formats: dict[str, str] = field(default_factory=dict)
    problems: dict[Problem, None] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)

    def note(self, path: str, kind: str) -> None:
        """Remember a file as read."""
        self.formats.setdefault(path, kind)

    def report(self, *problems: Problem) -> None:
        """Remember what was wrong."""
        self.problems.update(dict.fromkeys(problems))

    def fail(self, path: str, problem: Problem) -> None:
        """Remember that nothing could be read of a file, and why."""
        self.failed.add(path)
        self.report(problem)

    def rows(self) -> tuple[FileRow, ...]:
        """Return one row a file."""
        return tuple(self._row(path) for path in sorted({*self.formats, *self.templates}))

    def _row(self, path: str) -> FileRow:
        kind = self.formats.get(path, COMPOSE)
        if path in self.templates:
            return FileRow(path, kind, FileState.SKIPPED, "a template")
        gaps = [problem for problem in self.problems if problem.leaves_gap and problem.at.path == path]
        if not gaps:
            return FileRow(path, kind, FileState.PARSED)
        state = FileState.FAILED if path in self.failed else FileState.PARTLY
        return FileRow(path, kind, state, gaps[0].message)
