"""Lifts what sets something off: targets of rules of EventBridge, schedules, and notifications of buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Trigger, TriggerKind, Unknown, default
from infraaudit.readers.terraform.aws.compute.functions import function_named
from infraaudit.readers.terraform.aws.compute.scheduled_tasks import rule_of
from infraaudit.readers.terraform.aws.defaults import integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, document, first, is_present
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.model.entity import Head
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TARGET, _SCHEDULE = "aws_cloudwatch_event_target", "aws_scheduler_schedule"
_NOTIFICATION = "aws_s3_bucket_notification"
_TOLD = (("lambda_function", "lambda_function_arn"), ("queue", "queue_arn"), ("topic", "topic_arn"))
"""Whom a bucket tells of changes, and the argument that names it."""


def lift_triggers(resources: Resources) -> Iterator[Trigger]:
    """Lift the targets of rules, the schedules of the scheduler, and what buckets tell others."""
    for resource in resources.of_type(_TARGET):
        yield _of_target(resource, resources)
    for resource in resources.of_type(_SCHEDULE):
        yield _of_schedule(resource, resources)
    for resource in resources.of_type(_NOTIFICATION):
        yield from _of_bucket(resource, resources)


def _of_target(target: Resource, resources: Resources) -> Trigger:
    rule = rule_of(target, resources)
    return Trigger(
        **_head(target, "ecs_target"),
        sets_off=_kind_of_rule(target, rule),
        schedule=Absent(target.at) if rule is None else argument(rule, "schedule_expression").string(),
        starts=_started(target, resources, "ecs_target", "arn"),
        enabled=_rule_enabled(target, rule),
        retries=integer_or_default(
            argument(target, "retry_policy.maximum_retry_attempts"), f"{_TARGET}.maximum_retry_attempts"
        ),
        event_age=integer_or_default(
            argument(target, "retry_policy.maximum_event_age_in_seconds"), f"{_TARGET}.maximum_event_age_in_seconds"
        ),
        dead_letter=pointed(resources, argument(target, "dead_letter_config.arn")),
        hears=() if rule is None else _heard(rule)[0],
        hears_complete=rule is not None and _heard(rule)[1],
    )


def _heard(rule: Resource) -> tuple[tuple[str, ...], bool]:
    """Return the sources and kinds of the events that a rule is for, and whether these are all that it says."""
    pattern = document(argument(rule, "event_pattern"))
    if pattern.is_absent:
        return (), True
    told = [member.string() for name in _OF_PATTERNS for member in pattern[name].each()]
    known = tuple(each.value for each in told if isinstance(each, Known))
    whole = pattern.is_mapping and all(pattern[name].complete for name in _OF_PATTERNS)
    return known, whole and len(known) == len(told)


_OF_PATTERNS = ("source", "detail-type")


def _of_schedule(schedule: Resource, resources: Resources) -> Trigger:
    return Trigger(
        **_head(schedule, "target.ecs_parameters"),
        sets_off=Known(TriggerKind.CLOCK, schedule.at),
        schedule=argument(schedule, "schedule_expression").string(),
        starts=_started(schedule, resources, "target.ecs_parameters", "target.arn"),
        enabled=_state(schedule),
        retries=integer_or_default(
            argument(schedule, "target.retry_policy.maximum_retry_attempts"), f"{_TARGET}.maximum_retry_attempts"
        ),
        event_age=integer_or_default(
            argument(schedule, "target.retry_policy.maximum_event_age_in_seconds"),
            f"{_TARGET}.maximum_event_age_in_seconds",
        ),
        dead_letter=pointed(resources, argument(schedule, "target.dead_letter_config.arn")),
    )


def _head(resource: Resource, task: str) -> Head:
    """Return the head of a trigger: that of the resource, unless a task of ECS stands at its address."""
    if is_present(first(argument(resource, task))):
        return _under(resource, f"{resource.address}#trigger")
    return resource.head


def _under(resource: Resource, address: str) -> Head:
    head = resource.head
    head["address"] = address
    return head


def _started(resource: Resource, resources: Resources, task: str, arn: str) -> Maybe[str]:
    """Return what is started; a task of ECS stands at the address of what starts it."""
    block = first(argument(resource, task))
    if is_present(block):
        return Known(resource.address, block.at)
    return function_named(resources, argument(resource, arn))


def _kind_of_rule(target: Resource, rule: Resource | None) -> Value[TriggerKind]:
    if rule is None:
        return Unknown(f"the rule of {target.address} is not in the scan", target.at)
    clock = argument(rule, "schedule_expression")
    if is_present(clock):
        return Known(TriggerKind.CLOCK, clock.at)
    pattern = argument(rule, "event_pattern")
    if is_present(pattern) or not clock.is_unknown:
        return Known(TriggerKind.EVENTS, pattern.at)
    return Unknown("whether a clock or events set it off cannot be told", clock.at)


def _rule_enabled(target: Resource, rule: Resource | None) -> Value[bool]:
    if rule is None:
        return Unknown(f"the rule of {target.address} is not in the scan", target.at)
    switch = argument(rule, "is_enabled").boolean()
    return _state(rule) if isinstance(switch, Absent) else switch


def _state(resource: Resource) -> Value[bool]:
    state = argument(resource, "state").string()
    if isinstance(state, Absent):
        return default(value=True, at=state.at, fact=fact("aws_defaults", "aws_cloudwatch_event_rule.state").words)
    return state.map(_is_on)


def _is_on(state: str) -> bool:
    return not state.startswith("DISABLED")


def _of_bucket(notification: Resource, resources: Resources) -> Iterator[Trigger]:
    told = [(block, argument_name) for kind, argument_name in _TOLD for block in blocks(notification.body[kind])[0]]
    for number, (block, name) in enumerate(told):
        yield Trigger(
            **(_under(notification, f"{notification.address}#{number}") if number else notification.head),
            sets_off=Known(TriggerKind.OBJECTS, notification.at),
            schedule=Absent(notification.at),
            starts=function_named(resources, block[name]),
            enabled=Known(value=True, at=notification.at),
        )
