"""Queries for names, metrics that count lines of logs, checks from outside, and alarms that mute others."""

from __future__ import annotations

import pytest

from infraaudit.joins.watching import join_watching
from infraaudit.model import (
    Absent,
    Alarm,
    CloudResource,
    EdgeKind,
    Entity,
    Estate,
    FacetName,
    LogMetric,
    Network,
    UptimeCheck,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only


@pytest.mark.parametrize(
    ("named", "logged"), [("ref(aws_vpc.v.id)", True), ("vpc-0123", False), ("unknown(var.vpc)", None)]
)
def test_a_network_writes_its_queries_down_where_an_association_names_it(named: str, logged: bool | None) -> None:  # noqa: FBT001 - a column
    text = f"aws_vpc.v: {{}}\naws_route53_resolver_query_log_config_association.a: {{resource_id: {named}}}\n"
    facet = only(text, Network).facet(FacetName.QUERIES_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is logged


def test_a_zone_of_a_network_is_not_asked_by_the_internet() -> None:
    assert not lifted("aws_route53_zone.z: {name: a.example, vpc: [{vpc_id: vpc-1}]}\n", CloudResource)
    zone = only("aws_route53_zone.z: {name: a.example}\n", CloudResource)
    facet = zone.facet(FacetName.QUERIES_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is False
    assert zone.identifiers == ("a.example",)


COUNTED = """\
aws_cloudwatch_log_group.g: {name: shop}
aws_cloudwatch_log_metric_filter.f:
  log_group_name: NAMED
  pattern: ERROR
  metric_transformation: [{name: Errors, namespace: Shop}]
aws_cloudwatch_metric_alarm.a: {namespace: Shop, metric_name: Errors}
aws_cloudwatch_metric_alarm.b: {namespace: Other, metric_name: Errors}
"""


@pytest.mark.parametrize("named", ["shop", "ref(aws_cloudwatch_log_group.g.name)"])
def test_an_alarm_watches_what_a_filter_counts_in_a_group(named: str) -> None:
    estate = join_watching(Estate.of_parts(lifted(COUNTED.replace("NAMED", named), Entity)))
    (counted,) = estate.of(LogMetric)
    assert [each.address for each in estate.sources(counted, EdgeKind.WATCHES, Alarm)] == [
        "aws_cloudwatch_metric_alarm.a"
    ]
    assert [edge.target.address for edge in estate.edges_from(counted, EdgeKind.READS)] == [
        "aws_cloudwatch_log_group.g"
    ]


@pytest.mark.parametrize(
    ("body", "host", "enabled"),
    [
        ("type: HTTPS, fqdn: Shop.example.com, request_interval: 30", "shop.example.com", True),
        ("type: TCP, fqdn: a.example, disabled: true", "a.example", False),
        ("type: HTTP, fqdn: a.example, disabled: unknown(var.off)", "a.example", None),
    ],
)
def test_a_health_check_asks_a_name_from_outside(body: str, host: str, enabled: bool | None) -> None:  # noqa: FBT001 - a column
    check = only(f"aws_route53_health_check.h: {{{body}}}\n", UptimeCheck)
    assert known_value(check.host) == host
    assert known_value(check.enabled) is enabled


@pytest.mark.parametrize("kind", ["CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"])
def test_a_health_check_that_looks_at_others_asks_nobody(kind: str) -> None:
    assert not lifted(f"aws_route53_health_check.h: {{type: {kind}}}\n", UptimeCheck)


def test_a_canary_runs_where_it_is_started() -> None:
    text = "aws_synthetics_canary.c: {schedule: [{expression: rate(5 minutes)}]}\n"
    check = only(text, UptimeCheck)
    assert known_value(check.enabled) is False
    assert known_value(check.period) == 300


def test_an_alarm_that_mutes_another_is_used_by_it() -> None:
    text = """\
aws_cloudwatch_metric_alarm.work: {alarm_name: maintenance, namespace: N, metric_name: M}
aws_cloudwatch_composite_alarm.down:
  alarm_rule: ALARM(other)
  actions_suppressor: [{alarm: maintenance, extension_period: 10, wait_period: 10}]
aws_cloudwatch_composite_alarm.other: {alarm_name: other, alarm_rule: ALARM(x)}
"""
    alarms = {each.name: each for each in lifted(text, Alarm)}
    assert alarms["work"].used_by == ("aws_cloudwatch_composite_alarm.down",)
    down = alarms["down"]
    assert known_value(down.muted_by or Absent(down.at)) == "maintenance"
    assert isinstance(alarms["other"].muted_by, Absent)
