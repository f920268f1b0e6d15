"""Whether an autoscaler can do what it is there for."""

import re
from dataclasses import dataclass

from infraaudit.model import (
    Absent,
    Autoscaler,
    Container,
    EdgeKind,
    Estate,
    Image,
    Known,
    Maybe,
    MetricKind,
    ResourceDefaults,
    ScalingMetric,
    Server,
    Unknown,
    UnsettledError,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    by_default,
    in_cores,
    maybe_within,
    operand,
    policy,
)


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


_PYTHON_SERVERS = frozenset(
    {
        Server.GUNICORN,
        Server.UVICORN,
        Server.HYPERCORN,
        Server.DAPHNE,
        Server.UWSGI,
        Server.FASTAPI,
        Server.WAITRESS,
        Server.CELERY_WORKER,
        Server.RQ,
        Server.DRAMATIQ,
        Server.ARQ,
    }
)
_CORE, _BESIDE = 1000, 100
"""What one process of Python can use in thousandths of a core, and what runs beside them all."""

_NUMERIC = frozenset({"numpy", "pandas", "polars", "torch", "tensorflow", "scipy", "scikit-learn", "opencv-python"})
_FREE_THREADED = re.compile(r"python:3\.\d+t")


@dataclass(frozen=True, slots=True)
class _Ceiling:
    """How much CPU the copies can use, of what they request: thousandths of a core, and where the numbers stand."""

    usable: int
    requested: int
    container: Container
    processes: Known[int]

    @property
    def percent(self) -> int:
        return 100 * self.usable // self.requested


def _scales_by_cpu(autoscaler: Autoscaler, estate: Estate) -> Exclusion | None:
    if not any(_measures_cpu(metric) for metric in autoscaler.metrics):
        return Exclusion(Reason.MANAGED, "it does not scale by CPU utilization")
    targets = estate.targets(autoscaler, EdgeKind.SCALES, Workload)
    if not any(_python_containers(target) for target in targets):
        return Exclusion(Reason.ROLE, "no Python server is seen in what it scales")
    return None


def _measures_cpu(metric: ScalingMetric) -> bool:
    return metric.kind is MetricKind.UTILIZATION and metric.resource == "cpu"


def _python_containers(workload: Workload) -> list[Container]:
    return [each for each in workload.containers if each.process and each.process.server in _PYTHON_SERVERS]


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_scales_by_cpu,
    holds="the processes can burn as much CPU as their autoscaler waits for",
    insight=True,
)
def cpu_target_unreachable(autoscaler: Autoscaler, estate: Estate) -> Findings:
    """The processes cannot use as much CPU as the autoscaler waits for.

    Why: one process of Python uses about one core, however many it is given. Where more is requested, the share that
    the autoscaler measures stays below its target at full load: requests queue and no copy is added.

    Fix: request about one core for each process, or run as many processes as cores are requested.

    Quiet when: another program than a Python server may use the CPU, or the Python is a free-threaded one.

    See: Kubernetes documentation, Horizontal Pod Autoscaling, Algorithm details; Python documentation, glossary, GIL.
    """
    for workload in estate.targets(autoscaler, EdgeKind.SCALES, Workload):
        for metric in autoscaler.metrics:
            if not _measures_cpu(metric) or metric.target is None:
                continue
            target = metric.target.settled()
            ceiling = None if isinstance(target, Absent) else _ceiling(workload, metric, target.value, estate)
            if ceiling is not None and isinstance(target, Known) and 5 * ceiling.percent < 6 * target.value:
                yield _unreachable(workload, autoscaler, target, ceiling, estate)


def _unreachable(
    workload: Workload, autoscaler: Autoscaler, target: Known[int], ceiling: _Ceiling, estate: Estate
) -> Finding:
    request, count = ceiling.container.cpu_request, ceiling.processes
    reached = ceiling.percent > target.value
    words = f"{count.value} process{'' if count.value == 1 else 'es'}"
    return Finding(
        request.at,
        f"{words} of {workload} can use {ceiling.percent} % of the {in_cores(ceiling.requested)} that it requests, "
        f"{autoscaler} {'adds copies only at' if reached else 'waits for'} {target.value} %",
        label=f"{in_cores(ceiling.requested)} for {words}",
        places=(
            Place(count.at, f"{words}{by_default(count)}"),
            Place(target.at, f"the target is {target.value} %{by_default(target)}"),
        ),
        operands=(operand("processes", count), operand("target", target, f"{target.value} %")),
        sum=f"({in_cores(ceiling.usable)} of {in_cores(ceiling.requested)}) = {ceiling.percent} % "
        + (f"< 1.2 x {target.value} %" if reached else f"<= {target.value} %"),
        factors=_how_sure(workload, estate, reached=reached),
        part=workload.address,
    )


def _how_sure(workload: Workload, estate: Estate, *, reached: bool) -> tuple[Factor, ...]:
    factors = [at_most(Severity.MEDIUM, "the target can just be reached")] if reached else []
    for container in workload.containers:
        for image in estate.targets(container, EdgeKind.RUNS, Image):
            numeric = next((each.name for each in image.python_packages or () if each.name in _NUMERIC), "")
            if numeric:
                factors.append(at_most(Severity.LOW, f"{numeric} may use further cores outside of the interpreter"))
    return tuple(factors)


def _ceiling(workload: Workload, metric: ScalingMetric, target: int, estate: Estate) -> _Ceiling | None:
    """Add up what the measured containers can use; ``None`` where one of them may use all that it finds."""
    usable = requested = 0
    heaviest: tuple[int, Container, Known[int]] | None = None
    for container in _measured(workload, metric):
        process = container.process
        request = _asked(workload, container).settled()
        if isinstance(request, Absent) or process is None or process.server not in _PYTHON_SERVERS:
            return None
        if process.processes is None or _is_free_threaded(container, estate):
            return None
        enough = (target * request.value // 100 - _BESIDE) // _CORE + 1
        count = maybe_within(process.processes, f"{max(enough, 1)} or more could reach the target of {target} %")
        if isinstance(count, Absent):
            return None
        most = container.cpu_limit.settled()
        able = count.value * _CORE + _BESIDE
        usable += able if isinstance(most, Absent) else min(able, most.value)
        requested += request.value
        heaviest = max(filter(None, (heaviest, (request.value, container, count))), key=lambda each: each[0])
    return _Ceiling(usable, requested, heaviest[1], heaviest[2]) if heaviest is not None and requested else None


def _asked(workload: Workload, container: Container) -> Maybe[int]:
    """Return what usage is divided by: the request of a container, or the size of the task that it is alone in."""
    if workload.platform.utilization_needs_requests:
        return container.cpu_request
    return container.cpu_limit if len(workload.containers) == 1 else Absent(container.at)


def _is_free_threaded(container: Container, estate: Estate) -> bool:
    bases = [image.base for image in estate.targets(container, EdgeKind.RUNS, Image)]
    names = [each.settled() for each in (container.image, *bases)]
    return any(isinstance(name, Known) and _FREE_THREADED.search(name.value) for name in names)
