"""Whether requests and checks go to a port on which something listens."""

from infraaudit.model import Absent, Container, EdgeKind, Estate, Known, Service, ServicePort, Workload, known_value
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy


def _stands_before_something(service: Service, estate: Estate) -> Exclusion | None:
    if not estate.targets(service, EdgeKind.EXPOSES, Workload):
        return Exclusion(Reason.MANAGED, "what it leads to is not in the scan")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_stands_before_something,
    holds="requests go to the ports on which servers listen",
    equivalents=("kube-linter:invalid-target-ports", "kube-score:service-targets-pod"),
    insight=True,
)
def port_chain_mismatch(service: Service, estate: Estate) -> Findings:
    """Requests are sent to a port on which nothing listens.

    Why: every link of the chain looks right by itself, and the connection is refused at its end.

    Fix: let one port run through the chain: the server's bind address, the container's port, the service's target.

    Quiet when: a target is only missing from the list of container ports, which is documentation, and no server is
    known to listen elsewhere.

    See: Kubernetes documentation, Service, Defining a Service.
    """
    for workload in estate.targets(service, EdgeKind.EXPOSES, Workload):
        for door in service.ports:
            target = door.target.settled()
            if target.value.isdigit():
                yield from _against_server(service, door, int(target.value), workload)
            else:
                yield from _against_names(service, target, workload)


def _against_names(service: Service, target: Known[str], workload: Workload) -> Findings:
    names = {port.name for container in workload.containers for port in container.ports}
    if target.value not in names:
        yield Finding(
            target.at,
            f"{service} sends requests to the port named {target.value}, which no container of {workload} has",
            label="no such port",
            places=tuple(Place(container.at, f"{container} names no such port") for container in workload.containers),
            part=f"{workload.address} {target.value}",
        )


def _against_server(service: Service, door: ServicePort, target: int, workload: Workload) -> Findings:
    """Compare with the port that the server binds, where every container's is known: any of them may be meant."""
    bound: list[tuple[Container, Known[int]]] = []
    for container in workload.containers:
        port = container.process.bind_port if container.process is not None else None
        if port is None:
            return
        settled = port.settled()
        if isinstance(settled, Absent):
            return
        bound.append((container, settled))
    if not bound or any(port.value == target for _, port in bound):
        return
    container, port = bound[0]
    server = container.process.server if container.process is not None else "the server"
    by_default = "" if port.stated else " by default"
    yield Finding(
        door.target.at,
        f"{service} sends requests to port {target}, but {server} of {workload} listens on {port.value}{by_default}",
        label=f"nothing listens on {target}",
        places=(Place(port.at, f"listens on {port.value}{by_default}"),),
        part=f"{workload.address} {known_value(door.target)}",
    )
