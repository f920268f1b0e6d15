"""What becomes of kustomizations: deployments, places, rows of the ledger, and what cannot be built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import ConfigObject, Environment, Known, Unknown, Workload
from infraaudit.readers.reading import FileState, UnitState
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.kustomize.trees import WEB, all_of, only, read_paths, upon_base

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"


def units(reading: Reading) -> dict[str, UnitState]:
    return {unit.path: unit.state for unit in reading.units if unit.kind == "overlay"}


def states(reading: Reading) -> dict[str, FileState]:
    return {row.path: row.state for row in reading.files}


def test_only_what_nothing_builds_upon_is_a_deployment(tmp_path: Path) -> None:
    reading = upon_base(tmp_path, "resources: [../base]\n")
    assert {each.deployment.id for each in reading.entities} == {"kustomize:prod"}
    assert units(reading) == {
        "base/kustomization.yaml": UnitState.RESOLVED,
        "prod/kustomization.yaml": UnitState.RESOLVED,
    }
    assert set(states(reading).values()) == {FileState.PARSED}
    assert reading.problems == ()


def test_each_overlay_has_objects_of_its_own(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "base/web.yaml": WEB,
            "staging/kustomization.yaml": "resources: [../base]\n",
            "production/kustomization.yaml": "resources: [../base]\nreplicas: [{name: web, count: 4}]\n",
        },
    )
    found = {each.deployment.id: each for each in all_of(reading, Workload)}
    staging, production = found["kustomize:staging"], found["kustomize:production"]
    assert staging.deployment.environment is Environment.NONPRODUCTION
    assert production.deployment.environment is Environment.PRODUCTION
    assert isinstance(staging.replicas, Known)
    assert isinstance(production.replicas, Known)
    assert (staging.replicas.value, production.replicas.value) == (1, 4)


def test_a_value_of_the_base_keeps_its_place(tmp_path: Path) -> None:
    workload = only(upon_base(tmp_path, "resources: [../base]\nnamePrefix: eu-\n"), Workload)
    assert (workload.name, workload.at.path, workload.at.start_line) == ("eu-web", "base/web.yaml", 4)
    assert str(workload.replicas.at) == "base/web.yaml:6:13"
    assert workload.replicas.at.trail == ()


def test_a_value_of_a_patch_stands_in_the_patch(tmp_path: Path) -> None:
    patch = """\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
    """
    reading = upon_base(tmp_path, "resources: [../base]\npatches:\n- path: more.yaml\n", more=patch)
    at = only(reading, Workload).replicas.at
    assert str(at) == "prod/more.yaml:5:13"
    assert [(step.what, str(step.at)) for step in at.trail] == [
        ("a patch of overlay prod", "prod/kustomization.yaml:3:9")
    ]


def test_a_value_of_an_inline_patch_stands_in_the_kustomization(tmp_path: Path) -> None:
    overlay = """\
        resources: [../base]
        patches:
        - target: {kind: Deployment}
          patch: |-

            - op: replace
              path: /spec/replicas
              value: 3
    """
    at = only(upon_base(tmp_path, overlay), Workload).replicas.at
    assert (str(at), at.end_column) == ("prod/kustomization.yaml:8:14", 15)


def test_a_patch_in_quotes_stands_where_its_text_does(tmp_path: Path) -> None:
    overlay = """\
        resources: [../base]
        patches:
        - target: {kind: Deployment}
          patch: '[{"op": "replace", "path": "/spec/replicas", "value": 3}]'
    """
    assert str(only(upon_base(tmp_path, overlay), Workload).replicas.at) == "prod/kustomization.yaml:4:10"


def test_what_a_patch_repeats_to_find_its_container_is_not_set_by_it(tmp_path: Path) -> None:
    patch = """\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec: {template: {spec: {containers: [{name: app, env: [{name: MODE, value: fancy}]}]}}}
    """
    reading = upon_base(tmp_path, "resources: [../base]\npatches: [{path: more.yaml}]\n", more=patch)
    container = only(reading, Workload).containers[0]
    assert (container.at.path, container.at.trail) == ("base/web.yaml", ())
    assert [each.value.at.path for each in container.environment] == ["prod/more.yaml"]


def test_an_image_stands_where_its_tag_was_set(tmp_path: Path) -> None:
    reading = upon_base(tmp_path, "resources: [../base]\nimages:\n- name: shop/web\n  newTag: '2'\n")
    image = only(reading, Workload).containers[0].image
    assert isinstance(image, Known)
    assert (image.value, str(image.at)) == ("shop/web:2", "prod/kustomization.yaml:4:11")
    assert str(image.at.trail[0].at) == "base/web.yaml:13:16"


def test_variables_of_a_generated_map_are_resolved(tmp_path: Path) -> None:
    overlay = """\
        resources: [../base]
        configMapGenerator:
        - name: settings
          literals: [LEVEL=debug]
        patches:
        - patch: |-
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec: {template: {spec: {containers: [{name: app, envFrom: [{configMapRef: {name: settings}}]}]}}}
    """
    container = only(upon_base(tmp_path, overlay), Workload).containers[0]
    assert container.environment_complete
    assert {each.name: each.value.value for each in container.environment if isinstance(each.value, Known)} == {
        "LEVEL": "debug",
        "MODE": "plain",
    }


def test_a_file_that_is_not_there_gives_values_that_cannot_be_told(tmp_path: Path) -> None:
    overlay = """\
        resources: [../base]
        configMapGenerator:
        - name: settings
          envs: [secret.env]
        patches:
        - patch: |-
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec: {template: {spec: {containers: [{name: app, envFrom: [{configMapRef: {name: settings}}]}]}}}
    """
    reading = upon_base(tmp_path, overlay)
    assert not only(reading, Workload).containers[0].environment_complete
    assert not only(reading, ConfigObject).complete


def test_ports_that_state_their_protocol_only_here_and_there_cannot_be_told(tmp_path: Path) -> None:
    overlay = """\
        resources: [service.yaml]
        patches:
        - patch: |-
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {ports: [{port: 80}, {port: 443, protocol: TCP}]}
    """
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, protocol: TCP}]}\n"
    (found,) = upon_base(tmp_path, overlay, service=service).entities[-1:]
    assert getattr(found, "ports_complete", None) is False


REMOTE = ("https://example.com/x.yaml", "github.com/example/shop//deploy?ref=v1", "git@example.com:shop.git", "../gone")


@pytest.mark.parametrize("written", REMOTE)
def test_what_is_not_in_the_tree_is_a_gap_and_the_rest_is_built(tmp_path: Path, written: str) -> None:
    reading = upon_base(tmp_path, f"resources: [../base, '{written}']\nreplicas: [{{name: elsewhere, count: 2}}]\n")
    assert units(reading)["prod/kustomization.yaml"] is UnitState.MISSING
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOT_RENDERED]
    assert written in reading.problems[0].message
    assert only(reading, Workload).name == "web"


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    reading = upon_base(tmp_path, "resources: ['https://me:hunter2@example.com/x.yaml']\n")
    assert "hunter2" not in repr((reading.problems, reading.units))


def test_an_image_whose_name_only_begins_alike_is_another(tmp_path: Path) -> None:
    reading = upon_base(tmp_path, "resources: [../base]\nimages: [{name: shop/we, newTag: '2'}]\n")
    image = only(reading, Workload).containers[0].image
    assert isinstance(image, Known)
    assert (image.value, image.at.path) == ("shop/web:1.0", "base/web.yaml")


@pytest.mark.parametrize("selector", ["{labelSelector: '%s'}" % (" " * 9_000), "{name: '%s'}" % ("a*" * 9)])
def test_a_selector_that_would_take_long_is_refused(tmp_path: Path, selector: str) -> None:
    reading = upon_base(tmp_path, f"resources: [../base]\npatches: [{{target: {selector}, patch: '[]'}}]\n")
    assert units(reading)["prod/kustomization.yaml"] is UnitState.FAILED


UNBUILT = {
    "a remote component": "resources: [../base]\ncomponents: [github.com/example/shop]\n",
    "transformers": "resources: [../base]\ntransformers: [x.yaml]\n",
    "itself": "resources: [../base, ../prod]\n",
    "one object twice": "resources: [../base, ../base/web.yaml]\n",
    "an endless pattern": "resources: [../base]\npatches: [{target: {name: '(a+)+b'}, patch: '[]'}]\n",
    "no selector": "resources: [../base]\npatches: [{target: {labelSelector: '((('}, patch: '[]'}]\n",
    "a patch without target": "resources: [../base]\npatches: [{patch: '[{op: remove, path: /a}]'}]\n",
    "a patch that is no YAML": "resources: [../base]\npatches: [{patch: '{{'}]\n",
    "a patch that is not there": "resources: [../base]\npatches: [{path: gone.yaml}]\n",
    "a literal without a value": "resources: [../base]\nconfigMapGenerator: [{name: a, literals: [b]}]\n",
    "a generator without a name": "resources: [../base]\nconfigMapGenerator: [{literals: [b=c]}]\n",
    "a variable without an object": "resources: [../base]\nvars: [{name: A, objref: {kind: Service, name: b}}]\n",
}


@pytest.mark.parametrize("why", UNBUILT)
def test_what_cannot_be_built_is_a_failed_unit_without_objects(tmp_path: Path, why: str) -> None:
    reading = upon_base(tmp_path, UNBUILT[why])
    assert units(reading)["prod/kustomization.yaml"] is UnitState.FAILED
    assert [problem.leaves_gap for problem in reading.problems] == [True]
    assert reading.entities == ()


CHART = {
    "prod/charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "prod/charts/web/values.yaml": "copies: 1\ntier: back\n",
    "prod/charts/web/templates/web.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\n"
        "metadata: {name: '{{ .Release.Name }}', labels: {tier: {{ .Values.tier }}}}\n"
        "spec: {replicas: {{ .Values.copies }}, template: {spec: {containers: [{name: a, image: 'web:1'}]}}}\n"
    ),
    "prod/values.yaml": "copies: 2\ntier: file\n",
}


@pytest.mark.parametrize(
    ("fields", "copies", "tier"),
    [
        ("", 1, "back"),
        (", valuesFile: values.yaml", 2, "file"),
        (", valuesFile: values.yaml, valuesInline: {copies: 3}", 3, "file"),
        (", valuesFile: values.yaml, valuesInline: {copies: 3}, valuesMerge: merge", 2, "file"),
        (", valuesFile: values.yaml, valuesInline: {copies: 3}, valuesMerge: replace", 3, "back"),
        (", valuesInline: {copies: 3}, additionalValuesFiles: [values.yaml]", 2, "file"),
    ],
)
def test_a_chart_beside_a_kustomization_is_inflated(tmp_path: Path, fields: str, copies: int, tier: str) -> None:
    entry = f"{{name: web, releaseName: shop{fields}}}"
    overlay = f"namePrefix: eu-\nhelmCharts: [{entry}]\n"
    reading = read_paths(tmp_path, {**CHART, "prod/kustomization.yaml": overlay})
    (web,) = [each for each in reading.entities if isinstance(each, Workload)]
    assert (web.name, web.replicas) == ("eu-shop", Known(copies, web.replicas.at))
    assert dict(web.own_labels or ())["tier"] == tier
    assert units(reading)["prod/kustomization.yaml"] is UnitState.RESOLVED


def test_a_chart_that_is_elsewhere_is_a_gap_and_is_never_fetched(tmp_path: Path) -> None:
    entry = "{name: redis, repo: 'https://user:word@charts.example.com', version: 1.0.0}"
    reading = upon_base(tmp_path, f"resources: [../base]\nhelmCharts: [{entry}]\n")
    assert units(reading)["prod/kustomization.yaml"] is UnitState.MISSING
    assert reading.problems[0].message == (
        "it inflates the chart redis of charts.example.com, which is not in the scanned folder and is never fetched"
    )


@pytest.mark.parametrize(
    ("kind", "state"), [("Widget", UnitState.RESOLVED), ("Deployment", UnitState.FAILED), ("", UnitState.FAILED)]
)
def test_tables_of_fields_are_a_gap_where_they_touch_what_is_judged(
    tmp_path: Path, kind: str, state: UnitState
) -> None:
    fields = f"commonLabels: [{{kind: '{kind}', path: spec/word, create: true}}]\n"
    reading = upon_base(tmp_path, "resources: [../base]\nconfigurations: [fields.yaml]\n", fields=fields)
    assert units(reading)["prod/kustomization.yaml"] is state


def test_a_component_is_built_within_an_overlay_alone(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "used/kustomization.yaml": f"{COMPONENT}replicas: [{{name: web, count: 6}}]\n",
            "spare/kustomization.yaml": f"{COMPONENT}resources: [db.yaml]\n",
            "spare/db.yaml": WEB.replace("name: web", "name: db"),
            "prod/kustomization.yaml": "resources: [web.yaml]\ncomponents: [../used]\n",
            "prod/web.yaml": WEB,
        },
    )
    workload = only(reading, Workload)
    assert isinstance(workload.replicas, Known)
    assert workload.replicas.value == 6
    assert units(reading) == {
        "prod/kustomization.yaml": UnitState.RESOLVED,
        "used/kustomization.yaml": UnitState.RESOLVED,
    }
    assert states(reading)["spare/kustomization.yaml"] is FileState.SKIPPED
    assert states(reading)["spare/db.yaml"] is FileState.SKIPPED


def test_a_resource_of_comments_alone_is_no_gap(tmp_path: Path) -> None:
    reading = read_paths(tmp_path, {"kustomization.yaml": "resources: [later.yaml]\n", "later.yaml": "# made later\n"})
    assert units(reading) == {"kustomization.yaml": UnitState.RESOLVED}
    assert states(reading)["later.yaml"] is FileState.SKIPPED


def test_a_broken_kustomization_is_a_failed_file(tmp_path: Path) -> None:
    reading = read_paths(tmp_path, {"kustomization.yaml": "resources: [\n"})
    assert states(reading) == {"kustomization.yaml": FileState.FAILED}
    assert units(reading) == {"kustomization.yaml": UnitState.FAILED}


def test_a_broken_resource_leaves_a_gap_in_the_overlay(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path, {"kustomization.yaml": "resources: [web.yaml]\n", "web.yaml": "apiVersion: v1\nkind: Pod\na: [\n"}
    )
    assert states(reading)["web.yaml"] is FileState.FAILED
    assert units(reading) == {"kustomization.yaml": UnitState.FAILED}


def test_a_base_outside_of_the_scanned_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(WEB, encoding="utf-8")
    reading = read_paths(tmp_path / "tree", {"kustomization.yaml": "resources: [../secret.yaml]\n"})
    assert reading.entities == ()
    assert units(reading) == {"kustomization.yaml": UnitState.MISSING}


def test_a_copied_value_cannot_grow_without_end(tmp_path: Path) -> None:
    copies = "".join(f"    - {{op: copy, from: /metadata, path: /metadata/a{each}}}\n" for each in range(40))
    overlay = f"resources: [../base]\npatches:\n- target: {{kind: Deployment}}\n  patch: |-\n{copies}"
    assert units(upon_base(tmp_path, overlay))["prod/kustomization.yaml"] is UnitState.FAILED


SHAPES = ("[]", "7", "~", "'text'", "{}", "[[]]", "[{}]", "[7]", "{name: [1]}", "[{name: {}}]", "[{path: 7}]")
FIELDS = (
    "resources", "components", "patches", "patchesStrategicMerge", "patchesJson6902", "images", "replicas",
    "namePrefix", "namespace", "labels", "commonLabels", "commonAnnotations", "configMapGenerator",
    "secretGenerator", "generatorOptions", "vars", "replacements", "openapi",
)  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_of_a_field_breaks_the_reader(tmp_path: Path, field: str, shape: str) -> None:
    base = "" if field == "resources" else "resources: [../base]\n"
    reading = upon_base(tmp_path, f"{base}{field}: {shape}\n")
    assert units(reading)["base/kustomization.yaml"] is UnitState.RESOLVED


def test_what_was_merged_in_and_cannot_be_told_stays_unknown(tmp_path: Path) -> None:
    reading = upon_base(tmp_path, "resources: [../base]\nimages: [{name: shop/web, tagSuffix: -slim}]\n")
    assert isinstance(only(reading, Workload).containers[0].image, Unknown)
