"""What becomes of a step of a workflow that fails, or that never ends."""

from collections.abc import Iterator, Sequence

from infraaudit.model import (
    Absent,
    Estate,
    Known,
    Unknown,
    UnsettledError,
    Waiting,
    Workflow,
    WorkflowStep,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    in_a_row,
    policy,
    raised,
)

_WEIGHTS: dict[Waiting, tuple[Factor, ...]] = {
    Waiting.CALLBACK: (raised("nothing but the callback ends the wait, for up to a year"),),
    Waiting.JOB: (),
}
"""For what a step may wait without an end, and how much that weighs."""

_MOST_NAMED = 4
_EVERYTHING = frozenset({"States.ALL", "States.TaskFailed"})


def _has_others_work(workflow: Workflow, _: Estate) -> Exclusion | None:
    if not workflow.steps and workflow.doubt is None:
        return Exclusion(Reason.ROLE, "none of its steps calls anything")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_has_others_work,
    holds="the steps of workflows are tried again, and none waits for ever",
    insight=True,
)
def workflow_step_without_retry_or_timeout(workflow: Workflow) -> Findings:
    """A step of a workflow fails for good at the first error, or waits without an end.

    Why: every service answers with an error now and then, and a step without a retrier takes the whole execution down
    with it. A step that waits for a callback waits for a year where the sender has died, and nothing tells of it.

    Fix: give each task a Retry for the errors of the service it calls (three attempts, a growing interval, jitter), and
    each step that waits for a callback or a job a TimeoutSeconds or a HeartbeatSeconds.

    Quiet when: it is written how often the step is tried again, be it never; or it runs another workflow, which is
    judged by itself. For the wait also when the service ends the job itself, or the workflow as a whole has a timeout
    or is of the kind that lives for minutes.

    See: AWS Step Functions developer guide, Handling errors in workflows; Using timeouts to avoid stuck executions.
    """
    yield from _given_up(workflow)
    yield from _endless(workflow)
    doubt = next(_doubts(workflow), None)
    if doubt is not None:
        raise UnsettledError(doubt)


def _given_up(workflow: Workflow) -> Findings:
    """Yield one finding for all steps that are not tried again, at the first of them."""
    tried_once = [each for each in workflow.steps if isinstance(each.retries, Known) and not each.retries.value]
    steps = [each for each in tried_once if isinstance(each.waits, Known) and each.waits.value is not Waiting.WORKFLOW]
    if steps:
        caught = all(isinstance(each.catches, Known) and _EVERYTHING & {*each.catches.value} for each in steps)
        yield Finding(
            steps[0].at,
            f"{workflow} gives up at the first error of {_named(steps)}",
            label="no retrier",
            places=tuple(Place(each.at, "no retrier") for each in steps[1:]),
            factors=(at_most(Severity.LOW, "another step takes over after any error"),) if caught else (),
            part="retry",
        )


def _endless(workflow: Workflow) -> Findings:
    """Yield one finding for all steps that wait for the same without a limit, at the first of them."""
    if not isinstance(workflow.timeout, Absent):
        return
    unbounded = [each for each in _perhaps_endless(workflow) if isinstance(each.timeout, Absent)]
    for waits, factors in _WEIGHTS.items():
        steps = [each for each in unbounded if known_value(each.waits) is waits and isinstance(each.heartbeat, Absent)]
        if steps:
            yield Finding(
                steps[0].at,
                f"{_named(steps)} of {workflow} {'waits' if len(steps) == 1 else 'wait'} for {waits.value} "
                "without a limit",
                label="neither a timeout nor a heartbeat",
                places=tuple(Place(each.at, "no limit either") for each in steps[1:]),
                factors=factors,
                part=waits.value,
                fix=f"give {_named(steps)} a TimeoutSeconds, or a HeartbeatSeconds that the worker keeps up",
            )


def _named(steps: Sequence[WorkflowStep]) -> str:
    """Return what to call steps, of many the first ones."""
    names = [each.name for each in steps[:_MOST_NAMED]]
    more = [f"{len(steps) - _MOST_NAMED} more"] if len(steps) > _MOST_NAMED else []
    return f"{'the steps' if steps[1:] else 'step'} {in_a_row([*names, *more])}"


def _perhaps_endless(workflow: Workflow) -> Iterator[WorkflowStep]:
    """Yield the steps that may wait for something, and for which no limit is known."""
    if isinstance(workflow.timeout, Known) or (isinstance(workflow.brief, Known) and workflow.brief.value):
        return
    for step in workflow.steps:
        answered = isinstance(step.waits, Known) and step.waits.value not in _WEIGHTS
        if not answered and not isinstance(step.timeout, Known) and not isinstance(step.heartbeat, Known):
            yield step


def _doubts(workflow: Workflow) -> Iterator[Unknown[object]]:
    """Yield why more may be wrong with a workflow than can be told."""
    if isinstance(workflow.doubt, Unknown):
        yield workflow.doubt
    for step in workflow.steps:
        if isinstance(step.retries, Unknown):
            yield step.retries
        elif isinstance(step.waits, Unknown) and not step.retries.value:
            yield step.waits
    for step in _perhaps_endless(workflow):
        for value in (step.waits, step.timeout, step.heartbeat, workflow.timeout, workflow.brief):
            if isinstance(value, Unknown):
                yield value
