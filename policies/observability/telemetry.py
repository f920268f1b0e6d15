"""Whether what programs tell of themselves arrives: traces, metrics, errors and logs that they send."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from infraaudit.model import (
    Absent,
    Container,
    Dependency,
    EdgeKind,
    Environment,
    Estate,
    Faceted,
    FacetName,
    Function,
    HostKind,
    Maybe,
    Service,
    Unknown,
    UnsettledError,
    Weight,
    Workflow,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Profile,
    Reason,
    Severity,
    answering,
    at_least,
    at_most,
    by_default,
    in_a_row,
    may_do,
    policy,
    surely_acting_as,
    why_unsure,
)


def _sends(container: Container, _: Estate) -> Exclusion | None:
    """Hold containers that are told to send something to a host of their own network."""
    if not any(_near(container)):
        return Exclusion(Reason.ROLE, "nothing tells it to send telemetry to a host of its own network")
    return None


def _near(container: Container) -> Iterator[Dependency]:
    kinds = {HostKind.NEIGHBOUR, HostKind.NAMESPACED}
    return (each for each in container.dependencies if each.signals and each.kind in kinds)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _sends),
    holds="the collectors that programs send telemetry to are there",
    insight=True,
)
def telemetry_endpoint_dangling(container: Container, estate: Estate) -> Findings:
    """Telemetry is sent to a host that nothing in the network provides.

    Why: exporters swallow their errors so as not to disturb the program. Everything works, and the traces, metrics or
    errors are missing when somebody looks for them.

    Fix: correct the host, or describe the collector that should answer there.

    Quiet when: another variable switches the telemetry off, or nothing else that the workload connects to is described
    here either, as where the collector belongs to a platform team.

    See: OpenTelemetry documentation, OTLP Exporter Configuration; Sentry documentation, Basic Options, dsn.
    """
    workload = estate.workload_of(container)
    doubts: list[Unknown[str]] = []
    for each in dict.fromkeys(_near(container)):
        if each.provider:
            continue
        doubt = why_unsure(container, workload, each, estate)
        if doubt:
            doubts.append(Unknown(doubt, each.at))
        else:
            yield _lost(container, workload, each, estate)
    if doubts:
        raise UnsettledError(doubts[0])


def _lost(container: Container, workload: Workload, endpoint: Dependency, estate: Estate) -> Finding:
    name = endpoint.host.partition(".")[0]
    neighbours = estate.in_deployment(workload, Workload if workload.platform.single_host else Service)
    known = {each.name: each for each in neighbours}
    near = get_close_matches(name, list(known), n=1, cutoff=0.7)
    where = "its project" if workload.platform.single_host else f"the namespace {endpoint.namespace}"
    return Finding(
        endpoint.at,
        f"{endpoint.variable} of {estate.words_for(container)} sends {in_a_row(endpoint.signals)} to {endpoint.host}, "
        f"and nothing in {where} has that name",
        label=f"did you mean {near[0]}?" if near else "no such host",
        places=tuple(Place(known[each].at, f"{each} is here") for each in near),
        factors=_environment(workload),
        part=f"{endpoint.variable} {endpoint.host}",
    )


def _environment(workload: Workload) -> tuple[Factor, ...]:
    if workload.deployment.environment is Environment.PRODUCTION:
        return ()
    return (at_most(Severity.MEDIUM, "nothing says that this is production"),)


_TRACES = re.compile(r"AWS_LAMBDA_EXEC_WRAPPER|OTEL_.*|DD_.*|NEW_RELIC_.*|ELASTIC_APM_.*|SENTRY_DSN")
_TRACER = re.compile(
    r"otel|opentelemetry|datadog|dd-trace|newrelic|new-relic|dynatrace|elastic-apm|lumigo|epsagon|sentry"
)
_CHAIN = (EdgeKind.ROUTES_TO, EdgeKind.CALLS, EdgeKind.CONSUMES)


def _can_trace(resource: Faceted, _: Estate) -> Exclusion | None:
    """Hold what the platform traces by itself where it is told to, and what nobody else traces."""
    if resource.facet(FacetName.TRACED) is None:
        return Exclusion(Reason.PLATFORM, "its platform hands on no traces by itself")
    if isinstance(resource, Function):
        return _traced_otherwise(resource)
    return None


def _traced_otherwise(function: Function) -> Exclusion | None:
    for container in function.containers:
        for variable in container.environment:
            if _TRACES.fullmatch(variable.name):
                return Exclusion(Reason.MANAGED, f"{variable.name} tells that a library traces it")
    for layer in function.layers:
        if _TRACER.search((known_value(layer) or "").lower()):
            return Exclusion(Reason.MANAGED, "one of its layers traces it")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_can_trace,
    holds="what a platform can trace by itself is traced",
    profile=Profile.STRICT,
)
def managed_tracing_off(resource: Faceted, estate: Estate) -> Findings:
    """A platform could trace what it does by itself, and is not told to.

    Why: without traces nobody sees which of five services made a request slow. Where the platform makes them it costs
    one line, and where its neighbours are traced the trace ends here.

    Fix: tracing_config { mode = "Active" } for Lambda with the policy AWSXRayDaemonWriteAccess, xray_tracing_enabled
    for the stages of API Gateway, tracing_configuration { enabled = true } for Step Functions.

    Quiet when: a layer or a variable tells that a library traces it, or it is a topic that nothing traced has to do
    with.

    See: AWS X-Ray developer guide, Integrating AWS X-Ray with other AWS services.
    """
    facet = resource.facet(FacetName.TRACED)
    if facet is None:
        return
    traced = facet.holds.settled()
    if traced.value:
        return
    if isinstance(resource, Function) and not _all_layers_told(resource):
        raise UnsettledError(Unknown("some of its layers cannot be told, and one may trace it", resource.at))
    beside = next((each for each in _neighbours(resource, estate) if _is_traced(each)), None)
    if facet.weight is Weight.LESS and beside is None:
        return
    yield Finding(
        traced.at,
        f"{resource} hands on no traces{by_default(traced)}",
        label=f"{facet.setting} turns them off" if traced.stated else f"{facet.setting} is not set",
        places=() if beside is None else (Place(beside.at, "traced"),),
        factors=() if beside is None else (at_least(Severity.MEDIUM, f"{beside}, its neighbour, is traced"),),
    )


def _all_layers_told(function: Function) -> bool:
    return function.layers_complete and not any(isinstance(each, Unknown) for each in function.layers)


def _neighbours(resource: Faceted, estate: Estate) -> Iterator[Faceted]:
    for kind in _CHAIN:
        yield from estate.targets(resource, kind, Faceted)
        yield from estate.sources(resource, kind, Faceted)


def _is_traced(resource: Faceted) -> bool:
    facet = resource.facet(FacetName.TRACED)
    return facet is not None and known_value(facet.holds) is True


_SEGMENTS = "xray:PutTraceSegments"


def _traced(resource: Faceted, _: Estate) -> Exclusion | None:
    """Hold what hands on traces as a role of its owner's."""
    facet = resource.facet(FacetName.TRACED)
    if facet is None or not isinstance(resource, Function | Workflow):
        return Exclusion(Reason.PLATFORM, "it needs no permission to hand on traces")
    if not facet.holds.settled().value:
        return Exclusion(Reason.ROLE, "it hands on no traces")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_traced,
    holds="what is traced may hand its traces on",
    insight=True,
)
def tracing_without_permission(resource: Faceted, estate: Estate) -> Findings:
    """Tracing is switched on, and the role may not write traces.

    Why: the service swallows the refusal, so that everything works and no trace appears; Lambda may refuse to make the
    function at all.

    Fix: attach AWSXRayDaemonWriteAccess to the role, or permit xray:PutTraceSegments and xray:PutTelemetryRecords.

    Quiet when: something permits it. Could not tell where the role, or a policy of it, is not in the scan.

    See: AWS X-Ray developer guide, How AWS X-Ray works with IAM.
    """
    facet = resource.facet(FacetName.TRACED)
    role = _role_of(resource)
    if facet is None or role is None:
        return
    named = role.settled()
    if isinstance(named, Absent):
        return
    identity = surely_acting_as(resource, named, estate)
    permitted = may_do(identity, _SEGMENTS, estate).settled()
    if not permitted.value:
        yield Finding(
            facet.holds.at,
            f"{resource} is traced, and {identity} may not write traces",
            label=f"nothing permits {_SEGMENTS}",
            places=(Place(identity.at, f"the role of {resource.name}"),),
        )


def _role_of(resource: Faceted) -> Maybe[str] | None:
    if isinstance(resource, Function):
        return resource.fetches_as
    return resource.acts_as if isinstance(resource, Workflow) else None
