"""What sets something off: rules with their targets, schedules, and what buckets tell."""

from __future__ import annotations

import pytest

from infraaudit.joins.messages import join_messages
from infraaudit.model import (
    Absent,
    Consumer,
    EdgeKind,
    Entity,
    Estate,
    FacetName,
    Function,
    Stream,
    Trigger,
    TriggerKind,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

RULE = """\
aws_cloudwatch_event_rule.r: {name: nightly, SAYS}
aws_cloudwatch_event_target.t: {rule: NAMED, arn: ref(aws_lambda_function.f.arn), MORE}
aws_lambda_function.f: {function_name: f}
aws_sqs_queue.failed: {name: failed}
"""


def target(says: str, named: str = "nightly", more: str = "") -> Trigger:
    return only(RULE.replace("SAYS", says).replace("NAMED", named).replace("MORE", more), Trigger)


@pytest.mark.parametrize("named", ["nightly", "ref(aws_cloudwatch_event_rule.r.name)"])
def test_a_target_belongs_to_the_rule_that_it_names(named: str) -> None:
    trigger = target("schedule_expression: rate(1 day)", named)
    assert known_value(trigger.sets_off) is TriggerKind.CLOCK
    assert known_value(trigger.schedule) == "rate(1 day)"
    assert known_value(trigger.starts) == "aws_lambda_function.f"


def test_a_target_of_a_rule_that_is_not_here_may_be_anything() -> None:
    trigger = target("schedule_expression: rate(1 day)", "other")
    assert known_value(trigger.sets_off) is None
    assert known_value(trigger.enabled) is None


@pytest.mark.parametrize(
    ("says", "enabled"),
    [
        ("event_pattern: '{}'", True),
        ("event_pattern: '{}', state: DISABLED", False),
        ("event_pattern: '{}', is_enabled: false", False),
        ("event_pattern: '{}', state: unknown(var.state)", None),
    ],
)
def test_a_rule_is_on_unless_it_is_switched_off(says: str, enabled: bool | None) -> None:  # noqa: FBT001 - a column
    assert known_value(target(says).enabled) is enabled


def test_a_pattern_tells_the_events_that_are_heard() -> None:
    trigger = target("""event_pattern: '{"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"]}'""")
    assert trigger.hears == ("aws.ecs", "ECS Task State Change")
    assert trigger.hears_complete
    assert not target("event_pattern: unknown(var.pattern)").hears_complete


def test_a_target_is_tried_for_a_day_unless_it_says_less() -> None:
    trigger = target("event_pattern: '{}'")
    assert trigger.retries is not None
    assert trigger.event_age is not None
    assert (known_value(trigger.retries), known_value(trigger.event_age)) == (185, 86400)
    more = "retry_policy: [{maximum_retry_attempts: 0}], dead_letter_config: [{arn: ref(aws_sqs_queue.failed.arn)}]"
    trigger = target("event_pattern: '{}'", more=more)
    assert trigger.retries is not None
    assert known_value(trigger.retries) == 0
    assert known_value(trigger.gives_up_to or Absent(trigger.at)) == "aws_sqs_queue.failed"


SCHEDULE = """\
aws_scheduler_schedule.s:
  schedule_expression: cron(0 5 * * ? *)
  target: [{arn: 'arn:aws:lambda:eu-west-1:1:function:tidy', STATE}]
aws_lambda_function.tidy: {function_name: tidy}
"""


def test_a_schedule_starts_a_function_by_its_literal_name() -> None:
    estate = join_messages(Estate.of_parts(lifted(SCHEDULE.replace(", STATE", ""), Entity)))
    (trigger,) = estate.sources(estate.of(Function)[0], EdgeKind.STARTS, Trigger)
    assert known_value(trigger.starts) == "tidy"


def test_a_task_stands_at_the_address_of_what_starts_it() -> None:
    text = """\
aws_scheduler_schedule.s:
  schedule_expression: rate(1 day)
  target: [{arn: cluster, ecs_parameters: [{task_definition_arn: ref(aws_ecs_task_definition.d.arn)}]}]
aws_ecs_task_definition.d:
  family: d
  container_definitions: '[{"name": "a", "image": "a:1"}]'
"""
    estate = join_messages(Estate.of_parts(lifted(text, Entity)))
    (workload,) = estate.of(Workload)
    assert [each.address for each in estate.sources(workload, EdgeKind.STARTS, Trigger)] == [
        "aws_scheduler_schedule.s#trigger"
    ]


def test_a_bucket_tells_each_of_those_whom_it_is_told_to() -> None:
    text = """\
aws_s3_bucket_notification.n:
  bucket: b
  lambda_function: [{lambda_function_arn: ref(aws_lambda_function.f.arn)}]
  queue: [{queue_arn: ref(aws_sqs_queue.q.arn)}]
aws_lambda_function.f: {function_name: f}
aws_sqs_queue.q: {name: q}
"""
    told = {each.address: known_value(each.starts) for each in lifted(text, Trigger)}
    assert told == {
        "aws_s3_bucket_notification.n": "aws_lambda_function.f",
        "aws_s3_bucket_notification.n#1": "aws_sqs_queue.q",
    }


def test_a_function_starts_what_hears_of_its_successes() -> None:
    text = """\
aws_lambda_function.f: {function_name: f}
aws_lambda_function.g: {function_name: g}
aws_lambda_function_event_invoke_config.c:
  function_name: f
  destination_config: [{on_success: [{destination: ref(aws_lambda_function.g.arn)}]}]
"""
    estate = join_messages(Estate.of_parts(lifted(text, Entity)))
    (edge,) = [each for each in estate.edges if each.kind is EdgeKind.STARTS]
    assert (edge.source.address, edge.target.address) == ("aws_lambda_function.f", "aws_lambda_function.g")


@pytest.mark.parametrize("named", ["ref(aws_kinesis_stream.s.arn)", "arn:aws:kinesis:eu-west-1:1:stream/orders"])
def test_a_delivery_reads_the_stream_that_is_its_source(named: str) -> None:
    text = f"""\
aws_kinesis_stream.s: {{name: orders}}
aws_kinesis_firehose_delivery_stream.d:
  name: d
  kinesis_source_configuration: [{{kinesis_stream_arn: '{named}'}}]
"""
    estate = join_messages(Estate.of_parts(lifted(text, Entity)))
    (consumer,) = estate.sources(estate.of(Stream)[0], EdgeKind.CONSUMES, Consumer)
    assert consumer.address == "aws_kinesis_firehose_delivery_stream.d#source"
    assert not lifted("aws_kinesis_firehose_delivery_stream.d: {name: d}\n", Consumer)


@pytest.mark.parametrize(
    ("written", "logged"),
    [("", False), ("log_configuration: [{level: ERROR}]", True), ("log_configuration: [{level: 'OFF'}]", False)],
)
def test_a_pipe_writes_its_log_where_it_is_told_to(written: str, logged: bool) -> None:  # noqa: FBT001 - a column
    text = f"aws_pipes_pipe.p: {{source: 'arn:aws:sqs:eu-west-1:1:q', target: 'arn:x', {written}}}\n"
    facet = only(text, Consumer).facet(FacetName.LOGS_WRITTEN)
    assert facet is not None
    assert known_value(facet.holds) is logged
