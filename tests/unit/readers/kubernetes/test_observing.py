"""The objects of the Prometheus Operator, and what their selectors mean."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Alarm,
    Alertmanager,
    AlertRouting,
    Known,
    Monitor,
    Prometheus,
    RuleSet,
    Unknown,
    known_value,
)
from tests.unit.readers.kubernetes.trees import only, read_files

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: monitoring.coreos.com/v1\nkind: "


def test_null_takes_up_nothing_and_an_empty_selector_everything(tmp_path: Path) -> None:
    text = HEAD + dedent("""\
        Prometheus
        metadata: {name: k8s, namespace: monitoring}
        spec:
          serviceMonitorSelector: {}
          serviceMonitorNamespaceSelector: null
          ruleSelector: {matchLabels: {role: alerts}}
          ruleNamespaceSelector: {}
          alerting: {alertmanagers: [{name: main, namespace: monitoring, port: web}]}
        """)
    found = only(read_files(tmp_path, p=text), Prometheus)
    assert isinstance(found.service_monitors.selector, Known)
    assert found.service_monitors.selector.value.is_empty
    assert isinstance(found.service_monitors.namespaces, Absent)
    assert isinstance(found.pod_monitors.selector, Absent)
    assert isinstance(found.rules.selector, Known)
    assert found.rules.selector.value.selects((("role", "alerts"),))
    assert not found.rules.selector.value.selects(())
    (destination,) = found.destinations
    assert (known_value(destination.name), known_value(destination.port)) == ("main", "web")
    assert known_value(found.keeps_data) is False


def test_a_monitor_tells_whom_it_scrapes(tmp_path: Path) -> None:
    text = HEAD + dedent("""\
        ServiceMonitor
        metadata: {name: web, labels: {team: shop}}
        spec:
          selector: {matchLabels: {app: web}}
          namespaceSelector: {matchNames: [shop]}
          endpoints: [{port: metrics, path: /metrics, interval: 30s}]
        """)
    found = only(read_files(tmp_path, m=text), Monitor)
    assert found.labels == (("team", "shop"),)
    assert [known_value(each) for each in found.namespaces] == ["shop"]
    assert known_value(found.every_namespace) is False
    (endpoint,) = found.endpoints
    assert (known_value(endpoint.port), known_value(endpoint.interval)) == ("metrics", 30)
    assert isinstance(endpoint.target_port, Absent)


def test_a_discovery_of_its_own_leaves_the_targets_open(tmp_path: Path) -> None:
    text = "apiVersion: monitoring.coreos.com/v1alpha1\nkind: ScrapeConfig\n" + dedent("""\
        metadata: {name: x}
        spec: {staticConfigs: [{targets: [a:1]}], consulSDConfigs: [{server: consul}]}
        """)
    found = only(read_files(tmp_path, m=text), Monitor)
    assert isinstance(found.selector, Unknown)
    assert not found.targets_complete


def test_rules_keep_their_labels_beside_their_alerts(tmp_path: Path) -> None:
    text = HEAD + dedent("""\
        PrometheusRule
        metadata: {name: r, labels: {role: alerts}}
        spec: {groups: [{name: g, rules: [{alert: Down, expr: up == 0}, {record: r, expr: sum(up)}]}]}
        """)
    reading = read_files(tmp_path, r=text)
    rules = only(reading, RuleSet)
    assert rules.labels == (("role", "alerts"),)
    assert rules.alarms == (only(reading, Alarm).address,)
    assert [known_value(each.name) for each in rules.recorded] == ["r"]


def test_an_alertmanager_and_a_configuration_for_it(tmp_path: Path) -> None:
    manager = HEAD + dedent("""\
        Alertmanager
        metadata: {name: main}
        spec: {replicas: 3, configSecret: alerts, alertmanagerConfigSelector: {matchLabels: {a: b}}}
        """)
    config = "apiVersion: monitoring.coreos.com/v1alpha1\nkind: AlertmanagerConfig\n" + dedent("""\
        metadata: {name: c, labels: {a: b}}
        spec:
          route:
            receiver: team
            routes: [{receiver: nobody, matchers: [{name: severity, value: info, matchType: "="}]}]
          receivers: [{name: team, slackConfigs: [{channel: x}]}, {name: nobody}]
        """)
    reading = read_files(tmp_path, m=manager, c=config)
    found, routing = only(reading, Alertmanager), only(reading, AlertRouting)
    assert (known_value(found.replicas), known_value(found.config_secret)) == (3, "alerts")
    assert isinstance(found.configurations.selector, Known)
    assert [(known_value(each.name), each.ways) for each in routing.receivers] == [("team", ("slack",)), ("nobody", ())]
    assert isinstance(routing.route, Known)
    assert routing.route.value.routes[0].matchers == ("severity=info",)
