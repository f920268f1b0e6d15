"""Ties workflows to what their steps call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Datastore,
    Edge,
    EdgeKind,
    Entity,
    Function,
    Opaque,
    Queue,
    Topic,
    Workflow,
    known_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate


def join_workflows(estate: Estate) -> Estate:
    """Add the edges workflow to what it calls."""
    return estate.with_edges(_calls(estate))


def _calls(estate: Estate) -> Iterator[Edge]:
    for workflow in estate.of(Workflow):
        for step in workflow.steps:
            called = _called(estate, workflow, known_value(step.calls) or "")
            if called is not None:
                evidence = f"its step {step.name} calls it"
                yield Edge(EdgeKind.CALLS, workflow.key, called.key, evidence, step.calls.at)


def _called(estate: Estate, workflow: Workflow, name: str) -> Entity | None:
    """Return what an address or a literal name stands for in the same deployment."""
    if not name:
        return None
    exact = estate.beside(workflow, name, Entity)
    if exact is not None and not isinstance(exact, Opaque):
        return exact
    functions, queues = estate.in_deployment(workflow, Function), estate.in_deployment(workflow, Queue)
    topics, stores = estate.in_deployment(workflow, Topic), estate.in_deployment(workflow, Datastore)
    others = estate.in_deployment(workflow, Workflow)
    named: tuple[Function | Queue | Topic | Datastore | Workflow, ...]
    named = (*functions, *queues, *topics, *stores, *others)
    return next((each for each in named if name in each.identifiers), None)
