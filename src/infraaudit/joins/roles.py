"""Tells what each workload is there for, from its image, its process and who sends it requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import (
    Datastore,
    EdgeKind,
    Gateway,
    Known,
    ProbeKind,
    Role,
    Server,
    Service,
    Unknown,
    Workload,
)

if TYPE_CHECKING:
    from infraaudit.model import Estate

_WORKERS = frozenset({Server.CELERY_WORKER, Server.RQ, Server.DRAMATIQ, Server.ARQ})
_OTHERS = frozenset({Server.OTHER, Server.CELERY_BEAT, Server.NODE_DEV, Server.NODE, Server.NGINX, Server.JAVA})
_ROLES_OF_IMAGES = {"datastore": Role.DATASTORE, "proxy": Role.PROXY, "agent": Role.AGENT}


def join_roles(estate: Estate) -> Estate:
    """Fill the role of every workload whose reader did not know it."""
    return estate.with_entities(
        replace(workload, role=_role(estate, workload))
        for workload in estate.of(Workload)
        if workload.role is Role.UNKNOWN
    )


def _role(estate: Estate, workload: Workload) -> Role:
    """Decide by the surest sign first: that it ends, the store in it, its process, its image, who calls it."""
    if workload.runs_once:
        return Role.JOB
    if estate.targets(workload, EdgeKind.RUNS, Datastore):
        return Role.DATASTORE
    processes = [container.process for container in workload.containers if container.process is not None]
    servers = {process.server for process in processes}
    if servers & _WORKERS:
        return Role.WORKER
    if any(process.schedules for process in processes):
        return Role.SCHEDULER
    return _role_by_neighbours(estate, workload, bool(servers - _OTHERS))


def _role_by_neighbours(estate: Estate, workload: Workload, serves: bool) -> Role:  # noqa: FBT001 - one caller
    by_image = [_ROLES_OF_IMAGES.get(container.image_role) for container in workload.containers]
    called = _is_called(estate, workload)
    if by_image and all(role is Role.AGENT for role in by_image):
        return Role.AGENT
    if len(by_image) == 1 and by_image[0] is not None and (called or by_image[0] is not Role.PROXY):
        return by_image[0]
    if serves or (called and (_is_asked_by_http(estate, workload) or not _may_be_a_store(workload))):
        return Role.WEB
    return Role.AGENT if workload.per_node else Role.UNKNOWN


def _may_be_a_store(workload: Workload) -> bool:
    """Whether an image that cannot be told may hold anything, a database among it."""
    return any(isinstance(container.image, Unknown) for container in workload.containers)


def _is_asked_by_http(estate: Estate, workload: Workload) -> bool:
    """Whether a proxy's routes or health check speak HTTP to it, as to a web server and not to a database."""
    services = estate.sources(workload, EdgeKind.EXPOSES, Service)
    checks = (service.health_check for service in services)
    return (
        bool(estate.sources(workload, EdgeKind.ROUTES_TO, Gateway))
        or any(estate.sources(service, EdgeKind.ROUTES_TO, Gateway) for service in services)
        or any(isinstance(check, Known) and check.value.kind is ProbeKind.HTTP for check in checks)
    )


def _is_called(estate: Estate, workload: Workload) -> bool:
    ports = (port for container in workload.containers for port in container.ports)
    return (
        any(isinstance(port.published, Known | Unknown) for port in ports)
        or bool(estate.sources(workload, EdgeKind.EXPOSES, Service))
        or bool(estate.sources(workload, EdgeKind.ROUTES_TO, Gateway))
        or bool(estate.edges_to(workload, EdgeKind.CALLS))
    )
