"""Whether an autoscaler can do what it is there for."""

from infraaudit.model import (
    Absent,
    Autoscaler,
    Container,
    EdgeKind,
    Estate,
    MetricKind,
    ResourceDefaults,
    ScalingMetric,
    Workload,
)
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy


def _scales_by_utilization(autoscaler: Autoscaler, estate: Estate) -> Exclusion | None:
    if not any(metric.kind is MetricKind.UTILIZATION for metric in autoscaler.metrics):
        return Exclusion(Reason.MANAGED, "it does not scale by a share of the requests")
    targets = estate.targets(autoscaler, EdgeKind.SCALES, Workload)
    if not targets:
        return Exclusion(Reason.MANAGED, "its target is not in the scan")
    if not all(target.platform.utilization_needs_requests for target in targets):
        return Exclusion(Reason.PLATFORM, "utilization is measured against the task as a whole")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_scales_by_utilization,
    holds="autoscalers that go by utilization find requests on every container",
    insight=True,
)
def utilization_autoscaler_without_requests(autoscaler: Autoscaler, estate: Estate) -> Findings:
    """An autoscaler goes by utilization, but a container requests nothing.

    Why: utilization is usage divided by request. One container without a request makes the sum impossible: the
    autoscaler reports an error and never scales, and the first peak is served by the floor.

    Fix: give every container of the pod a request for that resource, sidecars too, or measure one container by
    a ContainerResource metric.

    Quiet when: a LimitRange of the namespace supplies the request, or a limit implies it.

    See: Kubernetes documentation, Horizontal Pod Autoscaling, Algorithm details.
    """
    for workload in estate.targets(autoscaler, EdgeKind.SCALES, Workload):
        supplied = [
            each for each in estate.in_deployment(workload, ResourceDefaults) if each.namespace == workload.namespace
        ]
        for metric in autoscaler.metrics:
            if metric.kind is not MetricKind.UTILIZATION:
                continue
            if any(each.cpu if metric.resource == "cpu" else each.memory for each in supplied):
                continue
            for container in _measured(workload, metric):
                request = container.cpu_request if metric.resource == "cpu" else container.memory_request
                settled = request.settled()
                if isinstance(settled, Absent):
                    yield Finding(
                        container.at,
                        f"{autoscaler} scales {workload} by {metric.resource} utilization, "
                        f"but {container} requests no {metric.resource}",
                        label=f"no {metric.resource} request",
                        places=(Place(metric.at, "the autoscaler divides by that request"),),
                        part=f"{metric.resource} {container.name}",
                    )


def _measured(workload: Workload, metric: ScalingMetric) -> tuple[Container, ...]:
    return tuple(each for each in workload.containers if metric.container in {"", each.name})
