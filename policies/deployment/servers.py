"""Whether the server that runs is one for production, and listens where it is asked."""

from infraaudit.model import (
    Absent,
    Container,
    EdgeKind,
    Environment,
    Estate,
    Known,
    Role,
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
    by_default,
    followed,
    gateways_before,
    policy,
    services_before,
    sharing_network,
    with_process,
)

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_OPEN_SERVICES = frozenset({"load balancer", "node port"})


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, with_process, followed),
    holds="servers for production serve what is deployed",
    insight=True,
)
def development_server_in_production(container: Container, estate: Estate) -> Findings:
    """A development server serves a deployed environment.

    Why: a development server handles one request at a time or restarts when a file changes, and some of them let
    a visitor run code from the error page.

    Fix: run gunicorn or uvicorn with workers, and without the reload option.

    Quiet when: the files serve local development.

    See: Django documentation, Deployment checklist; Flask documentation, Deploying to Production.
    """
    process = container.process
    if process is None or not process.development:
        return
    yield Finding(
        process.at,
        f"{estate.words_for(container)} runs a development server: {process.development}",
        label="a development server",
        factors=_deployed(estate.workload_of(container), estate),
    )


def _deployed(workload: Workload, estate: Estate) -> tuple[Factor, ...]:
    """Weigh who can reach it, and what it is deployed for."""
    environment = workload.deployment.environment
    if environment is Environment.NONPRODUCTION:
        return (at_most(Severity.MEDIUM, "its visitors are the team itself"),)
    if workload.platform.single_host and environment is Environment.UNKNOWN:
        return (at_most(Severity.MEDIUM, "nothing says what this Compose file is for"),)
    if not _is_exposed(workload, estate):
        return (at_most(Severity.MEDIUM, "nothing sends requests to it from outside"),)
    return ()


def _is_exposed(workload: Workload, estate: Estate) -> bool:
    """Tell whether requests from outside may reach it: through a gateway, a service, or a port of the host."""
    gateways = gateways_before(workload, estate)
    if any(not (isinstance(gateway.public, Known) and not gateway.public.value) for gateway in gateways):
        return True
    services = services_before(workload, estate)
    open_services = (each for each in services if each.exposure in _OPEN_SERVICES and not each.internal)
    if not gateways and any(open_services):
        return True
    ports = (port for container in workload.containers for port in container.ports)
    return any(isinstance(port.published, Known | Unknown) and port.host_address not in _LOOPBACK for port in ports)


def _is_asked(container: Container, estate: Estate) -> Exclusion | None:
    workload = estate.workload_of(container)
    if container.process is not None and container.process.bind_host is None:
        return Exclusion(Reason.MANAGED, "its program is no server whose address can be told")
    if len(workload.containers) > 1 or sharing_network(workload, estate):
        return Exclusion(Reason.DESIGN, "a neighbour in the same network namespace may be the one that asks it")
    told = container.ports or services_before(workload, estate) or estate.edges_to(workload, EdgeKind.CALLS)
    if not told:
        return Exclusion(Reason.ROLE, "nobody is told a port of it")
    if workload.host_network.settled().value:
        return Exclusion(Reason.DESIGN, "it shares the network of the host")
    if workload.role is Role.JOB:
        return Exclusion(Reason.RUNS_ONCE, "it ends by itself")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _is_asked, with_process, followed),
    holds="servers listen on the address at which they are asked",
    insight=True,
)
def server_bound_to_loopback(container: Container, estate: Estate) -> Findings:
    """A server listens on loopback, where nothing outside of its container reaches it.

    Why: a port is opened for it, but every connection from outside the container is refused.

    Fix: listen on all addresses: --host 0.0.0.0 for uvicorn and flask, -b 0.0.0.0:8000 for gunicorn.

    Quiet when: a neighbour in the same pod forwards to it, or it shares the network of the host.

    See: gunicorn documentation, Settings, bind; uvicorn documentation, Settings, host.
    """
    process = container.process
    if process is None or process.bind_host is None:
        return
    host = process.bind_host.settled()
    if isinstance(host, Absent) or host.value not in _LOOPBACK:
        return
    if process.beside:
        why = f"{process.beside} may run in the background of {container}, and may be what is asked"
        raise UnsettledError(Unknown(why, process.at))
    doors = tuple(Place(port.at, "connections to this port are refused") for port in container.ports[:2])
    yield Finding(
        host.at,
        f"{process.server} of {estate.workload_of(container)} listens on {host.value}{by_default(host)}, "
        "where nothing outside of its container reaches it",
        label=f"listens on {host.value}",
        places=doors,
    )
