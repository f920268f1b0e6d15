"""Whether the server that runs is one for production, and listens where it is asked."""

from infraaudit.model import Absent, Container, Estate, Role
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    answering,
    at_most,
    gateways_before,
    policy,
    services_before,
)

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _known_process(container: Container, _: Estate) -> Exclusion | None:
    if container.process is None:
        return Exclusion(Reason.MANAGED, "its command is that of an image which is not built here")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _known_process),
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
    workload = estate.workload_of(container)
    factors = []
    if workload.platform.single_host:
        factors.append(at_most(Severity.MEDIUM, "nothing says what this Compose file is for"))
    elif not gateways_before(workload, estate) and not services_before(workload, estate):
        factors.append(at_most(Severity.MEDIUM, "nothing sends requests to it from outside"))
    yield Finding(
        process.at,
        f"{workload} runs a development server: {process.development}",
        label="a development server",
        factors=tuple(factors),
    )


def _is_asked(container: Container, estate: Estate) -> Exclusion | None:
    workload = estate.workload_of(container)
    if len(workload.containers) > 1:
        return Exclusion(Reason.DESIGN, "a neighbour in the same network namespace may be the one that asks it")
    if not container.ports and not services_before(workload, estate):
        return Exclusion(Reason.ROLE, "nobody is told a port of it")
    if workload.host_network.settled().value:
        return Exclusion(Reason.DESIGN, "it shares the network of the host")
    if workload.role is Role.JOB:
        return Exclusion(Reason.RUNS_ONCE, "it ends by itself")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _known_process, _is_asked),
    holds="servers listen on the address at which they are asked",
    insight=True,
)
def server_bound_to_loopback(container: Container, estate: Estate) -> Findings:
    """A server listens on the loopback address of its container, where nobody can reach it.

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
    by_default = "" if host.stated else " by default"
    doors = tuple(Place(port.at, "this port is refused") for port in container.ports[:2])
    yield Finding(
        host.at,
        f"{process.server} of {estate.workload_of(container)} listens on {host.value}{by_default}, "
        "where nothing outside its container reaches it",
        label=f"listens on {host.value}",
        places=doors,
    )
