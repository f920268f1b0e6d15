"""Charts that Terraform installs are rendered with its values, and their objects are those of manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Known, Opaque, Service, Unknown, Workload, known_value
from infraaudit.readers.reading import UnitState
from infraaudit.readers.terraform.reader import read
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.terraform.trees import at, tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.copies }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: "web:{{ .Values.image.tag }}"
          env:
            - {name: SHARDS, value: "{{ index .Values.shards 1 }}"}
            - {name: ARGS, value: "{{ join " " .Values.args }}"}
"""
CHART = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "charts/web/values.yaml": "copies: 1\nargs: []\nimage: {tag: latest}\nshards: [1, 2]\n",
    "charts/web/templates/web.yaml": DEPLOYMENT,
}
RELEASE = 'resource "helm_release" "web" {{\n  name = "shop"\n  namespace = "live"\n  chart = {}\n{}}}\n'


def _read(tmp_path: Path, *lines: str, chart: str = '"../charts/web"', more: str = "", **files: str) -> Reading:
    text = RELEASE.format(chart, "".join(f"  {line}\n" for line in lines)) + more
    extra = {f"infra/{name}.yaml": content for name, content in files.items()}
    return read(tree_of(tmp_path, {**CHART, "infra/main.tf": text, **extra}))


def _workload(reading: Reading) -> Workload:
    (found,) = [each for each in reading.entities if isinstance(each, Workload)]
    return found


def test_a_release_is_a_workload_of_its_root(tmp_path: Path) -> None:
    reading = _read(tmp_path)
    workload = _workload(reading)
    assert (workload.address, workload.name) == ("helm_release.web/Deployment/live/shop-web", "shop-web")
    assert workload.deployment.id == "terraform:infra"
    assert [(unit.kind, unit.name, unit.state) for unit in reading.units] == [
        ("chart", "helm_release.web", UnitState.RESOLVED)
    ]


@pytest.mark.parametrize(
    ("lines", "copies"),
    [
        ((), 1),
        (('values = [yamlencode({ copies = 2 }), "copies: 3"]',), 3),
        (('values = [file("${path.module}/own.yaml")]',), 4),
        (("values = [jsonencode({ copies = 5 })]", 'set {\n name = "copies"\n value = 6\n}'), 6),
        (('set = [{ name = "copies", value = "7" }]',), 7),
        (('set_sensitive {\n name = "copies"\n value = "8"\n}',), 8),
    ],
)
def test_values_win_in_the_order_of_helm(tmp_path: Path, lines: tuple[str, ...], copies: int) -> None:
    replicas = _workload(_read(tmp_path, *lines, own="copies: 4\n")).replicas
    assert isinstance(replicas, Known)
    assert replicas.value == copies


@pytest.mark.parametrize(
    ("line", "tag"),
    [
        ('set {\n name = "image.tag"\n value = "1.10"\n type = "string"\n}', "web:1.10"),
        ('set {\n name = "image\\\\.tag"\n value = "x"\n}', "web:latest"),
        ('values = ["image: {tag: v2}"]', "web:v2"),
    ],
)
def test_a_value_is_put_at_its_path(tmp_path: Path, line: str, tag: str) -> None:
    (container,) = _workload(_read(tmp_path, line)).containers
    assert isinstance(container.image, Known)
    assert str(container.image.value) == tag


def test_lists_are_set_by_index_and_as_a_whole(tmp_path: Path) -> None:
    lines = ('set {\n name = "shards[1]"\n value = 9\n}', 'set {\n name = "args"\n value = "{serve,--fast}"\n}')
    (container,) = _workload(_read(tmp_path, *lines)).containers
    values = {each.name: known_value(each.value) for each in container.environment}
    assert values == {"SHARDS": "9", "ARGS": "serve --fast"}


def test_a_value_that_cannot_be_told_leaves_open_what_it_decides(tmp_path: Path) -> None:
    more = 'variable "copies" {}\n'
    for line in ("values = [yamlencode({ copies = var.copies })]", 'set {\n name = "copies"\n value = var.copies\n}'):
        replicas = _workload(_read(tmp_path, line, more=more)).replicas
        assert isinstance(replicas, Unknown)
        assert "var.copies" in replicas.why


def test_a_value_of_the_files_keeps_its_place(tmp_path: Path) -> None:
    replicas = _workload(_read(tmp_path, "values = [yamlencode({ copies = 2 })]")).replicas
    assert at(_workload(_read(tmp_path, 'values = [file("own.yaml")]', own="# own\ncopies: 4\n")).replicas.at)[:2] == (
        "infra/own.yaml",
        2,
    )
    assert "infra/main.tf" in {at(replicas.at)[0], *(at(step.at)[0] for step in replicas.at.trail)}


def test_objects_of_a_release_meet_those_of_the_provider(tmp_path: Path) -> None:
    more = (
        'resource "kubernetes_service" "web" {\n  metadata {\n    name = "web"\n    namespace = "live"\n  }\n'
        '  spec {\n    selector = { app = "web" }\n    port {\n      port = 80\n    }\n  }\n}\n'
    )
    reading = _read(tmp_path, more=more)
    (service,) = [each for each in reading.entities if isinstance(each, Service)]
    assert service.deployment == _workload(reading).deployment


@pytest.mark.parametrize(
    ("chart", "lines", "state", "why"),
    [
        ('"nginx"', ('repository = "https://charts.example.com"',), UnitState.MISSING, "the chart nginx of https://"),
        ('"../charts/gone"', (), UnitState.MISSING, "the chart ../charts/gone is not in the tree"),
        ("var.chart", (), UnitState.MISSING, "var.chart has no default"),
        ('"../charts/web"', ("values = var.chart",), UnitState.FAILED, "its values cannot be told: var.chart has no"),
        ('"../charts/web"', ("values = [var.chart]",), UnitState.FAILED, "its values cannot be told: var.chart has no"),
        ('"../charts/web"', ('values = ["[1]"]',), UnitState.FAILED, "one of its values is no YAML mapping"),
        ('"../charts/web"', ('values = ["shards: []"]',), UnitState.FAILED, "its chart cannot be rendered"),
    ],
)
def test_what_cannot_be_rendered_is_a_gap_and_an_opaque_node(
    tmp_path: Path, chart: str, lines: tuple[str, ...], state: UnitState, why: str
) -> None:
    reading = _read(tmp_path, *lines, chart=chart, more='variable "chart" {}\n')
    (unit,) = reading.units
    assert unit.state is state
    assert why in unit.why
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOT_RENDERED]
    assert [each.address for each in reading.entities if isinstance(each, Opaque)] == ["helm_release.web"]
