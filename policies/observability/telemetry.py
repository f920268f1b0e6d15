"""Whether what programs tell of themselves arrives: traces, metrics, errors and logs that they send."""

from collections.abc import Iterator
from difflib import get_close_matches

from infraaudit.model import (
    Container,
    Dependency,
    Environment,
    Estate,
    HostKind,
    Service,
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
    answering,
    at_most,
    in_a_row,
    policy,
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
