"""What changes the number of copies, or what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Autoscaler,
    Known,
    MetricKind,
    ScalingMetric,
    Unknown,
    VerticalAutoscaler,
    default,
    known_value,
)
from infraaudit.model.quantities import kubernetes_bytes, kubernetes_cpu
from infraaudit.readers.kubernetes.selection import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

KNATIVE = "serving.knative.dev"
_KNATIVE = "autoscaling.knative.dev"
_OWN_CLASS = "kpa.autoscaling.knative.dev"
_LEAST = ("min-scale", "minScale")
_MOST = ("max-scale", "maxScale")
_QUANTITIES = {"cpu": kubernetes_cpu, "memory": kubernetes_bytes}


def horizontal_autoscaler_of(manifest: Manifest, neighbours: Neighbours) -> Autoscaler:
    """Return a HorizontalPodAutoscaler of any version."""
    spec = manifest.body["spec"]
    minimum = fact("defaults", "kubernetes.hpa_min_replicas")
    maximum = spec["maxReplicas"].integer()
    return Autoscaler(
        **manifest.head,
        namespace=manifest.namespace,
        target=_target(manifest, "", neighbours),
        minimum=spec["minReplicas"].integer_or(minimum.value, minimum.words),
        maximum=Unknown("maxReplicas is not written", manifest.at) if isinstance(maximum, Absent) else maximum,
        metrics=tuple(_metrics(manifest)),
        metrics_complete=spec["metrics"].complete and spec["targetCPUUtilizationPercentage"].complete,
    )


def scaled_object_of(manifest: Manifest, neighbours: Neighbours) -> Autoscaler:
    """Return a ScaledObject of KEDA."""
    spec = manifest.body["spec"]
    minimum = fact("defaults", "keda.min_replicas")
    maximum = fact("defaults", "keda.max_replicas")
    return Autoscaler(
        **manifest.head,
        namespace=manifest.namespace,
        target=_target(manifest, "Deployment", neighbours),
        minimum=spec["minReplicaCount"].integer_or(minimum.value, minimum.words),
        maximum=spec["maxReplicaCount"].integer_or(maximum.value, maximum.words),
        metrics=tuple(_trigger(each) for each in spec["triggers"].each()),
        metrics_complete=spec["triggers"].complete,
        takes_over=_taken_over(manifest),
    )


def knative_autoscaler_of(manifest: Manifest) -> Autoscaler:
    """Return what Knative itself does to the number of copies of a service: its bounds are annotations.

    No bound, and a bound of naught, leave the number of copies to the settings of the cluster.
    """
    annotations = manifest.body.path("spec", "template", "metadata", "annotations")
    least, most = (_annotation(annotations, names) for names in (_LEAST, _MOST))
    kind = annotations[f"{_KNATIVE}/class"]
    default_least = fact("defaults", "knative.min_scale")
    minimum = least.integer_or(default_least.value, default_least.words)
    if least.is_absent and not kind.is_absent and known_value(kind.string()) != _OWN_CLASS:
        minimum = Unknown("no min-scale is written, and its default belongs to the class of the autoscaler", kind.at)
    maximum = most.integer()
    if isinstance(maximum, Absent) or known_value(maximum) == 0:
        maximum = Unknown("no max-scale is written, and the settings of the cluster bound the copies", maximum.at)
    return Autoscaler(
        address=f"{manifest.address}#scaling",
        kind="autoscaler",
        name=manifest.name,
        at=annotations.key_at or manifest.at,
        deployment=manifest.deployment,
        namespace=manifest.namespace,
        target=Known(manifest.address, manifest.at),
        minimum=minimum,
        maximum=maximum,
        metrics_complete=False,
    )


def _annotation(annotations: Node, names: tuple[str, ...]) -> Node:
    """Return the annotation under the first of several spellings that is written."""
    found = (annotations[f"{_KNATIVE}/{name}"] for name in names)
    return next((node for node in found if not node.is_absent), annotations[f"{_KNATIVE}/{names[0]}"])


def _taken_over(manifest: Manifest) -> str:
    """Return the autoscaler whose place a ScaledObject takes: the one that it is told to call its own."""
    annotations = manifest.body["metadata"]["annotations"]
    if known_value(annotations["scaledobject.keda.sh/transfer-hpa-ownership"].string()) != "true":
        return ""
    configured = manifest.body["spec"].path("advanced", "horizontalPodAutoscalerConfig", "name")
    return known_value(configured.string()) or ""


def vertical_autoscaler_of(manifest: Manifest, neighbours: Neighbours) -> VerticalAutoscaler:
    """Return a VerticalPodAutoscaler."""
    spec = manifest.body["spec"]
    reference = spec["targetRef"]
    policies = spec["resourcePolicy"]["containerPolicies"].each()
    limited = [policy for policy in policies if known_value(policy["containerName"].string()) not in {None, "*"}]
    resources = [
        texts_of(policy["controlledResources"]) for policy in policies if not policy["controlledResources"].is_absent
    ]
    kind = known_value(reference["kind"].string()) or "Deployment"
    mode = fact("defaults", "vertical_autoscaler.mode")
    return VerticalAutoscaler(
        **manifest.head,
        namespace=manifest.namespace,
        target=neighbours.address(manifest, kind, reference["name"]),
        mode=spec["updatePolicy"]["updateMode"].string_or(mode.value, mode.words),
        resources=tuple(dict.fromkeys(name for names in resources for name in names or ())) if resources else None,
        containers=tuple(known_value(policy["containerName"].string()) or "" for policy in limited),
        min_replicas=spec["updatePolicy"]["minReplicas"].integer(),
    )


def _target(manifest: Manifest, usual_kind: str, neighbours: Neighbours) -> Value[str]:
    reference = manifest.body["spec"]["scaleTargetRef"]
    kind = known_value(reference["kind"].string()) or usual_kind
    if not kind:
        return Unknown("the kind of what it scales cannot be told", reference["kind"].at)
    return neighbours.address(manifest, kind, reference["name"])


def _metrics(manifest: Manifest) -> Iterator[ScalingMetric]:
    spec = manifest.body["spec"]
    old = spec["targetCPUUtilizationPercentage"]
    if spec["metrics"].each() or not spec["metrics"].complete:
        for each in spec["metrics"].each():
            yield _metric(each)
    elif not old.is_absent:
        yield ScalingMetric(MetricKind.UTILIZATION, old.at, resource="cpu", target=old.integer())
    else:
        row = fact("defaults", "kubernetes.hpa_metrics")
        target = default(row.value, manifest.at, row.words)
        yield ScalingMetric(MetricKind.UTILIZATION, manifest.at, resource="cpu", target=target)


def _metric(node: Node) -> ScalingMetric:
    type_ = known_value(node["type"].string())
    if type_ not in {"Resource", "ContainerResource"}:
        return ScalingMetric(MetricKind.VALUE if type_ == "Pods" else MetricKind.EXTERNAL, node["type"].at)
    part = node["containerResource"] if type_ == "ContainerResource" else node["resource"]
    resource = known_value(part["name"].string()) or ""
    container = known_value(part["container"].string()) or ""
    share = part["target"]["averageUtilization"]
    share = part["targetAverageUtilization"] if share.is_absent else share
    if not share.is_absent:
        return ScalingMetric(MetricKind.UTILIZATION, share.at, resource, container, share.integer())
    value = part["target"]["averageValue"]
    value = part["targetAverageValue"] if value.is_absent else value
    return ScalingMetric(MetricKind.VALUE, value.at, resource, container, _quantity(value, resource))


def _trigger(node: Node) -> ScalingMetric:
    type_ = known_value(node["type"].string())
    if type_ not in _QUANTITIES:
        return ScalingMetric(MetricKind.EXTERNAL, node["type"].at)
    metadata = node["metadata"]
    how = metadata["type"] if node["metricType"].is_absent else node["metricType"]
    container = known_value(metadata["containerName"].string()) or ""
    value = metadata["value"]
    if known_value(how.string()) == "AverageValue":
        return ScalingMetric(MetricKind.VALUE, node["type"].at, type_, container, _quantity(value, type_))
    return ScalingMetric(MetricKind.UTILIZATION, node["type"].at, type_, container, value.integer())


def _quantity(node: Node, resource: str) -> Maybe[int]:
    """Return thousandths of a core or bytes."""
    read = _QUANTITIES.get(resource)
    return node.value(read, "a quantity") if read is not None else Absent(node.at)
