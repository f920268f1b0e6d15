"""Files of rules: the alerts of Prometheus and of Grafana, and the metrics that rules record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, RecordedMetric, RuleFile, WrittenAlert, known_value
from infraaudit.readers.placeholders import literal
from infraaudit.readers.prometheus.expressions import metric_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node
    from infraaudit.readers.prometheus.head import Head


def rule_file_of(root: Node, head: Head) -> RuleFile:
    """Return a file of rules of Prometheus."""
    groups = root["groups"]
    rules = [rule for group in groups.each() for rule in group["rules"].each()]
    return RuleFile(
        **head.fields,
        alerts=tuple(_alerts(rules)),
        recorded=tuple(_recorded(rules)),
        complete=groups.complete and all(group["rules"].complete for group in groups.each()),
    )


def dashboard_rule_file_of(root: Node, head: Head) -> RuleFile:
    """Return the alerts that Grafana is provisioned with; in what form they ask is its own affair."""
    groups = root["groups"]
    rules = [rule for group in groups.each() for rule in group["rules"].each()]
    titles = [(literal(rule["title"]), rule) for rule in rules]
    alerts = (WrittenAlert(title.value, (), title.at) for title, _ in titles if isinstance(title, Known))
    return RuleFile(**head.fields, alerts=tuple(alerts), complete=groups.complete)


def _alerts(rules: list[Node]) -> Iterator[WrittenAlert]:
    for rule in rules:
        name = rule["alert"].string()
        if isinstance(name, Known):
            labels = tuple((key, known_value(value.string()) or "") for key, value in rule["labels"].items())
            yield WrittenAlert(name.value, metric_names(known_value(rule["expr"].string()) or ""), name.at, labels)


def _recorded(rules: list[Node]) -> Iterator[RecordedMetric]:
    for rule in rules:
        name = literal(rule["record"])
        if not isinstance(name, Absent):
            yield RecordedMetric(name, metric_names(known_value(rule["expr"].string()) or ""), name.at)
