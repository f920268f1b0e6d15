"""Lifts the workflows of AWS Step Functions, with the steps of their definitions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, Unknown, Waiting, Workflow, WorkflowStep
from infraaudit.readers.terraform.aws.compute.functions import function_named
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.observability.log_groups import group_named
from infraaudit.readers.terraform.lifting.arguments import argument, document, literals, reason
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "aws_sfn_state_machine"
_ACTIVITY = "aws_sfn_activity"
_FUNCTIONS = ("aws_lambda_function", "aws_lambda_alias")
_SERVICE = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?:aws-sdk:)?([a-z0-9-]+):[^.]+(?:\.(waitForTaskToken|sync))?.*")
"""What names a call of a service: the service, and for what the step waits."""

_NAMED_BY = (
    "FunctionName",
    "TaskDefinition",
    "JobDefinition",
    "QueueUrl",
    "TopicArn",
    "StateMachineArn",
    "TableName",
    "JobName",
    "ProjectName",
)
"""The parameters by which a call of a service says whom it calls."""

_AT_RUN_TIME = "each run decides it"
_DEEPEST = 12


def lift_workflows(resources: Resources) -> Iterator[Workflow]:
    """Lift ``aws_sfn_state_machine``."""
    for resource in resources.of_type(_TYPE):
        definition = document(argument(resource, "definition"))
        steps, doubt = _steps(definition, resources)
        yield Workflow(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            steps=tuple(steps),
            doubt=doubt,
            timeout=definition["TimeoutSeconds"].integer(),
            brief=string_or_default(argument(resource, "type"), f"{_TYPE}.type").map(_is_brief),
            log_level=string_or_default(argument(resource, "logging_configuration.level"), f"{_TYPE}.log_level"),
            log_group=group_named(resources, argument(resource, "logging_configuration.log_destination")),
            acts_as=pointed(resources, argument(resource, "role_arn")),
            identifiers=literals(argument(resource, "name").string()),
            facets=facets_of(resource, resources),
        )


def _is_brief(type_: str) -> bool:
    return type_.upper() == "EXPRESS"


# -- the states of a definition --------------------------------------------------------------------------------


def _steps(machine: Node, resources: Resources, depth: int = _DEEPEST) -> tuple[list[WorkflowStep], Maybe[str] | None]:
    """Return the steps of a machine, or of a part of one, and why there may be others."""
    states = machine["States"]
    if not states.is_mapping or not depth:
        why = reason(states) if states.is_unknown else "its definition has no states that can be read"
        return [], Unknown(why, machine.at)
    steps: list[WorkflowStep] = []
    doubt: Maybe[str] | None = None
    if states.open:
        doubt = Unknown(states.why_open or "some of its states cannot be told", states.at)
    for name, state in states.items():
        kind = state["Type"].string()
        if isinstance(kind, Unknown):
            doubt = doubt or Unknown(f"the state {name} cannot be told: {kind.why}", kind.at)
        elif isinstance(kind, Known) and kind.value == "Task":
            steps.append(_step(name, state, resources))
        for part in _parts(state):
            inner, inner_doubt = _steps(part, resources, depth - 1)
            steps.extend(inner)
            doubt = doubt or inner_doubt
    return steps, doubt


def _parts(state: Node) -> Iterator[Node]:
    """Yield the machines within a state: the branches beside each other, and what a loop repeats."""
    yield from state["Branches"].each()
    yield from (state[name] for name in ("ItemProcessor", "Iterator") if state[name].is_mapping)


def _step(name: str, state: Node, resources: Resources) -> WorkflowStep:
    calls, waits = _call(state, resources)
    return WorkflowStep(
        name=name,
        at=state.key_at or state.at,
        calls=calls,
        waits=waits,
        retries=_errors(state["Retry"]),
        catches=_errors(state["Catch"]),
        timeout=_seconds(state, "TimeoutSeconds"),
        heartbeat=_seconds(state, "HeartbeatSeconds"),
    )


def _seconds(state: Node, name: str) -> Maybe[int]:
    path = state[f"{name}Path"]
    return state[name].integer() if path.is_absent else Unknown(_AT_RUN_TIME, path.at)


def _errors(node: Node) -> Value[tuple[str, ...]]:
    """Return the errors of all rules of a list."""
    names: list[str] = []
    doubt: Unknown[tuple[str, ...]] | None = None
    if not node.complete:
        doubt = Unknown(reason(node) if node.is_unknown else "some rules for its errors cannot be told", node.at)
    for rule in node.each():
        errors = [each.string() for each in rule["ErrorEquals"].each()]
        known = [each.value for each in errors if isinstance(each, Known)]
        if not rule["ErrorEquals"].complete or len(known) < len(errors):
            doubt = doubt or Unknown("the errors of a rule cannot be told", rule.at)
        names.extend(known)
    return doubt if doubt is not None and not names else Known(tuple(names), node.at)


# -- what a step calls -----------------------------------------------------------------------------------------


def _call(state: Node, resources: Resources) -> tuple[Maybe[str], Value[Waiting]]:
    """Return what a step calls, and for what it then waits."""
    node = state["Resource"]
    text = node.string()
    if isinstance(text, Known):
        service = _SERVICE.fullmatch(text.value)
        if ":activity:" in text.value:
            return text, Known(Waiting.CALLBACK, node.at)
        if service is None or service[1] == "function":
            return function_named(resources, node), Known(Waiting.ANSWER, node.at)
        return _named(state, resources), Known(_waiting(service[1], service[2]), node.at)
    activity = behind(resources, node, _ACTIVITY)
    if activity is not None:
        return Known(activity.address, node.at), Known(Waiting.CALLBACK, node.at)
    if behind(resources, node, *_FUNCTIONS) is not None:
        return function_named(resources, node), Known(Waiting.ANSWER, node.at)
    return pointed(resources, node), Unknown(f"what it calls: {reason(node)}", node.at)


def _waiting(service: str, suffix: str | None) -> Waiting:
    if suffix == "sync" and service == "states":
        return Waiting.WORKFLOW
    if suffix == "sync":
        return Waiting.LIMITED_JOB if service in table("workflow_jobs") else Waiting.JOB
    return Waiting.CALLBACK if suffix == "waitForTaskToken" else Waiting.ANSWER


def _named(state: Node, resources: Resources) -> Maybe[str]:
    """Return whom a call of a service calls; a parameter with a path is filled by each run."""
    given = _given(state)
    for name in _NAMED_BY:
        if not given[f"{name}.$"].is_absent and given.is_mapping:
            return Unknown(_AT_RUN_TIME, given.at)
        if not given[name].is_absent and given.is_mapping:
            return function_named(resources, given[name])
    return Absent(state.at)


def _given(state: Node) -> Node:
    return state["Arguments"] if not state["Arguments"].is_absent else state["Parameters"]


# -- tasks of ECS that a step starts ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartedTask:
    """A task of ECS that a step of a workflow starts: the step, at an address of its own, and what it is given."""

    step: Resource
    given: Node


def started_tasks(resources: Resources) -> Iterator[StartedTask]:
    """Yield the tasks that workflows start, in the order of their steps."""
    for resource in resources.of_type(_TYPE):
        for name, state in _tasks_of(document(argument(resource, "definition")), _DEEPEST):
            called = state["Resource"].string()
            if isinstance(called, Known) and _RUN_TASK in called.value and _given(state).is_mapping:
                address, at = f"{resource.address}#{name}", state.key_at or state.at
                yield StartedTask(replace(resource, address=address, name=name, at=at), _given(state))


_RUN_TASK = ":ecs:runTask"


def _tasks_of(machine: Node, depth: int) -> Iterator[tuple[str, Node]]:
    """Yield the states that have others do the work, those of branches and loops included."""
    states = machine["States"]
    for name, state in states.items() if states.is_mapping and depth else ():
        if state["Type"].content == "Task":
            yield name, state
        for part in _parts(state):
            yield from _tasks_of(part, depth - 1)
