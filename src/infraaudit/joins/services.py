"""Ties services to the copies behind them, and gateways to services."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import (
    Absent,
    Autoscaler,
    Edge,
    EdgeKind,
    Function,
    Gateway,
    Known,
    ObjectStore,
    Service,
    Unknown,
    Workload,
    default,
    known_value,
)
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Entity, Estate, Maybe


def join_services(estate: Estate) -> Estate:
    """Add the edges service to workload, gateway to service, autoscaler to target, and what is known of the proxies."""
    edges = [
        *_selections(estate),
        *_registrations(estate),
        *_routes(estate),
        *_authorizations(estate),
        *_scalings(estate),
    ]
    return estate.with_edges(edges).with_entities(_with_facts(gateway) for gateway in estate.of(Gateway))


def _selections(estate: Estate) -> Iterator[Edge]:
    for service in estate.of(Service):
        if not service.selector:
            continue
        wanted = set(service.selector)
        for workload in estate.in_deployment(service, Workload):
            if workload.namespace == service.namespace and workload.labels and wanted <= set(workload.labels):
                labels = ", ".join(f"{name}={value}" for name, value in service.selector)
                yield Edge(EdgeKind.EXPOSES, service.key, workload.key, f"selects {labels}", service.at)


def _registrations(estate: Estate) -> Iterator[Edge]:
    for workload in estate.of(Workload):
        for target in workload.targets:
            service = estate.beside(workload, known_value(target.service) or "", Service)
            if service is not None:
                evidence = f"{workload} registers container {target.container} there"
                yield Edge(EdgeKind.EXPOSES, service.key, workload.key, evidence, target.at, port=target.port)


def _routes(estate: Estate) -> Iterator[Edge]:
    for gateway in estate.of(Gateway):
        for route in gateway.routes:
            answering = _answering(estate, gateway, known_value(route.service) or "")
            if answering is not None:
                way = f"{route.method} {route.host}{route.path}".strip() or "every request"
                yield Edge(EdgeKind.ROUTES_TO, gateway.key, answering.key, f"routes {way}", route.at)


def _authorizations(estate: Estate) -> Iterator[Edge]:
    for gateway in estate.of(Gateway):
        for asked in gateway.asks:
            function = _answering(estate, gateway, known_value(asked) or "")
            if isinstance(function, Function):
                evidence = f"{gateway} asks {function} who sends a request"
                yield Edge(EdgeKind.CALLS, gateway.key, function.key, evidence, asked.at)


def _answering(estate: Estate, gateway: Gateway, name: str) -> Entity | None:
    """Return what a way leads to: a service, a workload or bucket itself, or another gateway; functions by name too."""
    for kind in (Service, Workload, Gateway, ObjectStore):
        found = estate.beside(gateway, name, kind)
        if found is not None and found.key != gateway.key:
            return found
    if not name:
        return None
    return next((each for each in estate.in_deployment(gateway, Function) if name in each.identifiers), None)


def _scalings(estate: Estate) -> Iterator[Edge]:
    for autoscaler in estate.of(Autoscaler):
        workload = estate.beside(autoscaler, known_value(autoscaler.target) or "", Workload)
        if workload is not None:
            evidence = f"{autoscaler} names {workload.address}"
            yield Edge(EdgeKind.SCALES, autoscaler.key, workload.key, evidence, autoscaler.at)


def _with_facts(gateway: Gateway) -> Gateway:
    """Put the proxy's own idle time where none is stated, and say what it tries again."""
    if not isinstance(gateway.proxy, Known):
        return gateway
    row = table("proxies").get(gateway.proxy.value)
    if row is None:
        return replace(gateway, idle_timeout=_idle_of_stranger(gateway, gateway.proxy))
    idle = gateway.idle_timeout
    if isinstance(idle, Absent) and "idle" in row.columns:
        idle = default(row["idle"], gateway.proxy.at, row.words)
    limited = replace(gateway, idle_timeout=idle, retries=row.get("retries", ""))
    if gateway.response_limit is not None:
        return limited
    return replace(limited, response_limit=_response_limit(limited, gateway.proxy, row))


def _response_limit(gateway: Gateway, proxy: Known[str], row: Row) -> Maybe[int] | None:
    """Return how long a known proxy waits for an answer: what an annotation says, else its own limit."""
    if row.get("limit_is_idle"):
        return gateway.idle_timeout
    name = row.get("limit_annotation")
    if "limit" not in row.columns:
        return None
    if gateway.annotations is None:
        return Unknown("the annotations of the ingress cannot be told", gateway.at)
    written = dict(gateway.annotations).get(name)
    if written is None:
        return default(row["limit"], proxy.at, row.words)
    number = as_integer(written)
    return Unknown(f"{written} is no number of seconds", gateway.at) if number is None else Known(number, gateway.at)


def _idle_of_stranger(gateway: Gateway, proxy: Known[str]) -> Maybe[int]:
    """Return the idle time of a proxy that the facts do not have: nothing stated does not mean that it keeps none."""
    if not isinstance(gateway.idle_timeout, Absent):
        return gateway.idle_timeout
    return Unknown(f"how long {proxy.value} keeps idle connections is not among the facts", proxy.at)
