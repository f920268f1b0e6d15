"""Lifts the tasks of ECS that a clock or an event starts, by a rule of EventBridge or by its scheduler."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Role, Schedule, Unknown, Workload, or_default
from infraaudit.readers.terraform.aws.compute.ecs import architecture_of, host_network_of, platform_of
from infraaudit.readers.terraform.aws.compute.ecs_containers import containers_of, definition_named, stop_grace_of
from infraaudit.readers.terraform.aws.compute.workflows import started_tasks
from infraaudit.readers.terraform.aws.network.subnets import location_of
from infraaudit.readers.terraform.lifting.arguments import argument, document, first, is_present
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Command, Container, Maybe, Node
    from infraaudit.readers.terraform.aws.compute.workflows import StartedTask
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_RULE = "aws_cloudwatch_event_rule"


@dataclass(frozen=True, slots=True)
class _Run:
    """How a task is run: which definition, where and how often, and when that is done.

    ``overrides`` is what the run puts in place of words of the definition.
    """

    resource: Resource
    definition: Node
    launch_type: Node
    count: Node
    subnets: Node
    overrides: Node
    schedule: Schedule


def lift_scheduled_tasks(resources: Resources) -> Iterator[Workload]:
    """Lift the targets of rules and schedules, and the steps of workflows, that run a task with known containers."""
    for run in _runs(resources):
        definition = definition_named(resources, run.definition)
        containers = containers_of(run.resource, definition, resources) if definition is not None else ()
        if definition is None or not containers:
            continue
        platform = platform_of(definition, run.launch_type)
        stated = fact("aws_defaults", "ecs.task_count")
        yield Workload(
            address=run.resource.address,
            kind=run.resource.type,
            name=run.resource.name,
            at=run.resource.at,
            deployment=run.resource.deployment,
            platform=platform,
            role=Role.JOB,
            runs_once=True,
            replicas=or_default(run.count.integer(), int(stated.value), stated.words),
            surge=Absent(run.resource.at),
            stop_grace=stop_grace_of(definition),
            containers=tuple(_overridden(each, run.overrides) for each in containers),
            host_network=host_network_of(definition),
            architecture=architecture_of(definition, platform),
            location=None if run.subnets.is_absent else location_of(resources, run.subnets),
            schedule=run.schedule,
            fetches_as=pointed(resources, argument(definition, "execution_role_arn")),
            identity=pointed(resources, argument(definition, "task_role_arn")),
        )


def _overridden(container: Container, overrides: Node) -> Container:
    """Return a container of which the run decides the arguments, and adds to the variables."""
    if overrides.is_absent:
        return container
    command: Unknown[Command] = Unknown("the run gives it other arguments", overrides.at)
    return replace(container, command=command, environment_complete=False)


def _runs(resources: Resources) -> Iterator[_Run]:
    for target in resources.of_type("aws_cloudwatch_event_target"):
        task = first(target.body["ecs_target"])
        if is_present(task):
            yield _by_event(target, task, "input", _of_rule(target, rule_of(target, resources)))
    for schedule in resources.of_type("aws_scheduler_schedule"):
        task = first(argument(schedule, "target.ecs_parameters"))
        if is_present(task):
            yield _by_event(schedule, task, "target.input", _of_schedule(schedule))
    for started in started_tasks(resources):
        yield _by_step(started)


def _by_event(resource: Resource, task: Node, given: str, schedule: Schedule) -> _Run:
    return _Run(
        resource=resource,
        definition=task["task_definition_arn"],
        launch_type=task["launch_type"],
        count=task["task_count"],
        subnets=first(task["network_configuration"])["subnets"],
        overrides=document(argument(resource, given))["containerOverrides"],
        schedule=schedule,
    )


def _by_step(started: StartedTask) -> _Run:
    given, step = started.given, started.step
    return _Run(
        resource=step,
        definition=given["TaskDefinition"],
        launch_type=given["LaunchType"],
        count=given["Count"],
        subnets=given["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"],
        overrides=given["Overrides"]["ContainerOverrides"],
        schedule=_schedule(step, Absent(step.at), Absent(step.at), Absent(step.at)),
    )


def rule_of(target: Resource, resources: Resources) -> Resource | None:
    """Return the rule that a target belongs to, which it names by reference or by its literal name."""
    found = behind(resources, argument(target, "rule"), _RULE)
    if found is not None:
        return found
    name = argument(target, "rule").content
    rules = resources.of_type(_RULE)
    return next((each for each in rules if isinstance(name, str) and argument(each, "name").content == name), None)


def _of_rule(target: Resource, rule: Resource | None) -> Schedule:
    if rule is None:
        unknown: Unknown[str] = Unknown(f"the rule of {target.address} is not in the scan", target.at)
        return _schedule(target, unknown, Absent(target.at), Unknown(unknown.why, unknown.at))
    state = argument(rule, "state").string()
    enabled = argument(rule, "is_enabled").boolean()
    suspended: Maybe[bool] = enabled.map(_not) if isinstance(state, Absent) else state.map(_is_off)
    return _schedule(target, argument(rule, "schedule_expression").string(), Absent(rule.at), suspended)


def _of_schedule(schedule: Resource) -> Schedule:
    return _schedule(
        schedule,
        argument(schedule, "schedule_expression").string(),
        argument(schedule, "schedule_expression_timezone").string(),
        argument(schedule, "state").string().map(_is_off),
        argument(schedule, "target.retry_policy.maximum_retry_attempts").integer(),
    )


def _schedule(
    resource: Resource,
    cron: Maybe[str],
    zone: Maybe[str],
    suspended: Maybe[bool],
    retries: Maybe[int] | None = None,
) -> Schedule:
    none: Absent = Absent(resource.at)
    return Schedule(
        cron=cron,
        time_zone=zone,
        concurrency=Known("Allow", resource.at),
        suspended=suspended,
        starting_deadline=none,
        active_deadline=none,
        backoff_limit=none if retries is None else retries,
        keep_finished=none,
        completions=none,
        parallelism=none,
        restart=none,
        at=cron.at,
    )


def _not(on: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not on


def _is_off(state: str) -> bool:
    return state == "DISABLED"
