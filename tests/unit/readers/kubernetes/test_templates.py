"""Pod templates: at the paths that kinds are known for, and wherever else they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Autoscaler, Known, Opaque, Unknown, Workload
from tests.unit.readers.kubernetes.trees import objects, read_paths

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Entity, Maybe

POD = "{spec: {containers: [{name: app, image: 'shop:1'}]}}"
CRON = f"{{template: {{jobTemplate: {{spec: {{template: {POD}}}}}}}}}"
UNITED = f"{{replicas: 6, template: {{cloneSetTemplate: {{spec: {{template: {POD}}}}}}}}}"


def entities(tmp_path: Path, text: str) -> list[Entity]:
    return objects(read_paths(tmp_path, {"a.yaml": text}))


def workloads(tmp_path: Path, text: str) -> list[Workload]:
    return [each for each in entities(tmp_path, text) if isinstance(each, Workload)]


def custom(kind: str, spec: str, version: str = "example.com/v1") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n"


def shown(value: Maybe[int] | Maybe[str]) -> object:
    return value.value if isinstance(value, Known) else type(value).__name__


def test_a_template_within_an_unknown_kind_makes_it_a_workload(tmp_path: Path) -> None:
    (found,) = workloads(tmp_path, custom("Shop", f"{{pods: {{replicas: 3, podTemplate: {POD}}}}}"))
    assert (found.address, found.name, shown(found.replicas)) == ("Shop/default/a", "a", 3)
    assert [each.address for each in found.containers] == ["Shop/default/a[app]"]


def test_copies_that_stand_elsewhere_are_not_those_of_the_template(tmp_path: Path) -> None:
    (found,) = workloads(tmp_path, custom("Shop", f"{{replicas: 3, pods: {{podTemplate: {POD}}}}}"))
    assert isinstance(found.replicas, Unknown)
    assert "beside its pod template in the Shop" in found.replicas.why
    assert isinstance(found.surge, Unknown)


def test_each_of_several_templates_is_a_workload(tmp_path: Path) -> None:
    spec = (
        f"{{head: {{template: {POD}}}, groups: [{{replicas: 2, template: {POD}}}, {{replicas: 4, template: {POD}}}]}}"
    )
    found = workloads(tmp_path, custom("Shop", spec))
    assert [(each.address, each.name, shown(each.replicas)) for each in found] == [
        ("Shop/default/a.head", "a head", "Unknown"),
        ("Shop/default/a.groups[0]", "a groups[0]", 2),
        ("Shop/default/a.groups[1]", "a groups[1]", 4),
    ]


@pytest.mark.parametrize(
    ("kind", "version", "spec"),
    [
        ("Shop", "example.com/v1", "{pods: {podTemplate: {spec: {containers: [{name: app, resources: {}}]}}}}"),
        ("Shop", "example.com/v1", f"{{pattern: {POD}}}"),
        (
            "Shop",
            "example.com/v1",
            f"{{manifest: {{apiVersion: apps/v1, kind: Deployment, spec: {{template: {POD}}}}}}}",
        ),
        ("ClusterPolicy", "kyverno.io/v1", f"{{rules: [{{mutate: {{patch: {{spec: {{template: {POD}}}}}}}}}]}}"),
        ("SidecarSet", "apps.kruise.io/v1alpha1", "{containers: [{name: app, image: 'shop:1'}]}"),
    ],
)
def test_what_only_looks_like_pods_stays_opaque(tmp_path: Path, kind: str, version: str, spec: str) -> None:
    (found,) = entities(tmp_path, custom(kind, spec, version))
    assert isinstance(found, Opaque)


@pytest.mark.parametrize(
    ("kind", "spec", "copies", "surge", "once", "per_node"),
    [
        ("CloneSet", f"{{template: {POD}}}", 1, "0", False, False),
        ("StatefulSet", f"{{replicas: 3, template: {POD}}}", 3, "0", False, False),
        ("DaemonSet", f"{{template: {POD}}}", "Unknown", "Unknown", False, True),
        ("BroadcastJob", f"{{template: {POD}}}", "Unknown", "Unknown", True, True),
        ("AdvancedCronJob", CRON, "Unknown", "Unknown", True, False),
        ("UnitedDeployment", UNITED, 6, "Unknown", False, False),
    ],
)  # fmt: skip
def test_kinds_of_openkruise_count_in_their_own_way(  # noqa: PLR0913, PLR0917 - a table of kinds
    tmp_path: Path,
    kind: str,
    spec: str,
    copies: object,
    surge: object,
    once: bool,  # noqa: FBT001 - a column of the table
    per_node: bool,  # noqa: FBT001 - a column of the table
) -> None:
    (found,) = workloads(tmp_path, custom(kind, spec, "apps.kruise.io/v1alpha1"))
    assert (shown(found.replicas), shown(found.surge)) == (copies, surge)
    assert (found.runs_once, found.per_node) == (once, per_node)


@pytest.mark.parametrize(
    ("strategy", "surge"),
    [
        ("{}", "25%"),
        ("{canary: {maxSurge: 1}}", "1"),
        ("{canary: {trafficRouting: {nginx: {}}}}", "100%"),
        ("{canary: {trafficRouting: {nginx: {}}, dynamicStableScale: true}}", "Unknown"),
        ("{blueGreen: {activeService: a}}", "100%"),
    ],
)
def test_a_rollout_of_argo_adds_what_its_strategy_adds(tmp_path: Path, strategy: str, surge: str) -> None:
    (found,) = workloads(
        tmp_path, custom("Rollout", f"{{strategy: {strategy}, template: {POD}}}", "argoproj.io/v1alpha1")
    )
    assert (shown(found.replicas), shown(found.surge)) == (1, surge)


def _lent(scale_down: str, replicas: str = "2") -> str:
    reference = f"{{apiVersion: apps/v1, kind: Deployment, name: b{scale_down}}}"
    rollout = custom("Rollout", f"{{replicas: 5, workloadRef: {reference}}}", "argoproj.io/v1alpha1")
    lender = custom("Deployment", f"{{replicas: {replicas}, template: {POD}}}", "apps/v1")
    return f"{rollout}---\n{lender.replace('{name: a}', '{name: b}')}"


@pytest.mark.parametrize(
    ("scale_down", "replicas", "kinds"),
    [
        ("", "2", {"Rollout": 5, "Deployment": 2}),
        (", scaleDown: never", "2", {"Rollout": 5, "Deployment": 2}),
        (", scaleDown: onsuccess", "2", {"Rollout": 5}),
        (", scaleDown: progressively", "2", {"Rollout": 5}),
        ("", "0", {"Rollout": 5}),
    ],
)
def test_a_rollout_takes_the_template_of_a_deployment(
    tmp_path: Path, scale_down: str, replicas: str, kinds: dict[str, int]
) -> None:
    found = workloads(tmp_path, _lent(scale_down, replicas))
    assert {each.kind: shown(each.replicas) for each in found} == kinds
    assert all(each.containers for each in found)


def test_a_rollout_that_names_a_deployment_which_is_not_there_is_no_workload(tmp_path: Path) -> None:
    spec = "{workloadRef: {kind: Deployment, name: gone}}"
    (found,) = entities(tmp_path, custom("Rollout", spec, "argoproj.io/v1alpha1"))
    assert isinstance(found, Opaque)


@pytest.mark.parametrize(
    ("annotations", "least", "most"),
    [
        ("{autoscaling.knative.dev/min-scale: '2', autoscaling.knative.dev/max-scale: '10'}", 2, 10),
        ("{autoscaling.knative.dev/minScale: '1', autoscaling.knative.dev/maxScale: '4'}", 1, 4),
        ("{autoscaling.knative.dev/max-scale: '0'}", 0, "Unknown"),
        ("{autoscaling.knative.dev/class: hpa.autoscaling.knative.dev}", "Unknown", "Unknown"),
        ("{autoscaling.knative.dev/class: kpa.autoscaling.knative.dev}", 0, "Unknown"),
        ("{}", 0, "Unknown"),
    ],
)
def test_knative_bounds_the_copies_by_annotations(
    tmp_path: Path, annotations: str, least: object, most: object
) -> None:
    template = f"{{metadata: {{annotations: {annotations}}}, spec: {{containers: [{{image: 'shop:1'}}]}}}}"
    workload, scaler = entities(tmp_path, custom("Service", f"{{template: {template}}}", "serving.knative.dev/v1"))
    assert isinstance(workload, Workload)
    assert isinstance(scaler, Autoscaler)
    assert scaler.target == Known(workload.address, workload.at)
    assert (shown(scaler.minimum), shown(scaler.maximum)) == (least, most)
