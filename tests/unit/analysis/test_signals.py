"""What is seen of each part: what the files show is there, what they leave out is missing, the rest is untold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.analysis.signals import Signal, signal_grid
from infraaudit.audit import Settings, audit
from tests.golden.outputs import TODAY

if TYPE_CHECKING:
    from pathlib import Path

BARE = """\
services:
  web:
    image: example.org/web:1
"""
WATCHED = """\
services:
  web:
    image: example.org/web:1
    environment:
      SENTRY_DSN: https://key@sentry.example.org/1
      OTEL_EXPORTER_OTLP_ENDPOINT: http://collector:4317
    logging: {driver: local}
  worker:
    image: example.org/web:1
    logging: {driver: none}
  db:
    image: postgres:17
  exporter:
    image: prometheuscommunity/postgres-exporter
    environment: {DATA_SOURCE_NAME: "postgresql://u@db:5432/p"}
  collector:
    image: otel/opentelemetry-collector:0.130.0
  prometheus:
    image: prom/prometheus
    volumes: [./monitoring:/etc/prometheus]
"""
SERVER = """\
rule_files: [rules.yml]
scrape_configs:
  - job_name: all
    static_configs: [{targets: ["web:8000", "exporter:9187"]}]
"""
RULES = """\
groups:
  - name: all
    rules:
      - {alert: Slow, expr: "histogram_quantile(0.9, http_seconds_bucket) > 1"}
      - {alert: Down, expr: "up == 0"}
      - {alert: Full, expr: "pg_stat_activity_count > 90"}
"""
FUNCTION = """\
resource "aws_lambda_function" "thumbs" {
  function_name = "thumbs"
  role          = "arn:aws:iam::123456789012:role/thumbs"
  handler       = "main.run"
  runtime       = "python3.13"
  filename      = "thumbs.zip"
}
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 60
  threshold           = 0
  alarm_actions       = ["arn:aws:sns:eu-west-1:123456789012:people"]
  dimensions          = { FunctionName = aws_lambda_function.thumbs.function_name }
}
"""
GROUP = """\
resource "aws_cloudwatch_log_group" "thumbs" {
  name              = "/aws/lambda/thumbs"
  retention_in_days = 30
}
"""
OPERATED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {prometheus.io/scrape: "true"}}
    spec:
      containers: [{name: web, image: "example.org/web:1"}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {selector: {app: web}, ports: [{port: 80, name: metrics}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop, labels: {team: shop}}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: metrics}]}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: shop}
spec: {serviceMonitorSelector: SELECTOR}
"""


def grid(folder: Path, **files: str) -> dict[str, dict[str, str]]:
    """Return the words of each cell by the name of its subject and its signal."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    estate = audit(folder, Settings(today=TODAY, packs=())).estate
    for row in signal_grid(estate):
        for cell in row.cells:
            assert (cell.at is not None) == bool(cell.why), (
                "every answer has a reason and a place, no question has none"
            )
    return {
        row.subject.name: {signal.value: cell.sight.value for signal, cell in zip(Signal, row.cells, strict=True)}
        for row in signal_grid(estate)
    }


def test_of_a_stack_that_is_not_described_nothing_is_missing(tmp_path: Path) -> None:
    assert grid(tmp_path, compose_yaml=BARE)["web"] == dict.fromkeys(map(str, Signal), "not assessable")


def test_what_stands_beside_a_workload_shows_it_or_leaves_it_out(tmp_path: Path) -> None:
    found = grid(tmp_path, compose_yaml=WATCHED, monitoring__prometheus_yml=SERVER, monitoring__rules_yml=RULES)
    assert set(found) == {"web", "worker", "db"}, "what only watches has no row"
    assert found["web"] == dict.fromkeys(map(str, Signal), "yes")
    assert found["worker"] == {
        "logs": "missing",
        "metrics": "missing",
        "traces": "missing",
        "errors": "missing",
        "alarm": "not assessable",
        "retention": "not asked",
    }
    assert found["db"] == {
        "logs": "not assessable",
        "metrics": "yes",
        "traces": "not asked",
        "errors": "not asked",
        "alarm": "yes",
        "retention": "not assessable",
    }


def test_a_function_without_a_group_of_its_own_keeps_its_logs_for_ever(tmp_path: Path) -> None:
    found = grid(tmp_path, main_tf=FUNCTION)["thumbs"]
    assert (found["logs"], found["metrics"], found["alarm"], found["retention"]) == ("yes", "yes", "yes", "missing")


def test_a_group_with_a_time_is_a_retention(tmp_path: Path) -> None:
    assert grid(tmp_path, main_tf=FUNCTION + GROUP)["thumbs"]["retention"] == "yes"


@pytest.mark.parametrize(("selector", "expected"), [("{}", "yes"), ("null", "missing")])
def test_a_monitor_counts_where_a_prometheus_takes_it_up(selector: str, expected: str, tmp_path: Path) -> None:
    """A selector that is empty takes everything, one that is not written nothing."""
    assert grid(tmp_path, web_yaml=OPERATED.replace("SELECTOR", selector))["web"]["metrics"] == expected


ANNOTATED = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: prometheus, namespace: shop}
data:
  prometheus.yml: |
    scrape_configs:
      - job_name: pods
        kubernetes_sd_configs: [{role: pod}]
        relabel_configs:
          - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
            action: keep
            regex: WORD
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: prometheus, namespace: shop}
spec:
  selector: {matchLabels: {app: prometheus}}
  template:
    metadata: {labels: {app: prometheus}}
    spec:
      containers:
        - name: prometheus
          image: prom/prometheus
          volumeMounts: [{name: config, mountPath: /etc/prometheus}]
      volumes: [{name: config, configMap: {name: prometheus}}]
---
"""


@pytest.mark.parametrize(("word", "expected"), [("'true'", "yes"), ("'yes'", "missing")])
def test_an_annotation_counts_where_a_job_keeps_it(word: str, expected: str, tmp_path: Path) -> None:
    web = OPERATED.split("---", maxsplit=1)[0]
    assert grid(tmp_path, web_yaml=ANNOTATED.replace("WORD", word) + web)["web"]["metrics"] == expected
