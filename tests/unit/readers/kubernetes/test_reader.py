"""Which files are read, what their rows say, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Opaque, Service, Workload
from infraaudit.readers.reading import FileState
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.kubernetes.trees import deployment, objects, only, read_files, read_paths

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

CRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: w}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"


def states(reading: Reading) -> dict[str, FileState]:
    return {row.path: row.state for row in reading.files}


def test_files_without_an_object_get_no_row(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "workflow.yaml": "on: push\njobs: {}\n",
            "nested.yaml": "embedded: {apiVersion: v1, kind: Pod}\n",
            "package.json": '{"name": "x"}',
        },
    )
    assert reading.files == ()
    assert reading.entities == ()


def test_json_with_tabs_is_a_manifest(tmp_path: Path) -> None:
    text = '{\n\t"apiVersion": "v1",\n\t"kind": "Service",\n\t"metadata": {\n\t\t"name": "web"\n\t}\n}\n'
    service = only(read_paths(tmp_path, {"web.json": text}), Service)
    assert service.address == "Service/default/web"
    assert (service.at.start_line, service.at.start_column) == (5, 11)


def test_every_document_and_every_item_of_a_list_is_an_object(tmp_path: Path) -> None:
    listed = (
        "apiVersion: v1\nkind: List\nitems:\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"
    )
    implied = "apiVersion: v1\nkind: ServiceAccountList\nitems:\n- metadata: {name: c, namespace: n}\n"
    reading = read_files(tmp_path, all=f"{listed}---\n{implied}---\n")
    assert [each.address for each in objects(reading)] == [
        "ConfigMap/default/a",
        "ConfigMap/default/b",
        "ServiceAccount/n/c",
    ]


def test_documents_before_a_broken_one_are_kept(tmp_path: Path) -> None:
    reading = read_files(tmp_path, broken=f"{SERVICE}---\napiVersion: v1\nkind: [\n")
    assert only(reading, Service).name == "web"
    assert states(reading) == {"broken.yaml": FileState.PARTLY}
    assert [problem.kind for problem in reading.problems] == [ProblemKind.SYNTAX]


def test_a_template_that_does_not_parse_is_called_a_template(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\n{{- if .x }}\nmetadata:\n  name: {{ name }}\n{{ end }}\n"
    reading = read_files(tmp_path, web=text)
    assert states(reading) == {"web.yaml": FileState.FAILED}
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOT_RENDERED]
    assert reading.entities == ()


def test_an_object_whose_name_a_template_gives_is_left_out_and_told(tmp_path: Path) -> None:
    text = f"{SERVICE}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{{{ name }}}}\n"
    reading = read_files(tmp_path, web=text)
    assert len(objects(reading)) == 1
    assert states(reading) == {"web.yaml": FileState.PARTLY}
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOT_RENDERED]


def test_encrypted_objects_are_told(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: ENC[AES256_GCM,data:x]\nmetadata: {name: a}\nsops: {}\n"
    reading = read_files(tmp_path, keys=text)
    assert states(reading) == {"keys.yaml": FileState.FAILED}
    assert [problem.kind for problem in reading.problems] == [ProblemKind.ENCRYPTED]


def test_a_file_that_cannot_be_decoded_leaves_a_gap(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_bytes(b"\0GITCRYPT\0xyz")
    reading = read_paths(tmp_path, {})
    assert states(reading) == {"secret.yaml": FileState.FAILED}
    assert [problem.kind for problem in reading.problems] == [ProblemKind.ENCRYPTED]


def test_configurations_of_tools_are_no_objects(tmp_path: Path) -> None:
    reading = read_files(
        tmp_path,
        skaffold="apiVersion: skaffold/v4beta6\nkind: Config\nmetadata: {name: x}\n",
        kind="apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n",
        kubeconfig="apiVersion: v1\nkind: Config\nclusters: []\n",
        unnamed="apiVersion: example.com/v1\nkind: ControllerConfig\nport: 1\n",
    )
    assert set(states(reading).values()) == {FileState.SKIPPED}
    assert reading.entities == ()
    assert reading.problems == ()


def test_an_unknown_kind_can_still_be_the_end_of_an_edge(tmp_path: Path) -> None:
    text = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a, namespace: n}\n"
    widget = only(read_files(tmp_path, widget=text), Opaque)
    assert (widget.address, widget.type) == ("Widget/n/a", "example.com/v1 Widget")


def test_an_object_written_twice_in_a_file_counts_once(tmp_path: Path) -> None:
    later = SERVICE.replace("80", "81")
    reading = read_files(tmp_path, web=f"{SERVICE}---\n{later}")
    service = only(reading, Service)
    assert service.at.start_line == 8
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOTE]


def test_templates_and_values_of_a_chart_are_left_to_rendering(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "chart/Chart.yaml": "apiVersion: v2\nname: shop\n",
            "chart/values.yaml": "replicas: 1\n",
            "chart/templates/web.yaml": SERVICE,
            "chart/crds/widget.yaml": CRD,
        },
    )
    assert states(reading) == {"chart/crds/widget.yaml": FileState.PARSED}
    assert [each.kind for each in objects(reading)] == ["CustomResourceDefinition"]
    assert not any(problem.leaves_gap for problem in reading.problems)


def test_what_belongs_to_a_kustomization_is_left_to_the_reader_that_builds_it(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "prod/kustomization.yaml": (
                "resources: [web.yaml]\npatchesStrategicMerge: [more.yaml]\n"
                "patches: [{path: other.yaml}, {patch: 'a: b'}]\n"
                "configMapGenerator: [{name: a, files: [x=made.yaml]}]\n"
            ),
            "prod/web.yaml": deployment("web"),
            "prod/more.yaml": deployment("web", spec="replicas: 9"),
            "prod/other.yaml": deployment("web", spec="replicas: 8"),
            "prod/made.yaml": deployment("made"),
            "prod/beside.yaml": deployment("beside"),
        },
    )
    assert only(reading, Workload).name == "beside"
    assert states(reading) == {"prod/beside.yaml": FileState.PARSED}


def test_a_kustomization_of_another_program_is_a_manifest(tmp_path: Path) -> None:
    text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\n"
    assert [each.kind for each in read_paths(tmp_path, {"kustomization.yaml": text}).entities] == ["Kustomization"]


SHAPES = ("[]", "7", "~", "'text'", "{}", "[[]]", "[{}]", "[7]", "{name: [1]}", "[{name: {}}]")
SPECS = (
    "@",
    "{containers: @, volumes: @, rules: @, ports: @, selector: @, http: @, gateways: @, triggers: @, groups: @}",
    "{metrics: @, limits: @, scaleTargetRef: @, defaultBackend: @, groups: [{rules: @}], parentRefs: @}",
    "{rules: [{http: {paths: @}}], http: [{route: @, match: @}], limits: [@], metrics: [@], triggers: [@]}",
    "{template: @}",
    "{template: {metadata: @, spec: @}}",
    (
        "{template: {spec: {initContainers: @, volumes: @, containers: [{name: a, env: @, envFrom: @, ports: @, "
        "livenessProbe: @, resources: @, volumeMounts: @, command: @, args: @, securityContext: @}]}}}"
    ),
    (
        "{template: {spec: {containers: [{name: a, env: [@], envFrom: [@], ports: [@], volumeMounts: [@], "
        "livenessProbe: {exec: @, httpGet: @}, resources: {limits: @}}], volumes: [@]}}, volumeClaimTemplates: [@]}"
    ),
)


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("batch/v1", "CronJob"),
        ("v1", "Pod"),
        ("v1", "Service"),
        ("v1", "LimitRange"),
        ("networking.k8s.io/v1", "Ingress"),
        ("gateway.networking.k8s.io/v1", "HTTPRoute"),
        ("networking.istio.io/v1", "VirtualService"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("keda.sh/v1alpha1", "ScaledObject"),
        ("monitoring.coreos.com/v1", "PrometheusRule"),
    ],
)
def test_hostile_shapes_never_raise(tmp_path: Path, version: str, kind: str) -> None:
    head = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: n%, labels: @, annotations: @}}\nspec: "
    documents = [
        (head + spec).replace("@", shape).replace("%", f"{index}-{number}")
        for index, shape in enumerate(SHAPES)
        for number, spec in enumerate(SPECS)
    ]
    reading = read_files(tmp_path, a="\n---\n".join(documents) + "\n")
    assert states(reading) == {"a.yaml": FileState.PARSED}
    assert reading.entities
