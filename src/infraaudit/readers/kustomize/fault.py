"""What ends the building of an overlay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from infraaudit.source.span import Span


class BuildError(Exception):
    """The overlay cannot be built: Kustomize would refuse it too, or what it needs is not there to be read."""

    def __init__(self, message: str, at: Span, kind: ProblemKind = ProblemKind.NOT_RENDERED) -> None:
        super().__init__(message)
        self.problem = Problem(kind, at, message)
