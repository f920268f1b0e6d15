"""Alert rules and agents of vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Alarm, MonitoringAgent, RuleSet, Workload, known_value
from tests.unit.readers.kubernetes.trees import all_of, deployment, only, read_files

if TYPE_CHECKING:
    from pathlib import Path


def rule(text: str) -> str:
    return (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\n"
        f"spec:\n  groups:\n  - name: g\n    rules:\n    - {text}\n"
    )


@pytest.mark.parametrize(
    ("expression", "metrics"),
    [
        ("up == 0", ("up",)),
        ('sum(rate(http_requests_total{code=~"5.."}[5m])) by (job) / sum(up) > 0.5', ("http_requests_total", "up")),
        ("a:b:c unless on (x) group_left (y) kube_pod_info offset 1h", ("a:b:c", "kube_pod_info")),
        ("absent(up{job='and or x'})", ("up",)),
        ("{{ metric }} > 1", ()),
    ],
)
def test_an_alert_looks_at_the_metrics_of_its_expression(
    tmp_path: Path, expression: str, metrics: tuple[str, ...]
) -> None:
    quoted = expression.replace('"', '\\"')
    alarm = only(read_files(tmp_path, a=rule(f'{{alert: Down, expr: "{quoted}"}}')), Alarm)
    assert (alarm.address, alarm.metrics, alarm.complete) == ("PrometheusRule/default/a[Down]", metrics, False)


def test_rules_that_only_record_are_no_alarms(tmp_path: Path) -> None:
    reading = read_files(tmp_path, a=rule("{record: x, expr: up}"))
    assert all_of(reading, Alarm) == []
    recorded = only(reading, RuleSet).recorded
    assert [(known_value(each.name), each.metrics) for each in recorded] == [("x", ("up",))]


def test_the_agent_of_a_vendor_is_a_workload_and_a_sign(tmp_path: Path) -> None:
    text = deployment("agent", "containers: [{name: a, image: 'gcr.io/datadoghq/agent:7'}]")
    reading = read_files(tmp_path, a=text)
    assert only(reading, MonitoringAgent).vendor == "Datadog"
    assert only(reading, Workload).name == "agent"


def test_the_own_kind_of_a_vendor_is_a_sign_too(tmp_path: Path) -> None:
    text = "apiVersion: dynatrace.com/v1beta5\nkind: DynaKube\nmetadata: {name: a}\n"
    assert only(read_files(tmp_path, a=text), MonitoringAgent).vendor == "Dynatrace"
