from __future__ import annotations

import pytest

from infraaudit.model import Absent, Alarm, Known, LogSink, MonitoringAgent, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only, start


def alarm(body: str, more: str = "") -> Alarm:
    return next(each for each in lifted(f"aws_cloudwatch_metric_alarm.a: {body}\n{more}", Alarm) if each.name == "a")


def test_an_alarm_looks_at_its_metric_and_dimensions() -> None:
    found = alarm(
        "{metric_name: CPUUtilization, dimensions: {DBInstanceIdentifier: ref(aws_db_instance.main.identifier), B: x}}"
    )
    assert found.metrics == ("CPUUtilization",)
    assert found.watches == ("aws_db_instance.main", "x")
    assert found.complete


def test_an_alarm_on_an_instance_watches_its_cluster_too() -> None:
    found = alarm(
        "{metric_name: CPUUtilization, dimensions: {DBInstanceIdentifier: ref(aws_rds_cluster_instance.a.id)}}",
        "aws_rds_cluster_instance.a: {cluster_identifier: ref(aws_rds_cluster.main.id)}\naws_rds_cluster.main: {}\n",
    )
    assert found.watches == ("aws_rds_cluster_instance.a", "aws_rds_cluster.main")


def test_metric_queries_are_looked_into() -> None:
    found = alarm(
        "{metric_query: [{expression: a/b, id: r},"
        " {id: a, metric: [{metric_name: Errors, dimensions: {FunctionName: pay}}]},"
        " {id: b, metric: [{metric_name: Invocations, dimensions: {FunctionName: pay}}]}]}"
    )
    assert found.metrics == ("Errors", "Invocations")
    assert found.watches == ("pay",)
    assert found.complete


@pytest.mark.parametrize(
    "body",
    [
        "{metric_name: unknown(var.metric)}",
        "{metric_name: CPUUtilization, dimensions: unknown(var.dimensions)}",
        "{metric_name: CPUUtilization, dimensions: {QueueName: unknown(each.value)}}",
        "{metric_query: unknown(a dynamic block)}",
        "{metric_query: [{expression: 'SELECT MAX(Age) FROM SCHEMA(\"AWS/SQS\", QueueName)'}]}",
    ],
)
def test_an_alarm_that_may_look_at_more_is_incomplete(body: str) -> None:
    assert not alarm(body).complete


def test_a_dimension_with_an_unknown_text_but_a_known_resource_is_complete() -> None:
    found = alarm("{metric_name: A, dimensions: {QueueName: unknown(a suffix; aws_sqs_queue.jobs)}}")
    assert (found.watches, found.complete) == (("aws_sqs_queue.jobs",), True)


@pytest.mark.parametrize(
    ("body", "acts", "place"),
    [
        ("{alarm_actions: [ref(aws_sns_topic.alerts.arn)]}", True, (1, 48)),
        ("{alarm_actions: []}", False, (1, 48)),
        ("{}", False, (1, 1)),
        ("{alarm_actions: [x], actions_enabled: false}", False, (1, 70)),
        ("{alarm_actions: unknown(var.actions)}", None, (1, 48)),
        ("{alarm_actions: [x], actions_enabled: unknown(var.on)}", None, (1, 70)),
        ("{ok_actions: [x]}", False, (1, 1)),
    ],
)
def test_whether_an_alarm_does_anything(body: str, *, acts: bool | None, place: tuple[int, int]) -> None:
    found = alarm(body)
    assert known_value(found.acts) is acts
    assert start(found.acts.at) == place


def test_actions_are_addresses_and_literal_names() -> None:
    found = alarm("{alarm_actions: [ref(aws_sns_topic.alerts.arn), 'arn:aws:sns:eu-west-1:1:ops']}")
    assert found.actions == ("aws_sns_topic.alerts", "arn:aws:sns:eu-west-1:1:ops")


@pytest.mark.parametrize(
    "user",
    [
        "aws_cloudwatch_composite_alarm.u: {alarm_rule: 'ALARM(\"slow\") AND NOT ALARM(other)'}",
        "aws_cloudwatch_composite_alarm.u: {alarm_rule: unknown(a name; aws_cloudwatch_metric_alarm.a)}",
        "aws_ecs_service.u: {alarms: [{alarm_names: [slow]}]}",
        "aws_route53_health_check.u: {cloudwatch_alarm_name: ref(aws_cloudwatch_metric_alarm.a.alarm_name)}",
    ],
)
def test_what_acts_on_an_alarm_is_named(user: str) -> None:
    found = alarm("{alarm_name: slow}", user + "\n")
    assert found.used_by == (user.partition(":")[0],)


def test_a_composite_alarm_watches_alarms() -> None:
    text = "aws_cloudwatch_composite_alarm.all:\n  alarm_rule: 'ALARM(\"slow\") OR ALARM(full)'\n  alarm_actions: [x]\n"
    found = only(text, Alarm)
    assert (found.watches, found.complete, known_value(found.acts)) == (("slow", "full"), True, True)


@pytest.mark.parametrize(
    ("body", "days"),
    [("{retention_in_days: 30}", 30), ("{log_group_class: DELIVERY}", 2)],
)
def test_how_long_logs_are_kept(body: str, days: int) -> None:
    retention = only(f"aws_cloudwatch_log_group.app: {body}\n", LogSink).retention
    assert isinstance(retention, Known)
    assert retention.value == days


def test_no_days_and_zero_days_mean_for_ever() -> None:
    bare = only("aws_cloudwatch_log_group.app: {}\n", LogSink)
    zero = only("aws_cloudwatch_log_group.app:\n  retention_in_days: 0\n", LogSink)
    assert bare.retention == Absent(bare.at)
    assert isinstance(zero.retention, Absent)
    assert start(zero.retention.at) == (2, 22)


def test_days_that_cannot_be_told_are_unknown() -> None:
    text = "aws_cloudwatch_log_group.app: {retention_in_days: unknown(var.days has no default)}\n"
    assert isinstance(only(text, LogSink).retention, Unknown)


@pytest.mark.parametrize(
    ("key", "vendor"), [("datadog_monitor.cpu", "Datadog"), ("newrelic_alert_policy.p", "New Relic")]
)
def test_resources_of_vendors_are_signs_of_monitoring_elsewhere(key: str, vendor: str) -> None:
    assert only(f"{key}: {{}}\n", MonitoringAgent).vendor == vendor
