"""Autoscalers and the defaults of a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Autoscaler, Known, MetricKind, ResourceDefaults, Unknown, known_value
from tests.unit.readers.kubernetes.trees import only, read_files

if TYPE_CHECKING:
    from pathlib import Path

REFERENCE = "scaleTargetRef: {kind: Deployment, name: web}"


def scaler(root: Path, spec: str, kind: str = "HorizontalPodAutoscaler", version: str = "autoscaling/v2") -> Autoscaler:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec: {{{spec}}}\n"
    return only(read_files(root, web=text), Autoscaler)


def test_the_target_is_an_address_of_the_same_namespace(tmp_path: Path) -> None:
    found = scaler(tmp_path, f"{REFERENCE}, maxReplicas: 5")
    assert known_value(found.target) == "Deployment/shop/web"
    assert isinstance(found.minimum, Known)
    assert (found.minimum.value, found.minimum.stated) == (1, False)
    assert known_value(found.maximum) == 5


def test_a_missing_ceiling_is_unknown(tmp_path: Path) -> None:
    assert isinstance(scaler(tmp_path, REFERENCE).maximum, Unknown)


@pytest.mark.parametrize(
    ("metrics", "kind", "resource", "container", "target"),
    [
        ("targetCPUUtilizationPercentage: 60", MetricKind.UTILIZATION, "cpu", "", 60),
        (
            "metrics: [{type: Resource, resource: {name: memory, target: {averageUtilization: 70}}}]",
            MetricKind.UTILIZATION, "memory", "", 70,
        ),
        (
            "metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 50}}]",
            MetricKind.UTILIZATION, "cpu", "", 50,
        ),
        (
            "metrics: [{type: ContainerResource, containerResource: {name: cpu, container: a, targetAverageValue: 1}}]",
            MetricKind.VALUE, "cpu", "a", 1000,
        ),
        ("metrics: [{type: Pods, pods: {}}]", MetricKind.VALUE, "", "", None),
        ("metrics: [{type: External, external: {}}]", MetricKind.EXTERNAL, "", "", None),
    ],
)  # fmt: skip
def test_metrics_of_every_version(
    tmp_path: Path, metrics: str, kind: MetricKind, resource: str, container: str, target: int | None
) -> None:
    (metric,) = scaler(tmp_path, f"{REFERENCE}, maxReplicas: 5, {metrics}").metrics
    assert (metric.kind, metric.resource, metric.container) == (kind, resource, container)
    assert (metric.target.value if isinstance(metric.target, Known) else None) == target


def test_without_metrics_the_platform_looks_at_the_cpu(tmp_path: Path) -> None:
    (metric,) = scaler(tmp_path, f"{REFERENCE}, maxReplicas: 5").metrics
    assert isinstance(metric.target, Known)
    assert (metric.resource, metric.target.value, metric.target.stated) == ("cpu", 80, False)


def test_a_scaled_object_of_keda(tmp_path: Path) -> None:
    spec = (
        "scaleTargetRef: {name: web}, triggers: [{type: cpu, metricType: Utilization, metadata: {value: '60'}}, "
        "{type: memory, metricType: AverageValue, metadata: {value: 1Gi}}, {type: rabbitmq, metadata: {}}]"
    )
    found = scaler(tmp_path, spec, "ScaledObject", "keda.sh/v1alpha1")
    assert known_value(found.target) == "Deployment/shop/web"
    assert (known_value(found.minimum), known_value(found.maximum)) == (0, 100)
    assert [metric.kind for metric in found.metrics] == [MetricKind.UTILIZATION, MetricKind.VALUE, MetricKind.EXTERNAL]
    assert isinstance(found.metrics[1].target, Known)
    assert found.metrics[1].target.value == 2**30


def test_a_limit_range_gives_what_it_names_to_containers_only(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a, namespace: shop}\n"
        "spec: {limits: [{type: Container, default: {memory: 1Gi}}, {type: Pod, default: {cpu: 1}}]}\n"
    )
    found = only(read_files(tmp_path, a=text), ResourceDefaults)
    assert (found.namespace, found.cpu, found.memory) == ("shop", False, True)
