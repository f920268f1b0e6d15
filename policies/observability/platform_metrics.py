"""Whether platforms hand on what they measure."""

from collections.abc import Iterator

from infraaudit.model import (
    Alarm,
    Autoscaler,
    Cluster,
    ClusterKind,
    Estate,
    Faceted,
    FacetName,
    Gateway,
    Known,
    Unknown,
    VirtualMachines,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_least,
    by_default,
    policy,
)

_OF_THE_SYSTEM = "SYSTEM_COMPONENTS"
_INSIGHTS, _MACHINES, _APIS = "ECS/ContainerInsights", "AWS/EC2", "AWS/ApiGateway"
_ONE_BY_ONE = frozenset({"Method", "Resource", "Route"})
_OF_MACHINES = frozenset({"ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut"})
_EVERY_FIVE_MINUTES = 300


def _measures(resource: Faceted, estate: Estate) -> Exclusion | None:
    """Hold what has a switch for its metrics, where it is said to be off or something depends on them."""
    if isinstance(resource, Cluster) and resource.metric_kinds is not None:
        return None
    facet = resource.facet(FacetName.MEASURED)
    if facet is None:
        return Exclusion(Reason.MANAGED, "which metrics it hands on is not read")
    if _switched_off(resource) or any(_dependents(resource, estate)):
        return None
    return Exclusion(Reason.ROLE, "nothing depends on the metrics that it hands on only where it is told to")


def _switched_off(resource: Faceted) -> bool:
    """Whether the metrics of a whole cluster are off by its own words, or cannot be told."""
    facet = resource.facet(FacetName.MEASURED)
    if facet is None or not isinstance(resource, Cluster):
        return False
    return isinstance(facet.holds, Unknown) or (facet.holds.stated and not facet.holds.value)


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_measures,
    holds="platforms hand on the metrics that alarms and autoscalers look at",
    equivalents=("CKV_GCP_8", "AVD-GCP-0052", "GCP-0052", "CKV_AWS_65", "CKV_AWS_126", "AVD-AWS-0034", "AWS-0034"),
)
def platform_metrics_off(resource: Faceted, estate: Estate) -> Findings:
    """A platform does not hand on metrics of its system that others need.

    Why: nobody sees nodes fill up, pods that wait for room or a control plane that is slow, and an alarm on these never
    fires. A group of machines that is measured every five minutes grows that much too late.

    Fix: leave monitoring_config with SYSTEM_COMPONENTS, and monitoring_service as it is; containerInsights = "enabled"
    for a cluster of ECS; monitoring { enabled = true } in the launch template of a group that is scaled by its CPU;
    metrics_enabled for an API with alarms on single methods.

    Quiet when: the metrics are handed on, or nothing depends on those that are off by default.

    See: GKE documentation, Configure metrics collection; Amazon EC2 Auto Scaling user guide, Configure monitoring.
    """
    if isinstance(resource, Cluster) and resource.metric_kinds is not None:
        yield from _of_the_system(resource)
        return
    facet = resource.facet(FacetName.MEASURED)
    if facet is None:
        return
    measured = facet.holds.settled()
    if measured.value:
        return
    what = next(_dependents(resource, estate), None)
    said = _SAID.get(type(resource), "hands on none of its close metrics")
    yield Finding(
        measured.at,
        f"{resource} {said}{by_default(measured)}" + (f", and {what[0]}" if what is not None else ""),
        label="switched off" if measured.stated else f"{facet.setting} is not set",
        places=() if what is None else (what[1],),
        factors=() if what is None else (at_least(Severity.MEDIUM, "something depends on these metrics"),),
    )


_SAID: dict[type, str] = {
    Cluster: "hands on no metrics of its tasks",
    VirtualMachines: "is measured every five minutes only",
    Gateway: "is measured as a whole only",
}


def _of_the_system(cluster: Cluster) -> Findings:
    if cluster.metric_kinds is None:
        return
    kinds = cluster.metric_kinds.settled()
    if _OF_THE_SYSTEM not in kinds.value:
        yield Finding(
            kinds.at,
            f"{cluster} hands on no metrics of its system{by_default(kinds)}",
            label="switched off" if not kinds.value else f"only {', '.join(kinds.value)}",
        )


def _dependents(resource: Faceted, estate: Estate) -> Iterator[tuple[str, Place]]:
    """Yield what looks at metrics that are handed on only where it is switched on, in words, and where."""
    if isinstance(resource, VirtualMachines):
        for scaler in estate.in_deployment(resource, Autoscaler):
            for metric in scaler.follows:
                if known_value(scaler.target) == resource.address and metric.value in _OF_MACHINES:
                    yield f"{scaler.kind} {scaler.name} follows its {metric.value}", Place(metric.at, "follows it")
    names = {resource.address, *getattr(resource, "identifiers", ())}
    for alarm in estate.in_deployment(resource, Alarm):
        if names & set(alarm.watches) and _needs_close_metrics(resource, alarm):
            yield f"{alarm} looks at them", Place(alarm.at, "looks at them")


def _needs_close_metrics(resource: Faceted, alarm: Alarm) -> bool:
    namespace = known_value(alarm.namespace) if alarm.namespace is not None else None
    if isinstance(resource, VirtualMachines):
        period = alarm.condition.period if alarm.condition is not None else None
        shorter = isinstance(period, Known) and period.value < _EVERY_FIVE_MINUTES
        return namespace == _MACHINES and shorter and not any("StatusCheck" in each for each in alarm.metrics)
    if isinstance(resource, Gateway):
        return namespace == _APIS and any(each.name in _ONE_BY_ONE for each in alarm.dimensions)
    return isinstance(resource, Cluster) and resource.platform is ClusterKind.ECS and namespace == _INSIGHTS
