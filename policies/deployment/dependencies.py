"""Whether what a container is told to connect to is there, and listens on that port."""

from collections.abc import Iterator
from difflib import get_close_matches

from infraaudit.model import (
    Container,
    Dependency,
    EdgeKind,
    Entity,
    Estate,
    HostKind,
    Known,
    Port,
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
    answering,
    policy,
    sharing_network,
    why_unsure,
)

_STORES = frozenset({"postgres", "postgresql", "mysql", "mariadb", "redis", "rediss", "amqp", "amqps", "mongodb"})
_STORE_WORDS = ("DB", "DATABASE", "POSTGRES", "POSTGRESQL", "MYSQL", "MARIADB", "REDIS", "MONGO", "MONGODB", "RABBITMQ")
_INJECTED = ("inject", "sidecar", "dapr.io/", "linkerd.io/", "vault.hashicorp.com/", "cloudsql")
_BUILT_IN = frozenset({"kubernetes"})


def _told_of_others(container: Container, _: Estate) -> Exclusion | None:
    """Hold containers whose own settings name another host."""
    named = (each for each in container.dependencies if each.sure and not each.signals)
    if not any(each.kind is not HostKind.ELSEWHERE for each in named):
        return Exclusion(Reason.MANAGED, "no variable of it names a host of its own network")
    return None


def _sure(container: Container, kinds: set[HostKind]) -> Iterator[Dependency]:
    told: set[tuple[str, str]] = set()
    for each in container.dependencies:
        if each.sure and not each.signals and each.kind in kinds and (each.variable, each.host) not in told:
            told.add((each.variable, each.host))
            yield each


# -- nothing answers under the name --------------------------------------------------------------------------


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _told_of_others),
    holds="something answers under every host that its variables name",
    insight=True,
)
def dependency_host_dangling(container: Container, estate: Estate) -> Findings:
    """A container is told to connect to a host that nothing in its network provides.

    Why: the name does not resolve, or resolves to the container itself, and every request to it fails; the container
    starts all the same, so that the first user finds it.

    Fix: correct the name, or describe what should answer under it. A Service of another namespace is reached as
    name.namespace.

    Quiet when: nothing else that the workload connects to is described here either; the name is one of another
    network, of the hosts file, or may be made by an operator or a release, or brought by a component that a deployment
    may leave out; a neighbour in the pod may listen.

    See: Kubernetes documentation, DNS for Services and Pods; Docker documentation, Networking in Compose.
    """
    workload = estate.workload_of(container)
    doubts: list[Unknown[object]] = []
    for each in _sure(container, {HostKind.NEIGHBOUR, HostKind.NAMESPACED}):
        if each.provider or each.host.partition(".")[0] in _BUILT_IN:
            continue
        doubt = why_unsure(container, workload, each, estate)
        if doubt:
            doubts.append(Unknown(doubt, each.at))
        else:
            yield _dangling(container, workload, each, estate)
    for each in _sure(container, {HostKind.LOOPBACK}):
        if _is_for_a_store(each) and _is_alone(container, workload, each, estate):
            yield Finding(
                each.at,
                f"{each.variable} of {estate.words_for(container)} names {each.host}, where nothing but the container "
                "itself listens",
                label="the container itself",
                part=f"{each.variable} {each.host}",
            )
    if doubts:
        raise UnsettledError(doubts[0])


def _dangling(container: Container, workload: Workload, dependency: Dependency, estate: Estate) -> Finding:
    name = dependency.host.partition(".")[0]
    places: tuple[Place, ...] = ()
    hint = "no such host"
    if workload.platform.single_host:
        known = {each.name: each.at for each in estate.in_deployment(workload, Workload)}
    else:
        services = estate.in_deployment(workload, Service)
        known = {each.name: each.at for each in services if each.namespace == dependency.namespace}
        there = next((each for each in services if each.name == name), None)
        if there is not None:
            hint = f"there is one in the namespace {there.namespace}"
            places = (Place(there.at, f"in {there.namespace}"),)
    near = get_close_matches(name, list(known), n=1, cutoff=0.7)
    if near and not places:
        hint, places = f"did you mean {near[0]}?", (Place(known[near[0]], f"{near[0]} is here"),)
    where = "its project" if workload.platform.single_host else f"the namespace {dependency.namespace}"
    return Finding(
        dependency.at,
        f"{dependency.variable} of {estate.words_for(container)} names {dependency.host}, and nothing in {where} has "
        "that name",
        label=hint,
        places=places,
        part=f"{dependency.variable} {dependency.host}",
    )


def _is_for_a_store(dependency: Dependency) -> bool:
    if dependency.scheme in _STORES:
        return True
    words = dependency.variable.upper().split("_")
    return not dependency.scheme and any(word in _STORE_WORDS for word in words[:-1])


def _is_alone(container: Container, workload: Workload, dependency: Dependency, estate: Estate) -> bool:
    """Tell whether nothing else listens in the network of a container, now or once others are put beside it."""
    if len(workload.containers) > 1 or container.image_role or estate.targets(workload, EdgeKind.RUNS, Entity):
        return False
    if known_value(workload.host_network) is not False or (workload.platform.single_host and not workload.networks):
        return False
    if sharing_network(workload, estate) or workload.annotations is None or workload.own_annotations is None:
        return False
    names = [name.lower() for name, _ in (*workload.annotations, *workload.own_annotations)]
    if any(word in name for word in _INJECTED for name in names):
        return False
    process = container.process
    return process is not None and not process.beside and isinstance(dependency.port, Known)


# -- nothing listens on the port -----------------------------------------------------------------------------


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _told_of_others),
    holds="what its variables name is open on the port that they tell",
    insight=True,
)
def dependency_port_mismatch(container: Container, estate: Estate) -> Findings:
    """A container is told to connect to a port that its neighbour does not open.

    Why: the name is right, so that all looks well, and every connection is refused or runs into a timeout.

    Fix: name the port of the Service, and not that of the container behind it. Inside a Compose project name the port
    of the container, and not the one that is published on the machine.

    Quiet when: the ports of the other side cannot be told; a service without an address of its own leads to whatever
    its pods listen on; the client shares the network of the machine.

    See: Kubernetes documentation, Service; Docker documentation, Networking in Compose.
    """
    workload = estate.workload_of(container)
    doubts: list[Unknown[object]] = []
    if workload.host_network.settled().value:
        return
    for each in _sure(container, {HostKind.NEIGHBOUR, HostKind.NAMESPACED}):
        if not each.provider:
            continue
        if isinstance(each.port, Unknown):
            doubts.append(each.port)
        elif isinstance(each.port, Known):
            answer = _at_port(container, each, each.port, estate)
            if isinstance(answer, Finding):
                yield answer
            elif answer is not None:
                doubts.append(answer)
    if doubts:
        raise UnsettledError(doubts[0])


def _at_port(
    container: Container, dependency: Dependency, port: Known[int], estate: Estate
) -> Finding | Unknown[object] | None:
    service = estate.beside(container, dependency.provider, Service)
    if service is not None:
        return _at_service(container, dependency, port, service, estate)
    neighbour = estate.beside(container, dependency.provider, Workload)
    return _at_neighbour(container, dependency, port, neighbour, estate) if neighbour is not None else None


def _at_service(
    container: Container, dependency: Dependency, port: Known[int], service: Service, estate: Estate
) -> Finding | Unknown[object] | None:
    """Judge a port of a Service: it leads on those that it lists, and refuses every other."""
    numbers = [known_value(door.number) for door in service.ports]
    if port.value in numbers:
        return None
    if service.exposure in {"headless", "external name", "unknown"} or not numbers:
        return None
    if not service.ports_complete or None in numbers:
        return Unknown(f"some ports of {service} cannot be told", service.at)
    targets = {known_value(door.target): known_value(door.number) for door in service.ports}
    behind = targets.get(str(port.value))
    opened = ", ".join(map(str, numbers))
    return Finding(
        port.at,
        f"{dependency.variable} of {estate.words_for(container)} leads to port {port.value} of {service}, which opens "
        f"only {opened}",
        label=f"the port behind {behind}" if behind else "no such port",
        places=(Place(service.at, f"opens {opened}"),),
        part=f"{dependency.variable} {service.address} {port.value}",
    )


def _at_neighbour(
    container: Container, dependency: Dependency, port: Known[int], neighbour: Workload, estate: Estate
) -> Finding | None:
    """Judge a port of a Compose service: the published one is right on the machine alone."""
    ports = [each for other in neighbour.containers for each in other.ports]
    inside = {known_value(each.number) for each in ports}
    if None in inside or port.value in inside or known_value(neighbour.host_network) is not False:
        return None
    published = next((each for each in ports if _published(each) == port.value), None)
    if published is None or _listens_itself(neighbour, port.value):
        return None
    right = known_value(published.number)
    return Finding(
        port.at,
        f"{dependency.variable} of {estate.words_for(container)} leads to port {port.value} of {neighbour}, which "
        f"listens on {right} and is published as {port.value} on the machine alone",
        label=f"write {right}",
        places=(Place(published.at, "published here"),),
        part=f"{dependency.variable} {neighbour.address} {port.value}",
    )


def _published(port: Port) -> int | None:
    return known_value(port.published) if port.published is not None else None


def _listens_itself(neighbour: Workload, port: int) -> bool:
    processes = [each.process for each in neighbour.containers if each.process is not None]
    return any(each.bind_port is not None and known_value(each.bind_port) == port for each in processes)
