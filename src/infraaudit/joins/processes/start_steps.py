"""Finds the migrations, waits and the like among the commands that a container runs on the way to its server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.joins.processes.programs import known_program, run_by_python, unwrapped
from infraaudit.model import StartStep, StepKind

if TYPE_CHECKING:
    from infraaudit.joins.processes.launches import Earlier, Launch
    from infraaudit.joins.processes.words import Word
    from infraaudit.source.span import Span

_TABLE = "start_steps"
_DEEPEST = 4


def steps_of(launch: Launch) -> tuple[StartStep, ...]:
    """Return the known steps of a launch, the program itself last where it is one."""
    steps = [_step(each.words, each.at, certain=each.certain) for each in _once(launch.earlier)]
    if launch.row is None and launch.words:
        steps.append(_step(launch.words, launch.words[0].at, certain=not launch.doubt))
    return tuple(step for step in steps if step is not None)


def _once(earlier: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    """Return each command once: two ways through a script may lead past the same one."""
    return tuple({(tuple(word.text for word in each.words), each.at): each for each in earlier}.values())


def _step(words: tuple[Word, ...], at: Span, *, certain: bool) -> StartStep | None:
    for _ in range(_DEEPEST):
        row = known_program(words, _TABLE) if words else None
        if row is not None:
            shown = tuple(word.shown for word in words)
            return StartStep(StepKind(row["kind"]), shown, at, row["locks"], certain, row.words)
        inner = unwrapped(run_by_python(words)) if words else None
        if inner is None:
            return None
        words = inner.words
    return None
