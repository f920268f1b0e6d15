"""Finds the doors of a system: gateways, services with a load balancer of their own, and published ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import EdgeKind, Entrance, Gateway, Known, Role, Service, Workload, may_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Entity, Estate, Value

_LOOPBACK = ("127.", "::1", "localhost")
_INSIDE = frozenset({Role.DATASTORE, Role.AGENT, Role.JOB})


def join_entrances(estate: Estate) -> Estate:
    """Add an entrance for every door behind which something of the estate stands."""
    return estate.with_entities((*_gateways(estate), *_services(estate), *_published(estate)))


def _gateways(estate: Estate) -> Iterator[Entrance]:
    """Yield the gateways that lead somewhere; one behind another is entered through that one."""
    for gateway in estate.of(Gateway):
        behind = estate.sources(gateway, EdgeKind.ROUTES_TO, Gateway)
        if estate.edges_from(gateway, EdgeKind.ROUTES_TO) and not behind:
            yield _entrance(gateway, gateway.public)


def _services(estate: Estate) -> Iterator[Entrance]:
    """Yield the services that are load balancers themselves, with no gateway before them, nor one that may be."""
    for service in estate.of(Service):
        balanced = service.exposure == "load balancer" and not estate.edges_to(service, EdgeKind.ROUTES_TO)
        if balanced and estate.edges_from(service, EdgeKind.EXPOSES) and not _may_be_routed_to(service, estate):
            yield _entrance(service, Known(not service.internal, service.at))


def _may_be_routed_to(service: Service, estate: Estate) -> bool:
    gateways = estate.in_deployment(service, Gateway)
    return any(may_mean(route.service, service.address) for gateway in gateways for route in gateway.routes)


def _published(estate: Estate) -> Iterator[Entrance]:
    """Yield the workloads whose port the machine itself opens, and that are there to answer requests."""
    for workload in estate.of(Workload):
        if not workload.platform.single_host or workload.role in _INSIDE or _stands_behind_its_routes(workload, estate):
            continue
        ports = [
            port
            for container in workload.containers
            for port in container.ports
            if isinstance(port.published, Known) and not port.host_address.startswith(_LOOPBACK)
        ]
        if ports:
            yield _entrance(workload, Known(value=True, at=ports[0].at))


def _stands_behind_its_routes(workload: Workload, estate: Estate) -> bool:
    """Whether a proxy of one host is told already by the gateway that its routes are."""
    return any(gateway.routes_of == workload.address for gateway in estate.in_deployment(workload, Gateway))


def _entrance(door: Entity, public: Value[bool]) -> Entrance:
    return Entrance(
        address=f"entrance {door.address}",
        kind=door.kind,
        name=door.name,
        at=door.at,
        deployment=door.deployment,
        opens=door.key,
        public=public,
    )
