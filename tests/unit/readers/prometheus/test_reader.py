"""Files of monitoring are told by what they hold, and keep what decides who is scraped and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit
from infraaudit.model import Alarm, Keep, Monitor, Prometheus, RoutingFile, RuleFile, ScrapeFile, known_value
from infraaudit.readers.prometheus.reader import read
from infraaudit.readers.reading import FileState
from infraaudit.source.file import find_files
from tests.golden.outputs import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading


def _reading(folder: Path, **files: str) -> Reading:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return read(find_files(folder))


FOREIGN = {
    "promtail": "positions: {filename: /p}\nclients: [{url: http://loki:3100}]\nscrape_configs: [{job_name: logs}]\n",
    "loki": "schema_config: {}\nserver: {http_listen_port: 3100}\nscrape_configs: [{job_name: x}]\n",
    "groups of another kind": "groups:\n  - name: people\n    rules: [{allow: all}]\n",
    "an object": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ngroups: [{rules: [{alert: a, expr: b}]}]\n",
    "a pipeline of OpenTelemetry": "receivers: {otlp: {}}\nexporters: {debug: {}}\nservice: {pipelines: {}}\n",
    "a list": "- groups: []\n- receivers: []\n",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_file_of_monitoring_is_left_to_others(text: str, tmp_path: Path) -> None:
    reading = _reading(tmp_path, prometheus=text)
    assert not reading.entities
    assert not reading.files


KINDS = {
    "scrape_configs: [{job_name: a}]": ScrapeFile,
    "global: {evaluation_interval: 1m}\nrule_files: [a.yml]": ScrapeFile,
    "groups: [{name: a, rules: [{record: a, expr: b}]}]": RuleFile,
    "apiVersion: 1\ngroups: [{name: a, rules: [{title: Errors, data: []}]}]": RuleFile,
    "route: {receiver: a}\nreceivers: [{name: a}]": RoutingFile,
}


@pytest.mark.parametrize(("text", "kind"), KINDS.items())
def test_a_file_is_told_by_its_content_whatever_its_name(text: str, kind: type, tmp_path: Path) -> None:
    reading = _reading(tmp_path, anything=text)
    assert [type(each) for each in reading.entities] == [kind]
    assert [row.state for row in reading.files] == [FileState.PARSED]


def test_targets_in_files_of_the_tree_are_read_and_others_are_missed(tmp_path: Path) -> None:
    job = "scrape_configs:\n  - job_name: a\n    file_sd_configs: [{files: [FILE]}]\n"
    (tmp_path / "targets.json").write_text('[{"targets": ["web:8000", "api:9000"]}]', encoding="utf-8")
    here = _reading(tmp_path, here=job.replace("FILE", "targets.json"), away=job.replace("FILE", "/sd/*.json"))
    away, found = (each.jobs[0] for each in here.entities if isinstance(each, ScrapeFile))
    assert [known_value(each) for each in found.targets] == ["web:8000", "api:9000"]
    assert found.complete
    assert not away.complete


RELABELLINGS = {
    "[__meta_kubernetes_pod_label_app]|keep|web": ((Keep("pod", "label", "app", ("web",)),), True),
    "[__meta_kubernetes_service_name]|keep|a;b": ((), False),
    "[__meta_kubernetes_service_name]|keep|(a|b)": ((Keep("service", "name", "", ("a", "b")),), True),
    "[__meta_kubernetes_pod_annotation_prometheus_io_scrape]|keep|true": (
        (Keep("pod", "annotation", "prometheus_io_scrape", ("true",)),),
        True,
    ),
    "[__meta_kubernetes_pod_phase]|drop|Pending": ((), True),
    "[__meta_kubernetes_pod_container_port_name]|keep|metrics": ((), False),
    "[__meta_kubernetes_namespace]|keep|shop": ((Keep("namespace", "name", "", ("shop",)),), True),
    "[__meta_kubernetes_pod_label_app]|keep|web.*": ((), False),
    "[__meta_kubernetes_pod_label_app]|replace|web": ((), True),
}


@pytest.mark.parametrize(("rule", "expected"), RELABELLINGS.items())
def test_what_relabelling_keeps_is_told_or_said_to_be_untold(
    rule: str, expected: tuple[tuple[Keep, ...], bool], tmp_path: Path
) -> None:
    source, rest = rule.split("]|", 1)
    action, regex = rest.split("|", 1)
    text = (
        "scrape_configs:\n  - job_name: a\n    kubernetes_sd_configs: [{role: pod}]\n    relabel_configs:\n"
        f"      - {{source_labels: {source}], action: {action}, regex: '{regex}'}}\n"
    )
    (file,) = _reading(tmp_path, prometheus=text).entities
    assert isinstance(file, ScrapeFile)
    assert (file.jobs[0].keeps, file.jobs[0].decided) == expected


def test_targets_that_are_only_handed_to_a_prober_are_not_asked(tmp_path: Path) -> None:
    text = (
        "scrape_configs:\n  - job_name: probe\n    static_configs: [{targets: ['web:8000']}]\n    relabel_configs:\n"
        "      - {source_labels: [__address__], target_label: __param_target}\n"
        "      - {target_label: __address__, replacement: 'blackbox:9115'}\n"
    )
    (file,) = _reading(tmp_path, prometheus=text).entities
    assert isinstance(file, ScrapeFile)
    assert not file.jobs[0].targets


def test_a_broken_file_has_a_row_and_a_template_is_no_gap(tmp_path: Path) -> None:
    broken = "scrape_configs:\n  - job_name: [\n"
    reading = _reading(
        tmp_path, prometheus=broken, alertmanager="{% if x %}\nreceivers: [\n{% endif %}\n", other=broken
    )
    assert {row.path: row.state for row in reading.files} == {
        "prometheus.yml": FileState.FAILED,
        "alertmanager.yml": FileState.SKIPPED,
    }
    assert [problem.at.path for problem in reading.problems if problem.leaves_gap] == ["prometheus.yml"]


COMPOSE = """\
services:
  prometheus:
    image: prom/prometheus
    command: ["--config.file=/cfg/main.yml"]
    configs: [{source: main, target: /cfg/main.yml}]
    volumes: ["./rules:/cfg/rules:ro"]
configs:
  main: {file: prometheus.yml}
"""


def test_a_config_of_compose_is_a_file_that_the_service_mounts(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/a.yml").write_text(
        "groups: [{name: a, rules: [{alert: Down, expr: up == 0}]}]", encoding="utf-8"
    )
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    (tmp_path / "prometheus.yml").write_text(
        "rule_files: [rules/*.yml]\nscrape_configs: [{job_name: a, static_configs: [{targets: [x.org]}]}]\n",
        encoding="utf-8",
    )
    estate = audit(tmp_path, Settings(today=TODAY, packs=())).estate
    (prometheus,) = estate.of(Prometheus)
    assert prometheus.reader == "service prometheus"
    assert [known_value(each.found) for each in prometheus.rule_sources] == [("/cfg/rules/a.yml",)]
    assert [alarm.deployment.id for alarm in estate.of(Alarm)] == ["compose:."]
    assert [monitor.scraper for monitor in estate.of(Monitor)] == ["service prometheus"]
