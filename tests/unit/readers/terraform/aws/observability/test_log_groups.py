from __future__ import annotations

import pytest

from infraaudit.model import Known, LogKind, LogSink, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

GROUP = "aws_cloudwatch_log_group.a: {name: /shop/a, retention_in_days: 7}\n"


def group(more: str, text: str = GROUP) -> LogSink:
    return only(text + more, LogSink)


@pytest.mark.parametrize(
    ("writer", "kind"),
    [
        ("aws_flow_log.f: {log_destination: ref(aws_cloudwatch_log_group.a.arn)}\n", LogKind.FLOWS),
        ("aws_flow_log.f: {log_group_name: /shop/a}\n", LogKind.FLOWS),
        ("aws_cloudtrail.t: {cloud_watch_logs_group_arn: 'unknown(s; aws_cloudwatch_log_group.a)'}\n", LogKind.AUDIT),
        (
            "aws_apigatewayv2_stage.s: {access_log_settings: {destination_arn: /shop/a}}\n",
            LogKind.REQUESTS,
        ),
        (
            "aws_wafv2_web_acl_logging_configuration.w: {log_destination_configs: [/shop/a]}\n",
            LogKind.REQUESTS,
        ),
    ],
)
def test_what_is_written_to_a_group_is_told_by_its_writers(writer: str, kind: LogKind) -> None:
    assert group(writer).kinds == (kind,)


def test_the_group_of_a_cluster_holds_its_audit_log_and_others_what_programs_say() -> None:
    assert group("", "aws_cloudwatch_log_group.a: {name: /aws/eks/shop/cluster}\n").kinds == (LogKind.AUDIT,)
    assert group("").kinds == ()


@pytest.mark.parametrize(
    ("taker", "handed_on"),
    [
        ("", False),
        ("aws_cloudwatch_log_subscription_filter.s: {log_group_name: /shop/a}\n", True),
        ("aws_cloudwatch_log_subscription_filter.s: {log_group_name: ref(aws_cloudwatch_log_group.a.name)}\n", True),
        ("aws_cloudwatch_log_subscription_filter.s: {log_group_name: /shop/b}\n", False),
        ("aws_cloudwatch_log_subscription_filter.s: {log_group_name: unknown(var.group)}\n", None),
    ],
)
def test_whether_logs_are_handed_on(taker: str, *, handed_on: bool | None) -> None:
    found = group(taker).handed_on
    assert isinstance(found, Known | Unknown)
    assert known_value(found) is handed_on


def test_the_class_delivery_decides_how_long_it_keeps_logs() -> None:
    assert group("", "aws_cloudwatch_log_group.a: {name: x, log_group_class: DELIVERY}\n").fixed
    assert not group("").fixed


WRITTEN = """\
aws_s3_bucket.b: {bucket: requests, MORE}
aws_lb.web: {access_logs: [{bucket: NAMED, enabled: true}]}
"""
RULE = "lifecycle_rule: [{enabled: true, expiration: [{days: 30}]}]"


@pytest.mark.parametrize("named", ["requests", "ref(aws_s3_bucket.b.id)"])
@pytest.mark.parametrize(
    ("more", "days"), [("", None), (RULE, 30), ("lifecycle_rule: [{enabled: false, expiration: [{days: 30}]}]", None)]
)
def test_a_bucket_that_logs_are_written_to_keeps_them(named: str, more: str, days: int | None) -> None:
    sink = only(WRITTEN.replace("NAMED", named).replace("MORE", more), LogSink)
    assert known_value(sink.retention) == days
    assert sink.kinds == (LogKind.REQUESTS,)
    assert not sink.is_group


def test_a_bucket_that_nobody_writes_logs_to_keeps_none() -> None:
    assert not lifted("aws_s3_bucket.b: {bucket: requests}\n", LogSink)
    text = WRITTEN.replace("NAMED", "unknown(var.bucket)").replace("MORE", "")
    assert not lifted(text, LogSink)


def test_a_bucket_that_keeps_a_trail_is_no_place_of_logs() -> None:
    text = WRITTEN.replace("NAMED", "requests").replace("MORE", "")
    assert not lifted(f"{text}aws_cloudtrail.t: {{s3_bucket_name: ref(aws_s3_bucket.b.id)}}\n", LogSink)
