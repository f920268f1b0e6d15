"""The named scopes: whom a policy concerns, and why it does not concern the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infraaudit.analysis.hops import Hop, hops_through
from infraaudit.analysis.nodes import cluster_of, makes_machines, pools_of
from infraaudit.model import (
    KUBERNETES,
    Container,
    EdgeKind,
    Entity,
    Estate,
    Gateway,
    Guardrail,
    Opaque,
    Role,
    Server,
    Service,
    StateBackend,
    Unknown,
    UnsettledError,
    Workload,
    known_value,
)


class Reason(StrEnum):
    """Why a policy does not apply. The list is closed, so that reports can count by it."""

    LOCAL = "serves local development only"
    ROLE = "has another role"
    RUNS_ONCE = "runs once"
    PLATFORM = "the platform takes care of it"
    DESIGN = "is so by design"
    MANAGED = "is not of the kind that the policy judges"
    WEIGHT = "weighs less than low here"
    RETIRED = "is kept for the record only"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why this subject is out of scope, in words of the subject."""

    reason: Reason
    detail: str = ""


Scope = Callable[[Any, Estate], Exclusion | None]
"""A scope answers ``None`` for a subject that it holds. It may end the check by an unsettled value."""


def long_running(workload: Workload, _: Estate) -> Exclusion | None:
    """Hold what the platform keeps running."""
    if workload.runs_once or workload.role is Role.JOB:
        return Exclusion(Reason.RUNS_ONCE, f"{workload} ends by itself")
    return None


_EXAMPLES = re.compile(r"(^|/)(examples?|tests?|testing|samples?|demos?|fixtures?|modules?|wrappers|templates?)(/|$)")


def applied(backend: StateBackend, _: Estate) -> Exclusion | None:
    """Hold the roots that somebody applies: not what only shows how a module is called."""
    shown = _EXAMPLES.search(backend.deployment.folder)
    if shown is not None:
        return Exclusion(Reason.ROLE, f"its folder is called {shown[2]}")
    return None


def serving(workload: Workload, estate: Estate) -> Exclusion | None:
    """Hold what answers requests or takes work from a queue, and may run in several copies.

    Ends the check where the role depends on an image that cannot be told.
    """
    excluded = long_running(workload, estate)
    if excluded is not None:
        return excluded
    if workload.per_node:
        return Exclusion(Reason.PLATFORM, "one copy runs on each node")
    if workload.role is Role.UNKNOWN:
        for container in workload.containers:
            container.image.settled()
    if workload.role not in {Role.WEB, Role.WORKER, Role.PROXY}:
        known = f"its role is {workload.role}" if workload.role is not Role.UNKNOWN else "nothing calls it"
        return Exclusion(Reason.ROLE, known)
    if workload.single_by_design:
        return Exclusion(Reason.DESIGN, workload.single_by_design)
    return None


def on_several_hosts(workload: Workload, _: Estate) -> Exclusion | None:
    """Hold workloads whose copies can run on different machines."""
    if workload.platform.single_host:
        return Exclusion(Reason.PLATFORM, f"all copies under {workload.platform.name} share one host")
    return None


def on_known_nodes(workload: Workload, estate: Estate) -> Exclusion | None:
    """Hold workloads whose copies run on pools of nodes that the scan shows, and that do not grow without an end."""
    if workload.platform is not KUBERNETES or workload.per_node:
        return Exclusion(Reason.PLATFORM, "its platform finds room for it")
    cluster = cluster_of(workload, estate)
    if cluster is None:
        return Exclusion(Reason.MANAGED, "the scan does not show one cluster that it runs on")
    if cluster.makes_nodes.settled().value or makes_machines(estate):
        return Exclusion(Reason.PLATFORM, "machines that fit are made for it")
    if not pools_of(cluster, estate):
        return Exclusion(Reason.MANAGED, f"the nodes of {cluster} are not in the scan")
    return None


def answering(container: Container, estate: Estate) -> Exclusion | None:
    """Hold the containers that run as long as a workload which is kept running."""
    workload = estate.workload_of(container)
    if any(each.key == container.key for each in workload.init_containers):
        return Exclusion(Reason.RUNS_ONCE, f"{container} ends before the others start")
    return long_running(workload, estate)


def with_process(container: Container, _: Estate) -> Exclusion | None:
    """Hold containers of which is seen what they start."""
    if container.process is None:
        return Exclusion(Reason.MANAGED, "its command is that of an image which is not built here")
    return None


def followed(container: Container, _: Estate) -> Exclusion | None:
    """End the check where the command is seen and cannot be followed to a program."""
    process = container.process
    if process is None:
        return None
    if process.server is Server.OTHER and not process.development and process.processes is not None:
        process.processes.settled()
    return None


def services_before(workload: Workload, estate: Estate) -> tuple[Service, ...]:
    """Return the services that stand in front of a workload."""
    return estate.sources(workload, EdgeKind.EXPOSES, Service)


def gateways_before(workload: Workload, estate: Estate) -> tuple[Gateway, ...]:
    """Return the gateways whose routes lead to a workload, through its services or straight."""
    direct = estate.sources(workload, EdgeKind.ROUTES_TO, Gateway)
    return tuple(dict.fromkeys((*direct, *_gateways_of(services_before(workload, estate), estate))))


def sharing_network(workload: Workload, estate: Estate) -> tuple[Workload, ...]:
    """Return the workloads of one host that may live in the network namespace of this one, or it in theirs.

    Such a neighbour is in no network of its own, and depends on the one whose network it joins.
    """
    if not workload.platform.single_host:
        return ()
    return tuple(
        other
        for other in estate.in_deployment(workload, Workload)
        if (not other.networks and workload.address in other.depends_on)
        or (not workload.networks and other.address in workload.depends_on)
    )


def services_to(container: Container, estate: Estate) -> tuple[Service, ...]:
    """Return the services whose requests reach this container, and not only another one of its workload.

    Ends the check where none of several containers says that it listens where a service sends its requests.
    """
    workload = estate.workload_of(container)
    services = services_before(workload, estate)
    if len(workload.containers) == 1:
        return services
    return tuple(each for each in services if container.key in {found.key for found in _behind(each, workload)})


def gateways_to(container: Container, estate: Estate) -> tuple[Gateway, ...]:
    """Return the gateways whose routes lead to this container, and not only to another one of its workload."""
    workload = estate.workload_of(container)
    if len(workload.containers) == 1:
        return gateways_before(workload, estate)
    return tuple(dict.fromkeys(_gateways_of(services_to(container, estate), estate)))


def hops_to(container: Container, estate: Estate) -> tuple[Hop, ...]:
    """Return the gateways on the ways of requests to this container, those next to it first."""
    behind = (*services_to(container, estate), estate.workload_of(container))
    return hops_through(gateways_to(container, estate), behind, estate)


def _gateways_of(services: Iterable[Service], estate: Estate) -> Iterator[Gateway]:
    for service in services:
        yield from estate.sources(service, EdgeKind.ROUTES_TO, Gateway)


def _behind(service: Service, workload: Workload) -> tuple[Container, ...]:
    """Return the containers that listen on a port to which a service leads."""
    doors = {door.target.settled().value for door in service.ports}
    found = tuple(each for each in workload.containers if doors & _listening(each))
    if doors and not found:
        ports = ", ".join(sorted(doors))
        raise UnsettledError(Unknown(f"no container of {workload} says that it listens on {ports}", service.at))
    return found


def _listening(container: Container) -> set[str]:
    """Return the numbers and names of the ports that a container declares, or that its server is told to bind."""
    declared = {name for port in container.ports for name in (str(port.number.settled().value), port.name) if name}
    process = container.process
    bound = known_value(process.bind_port) if process is not None and process.bind_port is not None else None
    return declared if bound is None else {*declared, str(bound)}


_BASELINE = 3
"""Kinds of guards in one deployment from which it is taken for the baseline of an account."""


def setting_up_an_account(guardrail: Guardrail, estate: Estate) -> Exclusion | None:
    """Hold the first guard of a deployment that sets up an account: of others nothing can be concluded."""
    guards = estate.in_deployment(guardrail, Guardrail)
    if len({each.guards for each in guards}) < _BASELINE:
        return Exclusion(Reason.ROLE, "its deployment does not set up an account")
    if guards[0].key != guardrail.key:
        return Exclusion(Reason.MANAGED, f"it is told with {guards[0]}")
    without_missing_modules(guardrail, estate, "set up what is missed")
    return None


def without_missing_modules(entity: Entity, estate: Estate, may: str) -> None:
    """End the check where a module is called that is not in the tree, and that may do what ``may`` says."""
    for module in estate.in_deployment(entity, Opaque):
        if module.type == "module":
            raise UnsettledError(Unknown(f"{module} is not in the tree, and may {may}", module.at))


def left_alone_by_modules(entity: Entity, estate: Estate, address: str = "") -> None:
    """End the check where a module that is not in the tree is given an entity, and so may do what is missed.

    ``address`` is what it is given, where that is not the entity itself.
    """
    own = address or entity.address
    for module in estate.in_deployment(entity, Opaque):
        given = (own == each or own.startswith(f"{each}.") for each in module.mentions)
        if module.type == "module" and any(given):
            raise UnsettledError(Unknown(f"{module} is not in the tree, and is given it", module.at))
