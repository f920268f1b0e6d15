"""Charts become deployments, and what they say is found where a person would change it."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Environment, Known, Unknown, Workload
from infraaudit.readers.helm.reader import read
from infraaudit.readers.reading import FileState, UnitState
from infraaudit.source.file import find_files
from infraaudit.source.problem import ProblemKind

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
VALUES = "replicas: 3\nimage:\n  name: registry.example.com/web\n  tag: 1.2.3\nname: web\n"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Values.name }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: main
          image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
"""


def read_paths(root: Path, files: dict[str, str]) -> Reading:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    return read(find_files(root))


def chart(root: Path, web: str = WEB, values: str = VALUES, **more: str) -> Reading:
    files = {"c/Chart.yaml": CHART, "c/values.yaml": values, "c/templates/web.yaml": web}
    return read_paths(root, files | {f"c/{path}": text for path, text in more.items()})


def workload(reading: Reading) -> Workload:
    (found,) = (each for each in reading.entities if isinstance(each, Workload))
    return found


def test_a_scalar_points_at_the_line_of_the_values_that_decides(tmp_path: Path) -> None:
    replicas = workload(chart(tmp_path)).replicas
    assert isinstance(replicas, Known)
    assert (replicas.value, str(replicas.at)) == (3, "c/values.yaml:1:11")
    (step,) = replicas.at.trail
    assert (step.what, str(step.at)) == ("used in c/templates/web.yaml", "c/templates/web.yaml:6:13")


@pytest.mark.parametrize(
    "expression",
    [
        "{{ .Values.replicas | default 1 }}",
        "{{ .Values.absent | default .Values.replicas }}",
        '{{ include "count" . }}',
        "{{ int .Values.replicas }}",
        "{{ toYaml .Values.replicas }}",
        "{{ with .Values }}{{ .replicas }}{{ end }}",
    ],
)
def test_functions_that_pass_a_value_on_keep_its_place(tmp_path: Path, expression: str) -> None:
    helper = '{{ define "count" }}{{ .Values.replicas }}{{ end }}'
    reading = chart(tmp_path, WEB.replace("{{ .Values.replicas }}", expression), **{"templates/_h.tpl": helper})
    assert str(workload(reading).replicas.at) == "c/values.yaml:1:11"


def test_a_part_of_a_value_that_is_written_as_yaml_points_at_its_own_line(tmp_path: Path) -> None:
    values = f"{VALUES}spec:\n  selector: {{}}\n  replicas: 1\n"
    web = WEB.replace("spec:\n  replicas: {{ .Values.replicas }}", "spec: {{- toYaml .Values.spec | nindent 2 }}", 1)
    reading = chart(tmp_path, web.replace("  selector: {matchLabels: {app: web}}\n", ""), values)
    assert str(workload(reading).replicas.at) == "c/values.yaml:8:13"


def test_a_text_of_several_values_points_at_the_template_and_names_the_values(tmp_path: Path) -> None:
    (container,) = workload(chart(tmp_path)).containers
    image = container.image
    assert isinstance(image, Known)
    assert str(image.at) == "c/templates/web.yaml:13:19"
    assert [str(step.at) for step in image.at.trail] == ["c/values.yaml:3:9", "c/values.yaml:4:8"]


def test_an_object_stands_where_the_template_names_it(tmp_path: Path) -> None:
    assert str(workload(chart(tmp_path)).at) == "c/templates/web.yaml:4:9"


def test_text_of_a_helper_points_into_the_helper(tmp_path: Path) -> None:
    helper = '{{ define "count" -}}\nreplicas: 1\n{{- end }}'
    web = WEB.replace("replicas: {{ .Values.replicas }}", '{{- include "count" . | nindent 2 }}')
    assert str(workload(chart(tmp_path, web, **{"templates/_h.tpl": helper})).replicas.at) == "c/templates/_h.tpl:2:11"


def test_an_undecided_value_is_unknown_and_says_why(tmp_path: Path) -> None:
    replicas = workload(chart(tmp_path, WEB.replace("{{ .Values.replicas }}", "{{ randInt 1 9 }}"))).replicas
    assert isinstance(replicas, Unknown)
    assert replicas.why == "a random number is made anew on each rendering"
    assert str(replicas.at) == "c/templates/web.yaml:6:13"


def test_what_an_undecided_block_prints_is_unknown_and_the_rest_of_its_object_is_told(tmp_path: Path) -> None:
    web = WEB.replace(
        "{{ .Values.replicas }}\n",
        '{{ .Values.replicas }}\n{{ if eq (randNumeric 1) "1" }}  strategy: {type: Recreate}\n{{ end }}',
    )
    reading = chart(tmp_path, web)
    found = workload(reading)
    assert isinstance(found.replicas, Known)
    assert isinstance(found.surge, Unknown)
    assert not reading.problems


def test_an_object_that_an_undecided_block_brings_is_left_out_and_reported(tmp_path: Path) -> None:
    other = WEB.replace(".Values.name", ".Chart.Name")
    reading = chart(tmp_path, f'{other}{{{{ if eq (randNumeric 1) "1" }}}}\n---\n{WEB}{{{{ end }}}}\n')
    assert workload(reading).name == "shop"
    (problem,) = reading.problems
    assert (problem.kind, problem.message) == (
        ProblemKind.NOT_RENDERED,
        "whether there is a Deployment web cannot be told: a random text is made anew on each rendering",
    )


def test_each_values_file_is_a_deployment_with_its_environment(tmp_path: Path) -> None:
    reading = chart(tmp_path, **{"values-prod.yaml": "replicas: 5\n", "ci/small-values.yaml": "replicas: 1\n"})
    found = {
        each.deployment.id: (each.deployment.environment, each.replicas.value, each.replicas.at.path)
        for each in reading.entities
        if isinstance(each, Workload) and isinstance(each.replicas, Known)
    }
    assert found == {
        "helm:c:values.yaml": (Environment.UNKNOWN, 3, "c/values.yaml"),
        "helm:c:values-prod.yaml": (Environment.PRODUCTION, 5, "c/values-prod.yaml"),
        "helm:c:ci/small-values.yaml": (Environment.NONPRODUCTION, 1, "c/ci/small-values.yaml"),
    }


def test_a_chart_that_fails_is_a_failed_unit_and_its_files_are_skipped(tmp_path: Path) -> None:
    reading = chart(tmp_path, WEB.replace("{{ .Values.replicas }}", '{{ fail "set it" }}'))
    assert [(unit.name, unit.state, unit.why) for unit in reading.units] == [
        ("shop", UnitState.FAILED, "it cannot be rendered: set it"),
    ]
    assert [(problem.kind, str(problem.at)) for problem in reading.problems] == [
        (ProblemKind.NOT_RENDERED, "c/templates/web.yaml:6:13"),
    ]
    assert {row.state for row in reading.files} == {FileState.SKIPPED}


def test_a_value_that_is_required_and_not_given_is_a_gap_and_the_rest_is_told(tmp_path: Path) -> None:
    reading = chart(tmp_path, WEB.replace("{{ .Values.replicas }}", '{{ required "set it" .Values.none }}'))
    assert [(unit.name, unit.state, unit.why) for unit in reading.units if unit.kind == "chart"] == [
        ("shop", UnitState.FAILED, "helm does not render it as it stands: set it"),
    ]
    assert [(problem.kind, str(problem.at)) for problem in reading.problems] == [
        (ProblemKind.NOT_RENDERED, "c/templates/web.yaml:6:13"),
    ]
    found = workload(reading)
    assert isinstance(found.containers[0].image, Known)
    assert found.replicas == Unknown("a value that its template requires is not given: set it", found.replicas.at)


def test_a_missing_dependency_is_named_and_the_own_objects_still_come(tmp_path: Path) -> None:
    web = WEB.replace("{{ .Values.replicas }}", "{{ .Values.cache.copies }}")
    reading = read_paths(
        tmp_path,
        {
            "c/Chart.yaml": f"{CHART}dependencies: [{{name: cache, version: 1.0.0}}]\n",
            "c/values.yaml": VALUES,
            "c/templates/web.yaml": web,
        },
    )
    assert [(unit.name, unit.state) for unit in reading.units if unit.kind == "chart"] == [
        ("cache", UnitState.MISSING),
        ("shop", UnitState.RESOLVED),
    ]
    assert isinstance(workload(reading).replicas, Unknown)


def test_a_subchart_belongs_to_its_parent_alone(tmp_path: Path) -> None:
    sub = {"charts/s/Chart.yaml": "name: s\nversion: 1.0.0\n", "charts/s/templates/w.yaml": WEB}
    reading = chart(tmp_path, WEB, f"{VALUES}s: {{replicas: 2, name: sub, image: {{name: a, tag: b}}}}\n", **sub)
    assert {each.deployment.id for each in reading.entities} == {"helm:c:values.yaml"}
    assert sorted(each.name for each in reading.entities if isinstance(each, Workload)) == ["sub", "web"]
    assert {row.state for row in reading.files} == {FileState.PARSED}


def test_objects_of_tests_are_left_out(tmp_path: Path) -> None:
    web = WEB.replace("metadata:\n", 'metadata:\n  annotations: {"helm.sh/hook": test}\n', 1)
    assert not chart(tmp_path, web).entities


@pytest.mark.parametrize(
    "template",
    [
        "{{",
        "{{ if }}",
        "{{ end }}",
        '{{ define "x" }}',
        "{{ .Values.a.b.c }}",
        '{{ include "none" . }}',
        "{{ $x }}",
        "{{ 'ab }}",
        '{{ "a" | trunc }}',
        "{{ index (list) 4 }}",
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        "{{ range untilStep 0 100000000 1 }}x{{ end }}",
        "{{ range 900 }}{{ range 900 }}x{{ end }}{{ end }}",
        '{{ repeat 100000000 "x" }}',
        "{{ div 1 0 }}",
        "{{ (((((" * 40,
        "{{ if true }}" * 100,
    ],
)
def test_a_template_that_cannot_run_is_reported_and_never_raises(tmp_path: Path, template: str) -> None:
    reading = chart(tmp_path, template)
    assert [unit.state for unit in reading.units] == [UnitState.FAILED]


def test_a_chart_in_a_circle_of_dependencies_fails(tmp_path: Path) -> None:
    depends = "dependencies: [{{name: {}, version: 1.0.0, repository: 'file://../{}'}}]\n"
    reading = read_paths(
        tmp_path,
        {
            "a/Chart.yaml": f"name: a\nversion: 1.0.0\n{depends.format('b', 'b')}",
            "b/Chart.yaml": f"name: b\nversion: 1.0.0\n{depends.format('a', 'a')}",
        },
    )
    assert {unit.state for unit in reading.units} == {UnitState.FAILED}


def test_files_outside_the_chart_are_not_read(tmp_path: Path) -> None:
    web = WEB.replace("{{ .Values.name }}", 'web{{ .Files.Get "../secret.txt" }}{{ .Files.Get "/etc/hostname" }}')
    reading = chart(tmp_path, web, **{"../secret.txt": "-secret"})
    assert workload(reading).name == "web"


@pytest.mark.parametrize(
    "template",
    [
        '{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ $_ := set $d "b" $d }}{{ toYaml $d }}',
        '{{ $d := dict }}{{ $_ := set $d "a" $d }}{{ $_ := set $d "b" $d }}{{ $d }}',
        '{{ $d := dict "k" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ toJson $d }}',
        '{{ $d := dict "k" 1 }}{{ range until 60 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ deepCopy $d }}',
        '{{ $s := "xxxxxxxx" }}{{ range until 60 }}{{ $s = printf "%s%s" $s $s }}{{ end }}{{ $s }}',
        "{{ $l := list 1 2 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}{{ len $l }}",
    ],
)
def test_a_value_that_grows_without_end_is_refused(tmp_path: Path, template: str) -> None:
    assert [unit.state for unit in chart(tmp_path, template).units] == [UnitState.FAILED]


def test_a_pattern_that_would_search_for_ever_is_matched_in_no_time(tmp_path: Path) -> None:
    expression = '{{ len (regexFind "(a|aa)+$" (printf "%sb" (repeat 2000 "a"))) }}'
    replicas = workload(chart(tmp_path, WEB.replace("{{ .Values.replicas }}", expression))).replicas
    assert isinstance(replicas, Known)
    assert replicas.value == 0


def test_a_text_that_is_too_long_to_be_searched_is_unknown(tmp_path: Path) -> None:
    expression = '{{ len (regexFind "(a|b)+(a|b)+(a|b)+c" (repeat 900000 "a")) }}'
    replicas = workload(chart(tmp_path, WEB.replace("{{ .Values.replicas }}", expression))).replicas
    assert isinstance(replicas, Unknown)
    assert "too long to be searched" in replicas.why


@pytest.mark.parametrize(
    "expression",
    [
        '{{ ternary 1 2 (hasKey .Values.cache "copies") }}',
        '{{ index .Values "cache" "copies" }}',
        '{{ get .Values.cache "copies" }}',
        '{{ dig "copies" 1 .Values.cache }}',
        "{{ .Values.cache.copies | default 1 }}",
        "{{ .Values.cache.given.copies | default 1 }}",
        '{{ if kindIs "map" .Values.cache }}{{ .Values.cache.copies }}{{ end }}',
    ],
)
def test_values_of_a_missing_dependency_are_unknown_however_they_are_asked_for(tmp_path: Path, expression: str) -> None:
    reading = read_paths(
        tmp_path,
        {
            "c/Chart.yaml": f"{CHART}dependencies: [{{name: cache, version: 1.0.0}}]\n",
            "c/values.yaml": f"{VALUES}cache: {{given: {{}}}}\n",
            "c/templates/web.yaml": WEB.replace("{{ .Values.replicas }}", expression),
        },
    )
    assert isinstance(workload(reading).replicas, Unknown)
