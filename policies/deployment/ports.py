"""Whether requests and checks go to a port on which something listens."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infraaudit.model import (
    KUBERNETES,
    Absent,
    Container,
    EdgeKind,
    Estate,
    Gateway,
    Known,
    Maybe,
    Probe,
    Route,
    Service,
    Unknown,
    UnsettledError,
    Workload,
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
    by_default,
    long_running,
    policy,
    services_before,
    sharing_network,
)


@dataclass(frozen=True, slots=True)
class _Call:
    """Somebody who asks a port of a workload.

    ``says`` begins the sentence, ``port`` is a number or a name, ``among`` are the containers that may have the name.
    ``traffic`` tells requests from health checks; ``beside`` are containers of other workloads that are asked as well.
    """

    says: str
    port: Maybe[str]
    part: str
    among: tuple[Container, ...]
    traffic: bool = True
    beside: tuple[Container, ...] = ()


@dataclass(frozen=True, slots=True)
class _Server:
    """A server that is known to listen on a port."""

    container: Container
    port: Known[int]


@dataclass(frozen=True, slots=True)
class _Way:
    """A route of a gateway to a service."""

    gateway: Gateway
    route: Route
    service: Service


def _is_asked(workload: Workload, estate: Estate) -> Exclusion | None:
    """Hold what somebody asks on a port, in a network of its own, and where something can be compared."""
    calls = _calls(workload, estate)
    if not calls:
        return Exclusion(Reason.ROLE, "nobody is told a port of it")
    if workload.host_network.settled().value:
        return Exclusion(Reason.DESIGN, "it shares the network of the host")
    if sharing_network(workload, estate):
        return Exclusion(Reason.DESIGN, "another service in its network may be the one that listens")
    names = any(not (known_value(call.port) or "0").isdigit() for call in calls)
    if not (_is_seen(workload) or names or workload.targets or _ways(workload, estate)):
        return Exclusion(Reason.MANAGED, "its image is not built here, so nothing says where it listens")
    return None


def _is_seen(workload: Workload) -> bool:
    return any(container.process is not None for container in workload.containers)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(long_running, _is_asked),
    holds="requests and checks go to ports on which servers listen",
    equivalents=(
        "kube-linter:invalid-target-ports",
        "kube-linter:liveness-port",
        "kube-linter:readiness-port",
        "kube-linter:startup-port",
        "kube-score:service-targets-pod",
        "kube-score:ingress-targets-service",
    ),
    insight=True,
)
def port_chain_mismatch(workload: Workload, estate: Estate) -> Findings:
    """Requests or checks are sent to a port on which nothing listens.

    Why: every link of the chain looks right by itself, and the connection is refused at its end.

    Fix: let one port run through the chain: the server's bind address, the container's port, the service's target and
    the probes.

    Quiet when: a target is only missing from the list of container ports, which is documentation; the container opens
    further ports beside that of its server; the network is shared with the host or with a neighbour; the service is
    headless, so that its clients choose the port; another workload behind the service has the port of that name.

    See: Kubernetes documentation, Service, Defining a Service; Amazon ECS developer guide, Service load balancing.
    """
    calls = _calls(workload, estate)
    servers, unseen = _servers(workload)
    doubts = [*unseen, *_doubts(workload, calls)] if _is_seen(workload) else []
    unmapped = list(_unmapped(workload))
    yield from (*_closed_doors(workload, estate), *unmapped, *_nameless(calls, workload))
    if servers and not doubts:
        refused = {finding.at for finding in unmapped}
        yield from _unheard([call for call in calls if call.port.at not in refused], servers, workload)
        doubts += _further(calls, servers, workload)
    doubts += [call.port for call in calls if isinstance(call.port, Unknown)]
    doubts += [way.route.port for way in _ways(workload, estate) if isinstance(way.route.port, Unknown)]
    if doubts:
        raise UnsettledError(doubts[0])


# -- who asks ------------------------------------------------------------------------------------------------


def _calls(workload: Workload, estate: Estate) -> list[_Call]:
    return [*_requests(workload, estate), *_checks(workload, estate)]


def _requests(workload: Workload, estate: Estate) -> Iterator[_Call]:
    for service in services_before(workload, estate):
        if service.exposure == "headless":
            continue
        behind = estate.targets(service, EdgeKind.EXPOSES, Workload)
        others = tuple(container for each in behind if each is not workload for container in each.containers)
        for door in service.ports:
            says = f"{service} sends requests to"
            yield _Call(says, door.target, service.address, workload.containers, beside=others)
    for container in workload.containers:
        for port in container.ports:
            if isinstance(port.published, Known | Unknown) and port.protocol == "tcp":
                says = f"{estate.words_for(container)} publishes"
                yield _Call(says, port.number.map(str), container.address, workload.containers)


def _checks(workload: Workload, estate: Estate) -> Iterator[_Call]:
    for container in workload.containers:
        for name, probe in _probes(container, workload).items():
            port = probe if isinstance(probe, Unknown) else probe.value.port if isinstance(probe, Known) else None
            if isinstance(port, Known | Unknown):
                says = f"the {name} of {estate.words_for(container)} asks"
                text: Maybe[str] = port if isinstance(port, Known) else Unknown(port.why, port.at)
                yield _Call(says, text, f"{name} {container.address}", (container,), traffic=False)
    for service in services_before(workload, estate):
        for door in service.ports:
            if isinstance(door.health_port, Known | Unknown):
                part = f"health {service.address}"
                yield _Call(f"{service} checks health on", door.health_port, part, workload.containers, traffic=False)


def _probes(container: Container, workload: Workload) -> dict[str, Maybe[Probe]]:
    """Return the checks of a container by what its platform calls them, that of the image where none is its own."""
    if workload.platform is KUBERNETES:
        probes = {"readiness": container.readiness, "liveness": container.liveness, "startup": container.startup}
        return {f"{name} probe": probe for name, probe in probes.items()}
    brought = container.image_health
    own = isinstance(container.readiness, Absent) and isinstance(brought, Known)
    return {"health check": brought if own and brought is not None else container.readiness}


def _ways(workload: Workload, estate: Estate) -> list[_Way]:
    return [
        _Way(gateway, route, service)
        for service in services_before(workload, estate)
        for gateway in estate.sources(service, EdgeKind.ROUTES_TO, Gateway)
        for route in gateway.routes
        if known_value(route.service) == service.address
    ]


# -- links before the server ---------------------------------------------------------------------------------


def _closed_doors(workload: Workload, estate: Estate) -> Findings:
    """Find the routes to a port that their service does not open."""
    for way in _ways(workload, estate):
        wanted, service = way.route.port, way.service
        told = service.ports_complete and all(isinstance(door.number, Known) for door in service.ports)
        doors = {name for door in service.ports for name in (str(known_value(door.number)), door.name) if name}
        if told and doors and isinstance(wanted, Known) and wanted.value not in doors:
            opened = ", ".join(str(known_value(door.number)) for door in service.ports)
            yield Finding(
                wanted.at,
                f"{way.gateway} sends requests to port {wanted.value} of {service}, which opens only {opened}",
                label="no such port",
                places=(Place(service.at, f"opens {opened}"),),
                part=f"{way.gateway.address} {wanted.value}",
            )


def _unmapped(workload: Workload) -> Findings:
    """Find the ports that a workload registers without its container mapping them: the platform refuses that."""
    for target in workload.targets:
        container = next((each for each in workload.containers if each.name == target.container), None)
        if container is None or not container.ports_complete or not isinstance(target.port, Known):
            continue
        mapped = [known_value(port.number) for port in container.ports]
        if None not in mapped and target.port.value not in mapped:
            only = f"maps only {', '.join(str(number) for number in mapped)}" if mapped else "maps none"
            yield Finding(
                target.port.at,
                f"{workload} registers port {target.port.value} of its container {container.name}, which {only}",
                label="not mapped",
                places=(Place(container.at, "this container"),),
                part=f"{container.name} {target.port.value}",
            )


def _nameless(calls: Iterable[_Call], workload: Workload) -> Findings:
    """Find the names that no container gives to a port."""
    for call in calls:
        name = known_value(call.port)
        asked = (*call.among, *call.beside)
        if name is None or name.isdigit() or not all(each.ports_complete for each in asked):
            continue
        if name not in {port.name for container in asked for port in container.ports}:
            yield Finding(
                call.port.at,
                f"{call.says} the port named {name}, which no container of {workload} has",
                label="no such port",
                places=tuple(Place(container.at, f"{container} names no such port") for container in call.among),
                part=f"{call.part} {name}",
            )


# -- the server ----------------------------------------------------------------------------------------------


def _servers(workload: Workload) -> tuple[list[_Server], list[Unknown[object]]]:
    """Return the servers whose ports are known, and why the others' are not: any of them may be meant."""
    servers: list[_Server] = []
    doubts: list[Unknown[object]] = []
    for container in workload.containers:
        process = container.process
        if process is None:
            why = f"where {container} listens is not known, for its image is not built here"
            doubts.append(Unknown(why, container.image.at))
        elif process.beside:
            why = f"{process.beside} may run in the background of {container}, and may be what listens"
            doubts.append(Unknown(why, process.at))
        elif process.bind_port is None:
            doubts.append(Unknown(f"where the program of {container} listens cannot be told", process.at))
        else:
            for port in (process.bind_port, *process.other_ports):
                if isinstance(port, Known):
                    servers.append(_Server(container, port))
                elif isinstance(port, Unknown):
                    doubts.append(port)
                else:
                    doubts.append(Unknown(f"{process.server} listens on a socket file for another program", port.at))
    return servers, doubts


def _doubts(workload: Workload, calls: Iterable[_Call]) -> Iterator[Unknown[object]]:
    """Yield what hides a part of the chain, so that a port which seems wrong may be another part's."""
    for target in workload.targets:
        yield from (value for value in (target.service, target.port) if isinstance(value, Unknown))
    for call in calls:
        if call.traffic and isinstance(call.port, Unknown):
            yield call.port
    for container in workload.containers:
        if not container.ports_complete:
            yield Unknown(f"some ports of {container} cannot be told", container.at)
        for port in container.ports:
            if isinstance(port.number, Unknown):
                yield port.number


def _numbers(call: _Call) -> list[Known[int]]:
    """Return the number that is asked, at the place that decides it: for a name, at the port that has the name."""
    if not isinstance(call.port, Known):
        return []
    if call.port.value.isdigit():
        return [Known(int(call.port.value), call.port.at)]
    ports = (port for container in call.among for port in container.ports if port.name == call.port.value)
    return [port.number for port in ports if isinstance(port.number, Known)]


def _misses(calls: Iterable[_Call], bound: set[int]) -> Iterator[tuple[_Call, Known[int]]]:
    """Yield the calls of which no number is bound, with the first number."""
    for call in calls:
        numbers = _numbers(call)
        if numbers and not any(number.value in bound for number in numbers):
            yield call, numbers[0]


def _may_be_further(call: _Call, number: int, calls: Iterable[_Call], bound: set[int]) -> bool:
    """Tell whether a port may be a second one of the program: declared, or asked, beside that of the server."""
    declared = {known_value(port.number) for container in call.among for port in container.ports}
    asked = {each.value for other in calls if other.traffic for each in _numbers(other)}
    return (number in declared and bool(declared & bound)) or (call.traffic and bool(asked & bound))


def _unheard(calls: list[_Call], servers: list[_Server], workload: Workload) -> Findings:
    """Find who asks a port that no server binds; of several ports of one sender only the first is told."""
    bound = {server.port.value for server in servers}
    told: set[str] = set()
    for call, number in _misses(calls, bound):
        if call.part in told or _may_be_further(call, number.value, calls, bound):
            continue
        told.add(call.part)
        server = servers[0]
        process = server.container.process
        listens = f"listens on {server.port.value}{by_default(server.port)}"
        name = "" if known_value(call.port) == str(number.value) else f" ({known_value(call.port)})"
        yield Finding(
            number.at,
            f"{call.says} port {number.value}{name}, but {process.server if process else 'the server'} of {workload} "
            f"{listens}",
            label=f"nothing listens on {number.value}",
            places=(Place(server.port.at, listens),),
            part=f"{call.part} {number.value}" if not name else f"port {known_value(call.port)}",
        )


def _further(calls: list[_Call], servers: list[_Server], workload: Workload) -> Iterator[Unknown[object]]:
    bound = {server.port.value for server in servers}
    for call, number in _misses(calls, bound):
        if _may_be_further(call, number.value, calls, bound):
            yield Unknown(f"what of {workload} listens on {number.value} beside its server cannot be told", number.at)
