"""Whether an autoscaler can do what it is there for."""

from infraaudit.model import (
    Absent,
    Autoscaler,
    Container,
    EdgeKind,
    Estate,
    Maybe,
    MetricKind,
    ResourceDefaults,
    ScalingMetric,
    Unknown,
    UnsettledError,
    Workload,
)
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy


def _scales_by_utilization(autoscaler: Autoscaler, estate: Estate) -> Exclusion | None:
    if not any(metric.kind is MetricKind.UTILIZATION for metric in autoscaler.metrics):
        if not autoscaler.metrics_complete:
            raise UnsettledError(Unknown("what it scales by cannot be told", autoscaler.at))
        return Exclusion(Reason.MANAGED, "it does not scale by a share of the requests")
    targets = estate.targets(autoscaler, EdgeKind.SCALES, Workload)
    if not targets:
        autoscaler.target.settled()
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
        for metric in autoscaler.metrics:
            if metric.kind is not MetricKind.UTILIZATION:
                continue
            for container in _measured(workload, metric):
                request = _request(container, metric).settled()
                if isinstance(request, Absent) and not _is_supplied(workload, metric, estate):
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


def _request(container: Container, metric: ScalingMetric) -> Maybe[int]:
    requests = {"cpu": container.cpu_request, "memory": container.memory_request}
    unknown: Unknown[int] = Unknown("which resource the metric measures cannot be told", metric.at)
    return requests.get(metric.resource, unknown)


def _is_supplied(workload: Workload, metric: ScalingMetric, estate: Estate) -> bool:
    """Whether the namespace supplies a request. Ends the check where it may do so from other files."""
    defaults = [
        each
        for each in estate.of(ResourceDefaults)
        if each.namespace == workload.namespace and (each.cpu if metric.resource == "cpu" else each.memory)
    ]
    if defaults and all(each.deployment.id != workload.deployment.id for each in defaults):
        why = f"{defaults[0]} may supply the request, if it is applied to the same cluster"
        raise UnsettledError(Unknown(why, defaults[0].at))
    return bool(defaults)
