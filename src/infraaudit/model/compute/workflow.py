"""What puts the steps of a longer work in order: workflows, and what becomes of a step that fails or never ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class Waiting(StrEnum):
    """For what a step waits before the next one begins."""

    ANSWER = "the answer to its call"
    JOB = "the end of a job"
    LIMITED_JOB = "the end of a job that its service bounds in time"
    WORKFLOW = "the end of another workflow"
    CALLBACK = "a callback"


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """A step of a workflow that has something else do the work.

    ``calls`` is the address or literal name of what it calls, absent where the step names nothing of its own.
    ``retries`` are the errors for which it is written how often the step is tried again (0 times is written, too), in
    the words of the platform, and ``catches`` those that lead to another step instead of ending the workflow; each is
    empty where nothing is written. ``timeout`` is how many
    seconds it may take, ``heartbeat`` how many may lie between two signs of life; absent where nothing is written, and
    unknown also where the run itself decides. ``at`` is the place of its name.
    """

    name: str
    at: Span
    calls: Maybe[str]
    waits: Value[Waiting]
    retries: Value[tuple[str, ...]]
    catches: Value[tuple[str, ...]]
    timeout: Maybe[int]
    heartbeat: Maybe[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow(Faceted):
    """A workflow: steps in an order, kept by a service.

    ``steps`` are those that have others do the work, the ones inside branches and loops included; ``doubt`` is why
    there may be more of them. ``timeout`` is how many seconds the whole may take, absent where nothing bounds it.
    ``brief`` is whether it is of the kind that lives minutes and of which the service itself keeps no history.
    ``log_level`` is from which events on its history is written to ``log_group``, the address or literal name of a
    group, ``OFF`` for none. ``acts_as`` is the identity as which it calls others, an address or literal name, and
    ``None`` where that is not read.
    """

    steps: tuple[WorkflowStep, ...] = ()
    doubt: Maybe[str] | None = None
    timeout: Maybe[int]
    brief: Value[bool]
    log_level: Value[str]
    log_group: Maybe[str]
    acts_as: Maybe[str] | None = None
    identifiers: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
