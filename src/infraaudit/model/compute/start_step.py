"""What a container does before it serves: migrations, waits and the building of files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span


class StepKind(StrEnum):
    """What a step on the way to the server is there for."""

    MIGRATION = "migration"
    ASSETS = "building of files"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class StartStep:
    """A command of a known kind that runs to its end each time a container starts.

    ``locks`` tells that the tool itself lets only one copy work at a time. ``certain`` is false where it runs under
    a condition that cannot be told. ``fact`` is the citation.
    """

    kind: StepKind
    words: tuple[str, ...]
    at: Span
    locks: bool = False
    certain: bool = True
    fact: str = ""

    def __str__(self) -> str:
        return " ".join(self.words)
