"""Ties a proxy in a container to the services that ask it for a way by their labels or variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Edge,
    EdgeKind,
    Gateway,
    Known,
    Route,
    Unknown,
    Workload,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate, LabelRoute, Value

_PROXIES = {
    "traefik": ("traefik", "traefik/traefik"),
    "caddy": ("lucaslorentz/caddy-docker-proxy",),
    "nginx-proxy": ("nginxproxy/nginx-proxy", "jwilder/nginx-proxy"),
}
"""Who reads labels or variables of others, and the images that it runs from."""

_UNTOLD = "a rule that cannot be told"
_LOOPBACK = ("127.", "::1", "localhost")


def join_label_routes(estate: Estate) -> Estate:
    """Add a gateway for each such proxy, and the edge to the proxy itself; its routes lead on as those of all do."""
    gateways: list[Gateway] = []
    edges: list[Edge] = []
    for proxy, kind in _proxies(estate):
        asked = [
            (other, route)
            for other in estate.in_deployment(proxy, Workload)
            for route in other.label_routes
            if route.proxy == kind and other is not proxy and _is_let_in(proxy, other)
        ]
        if asked:
            gateway = _gateway(proxy, kind, asked)
            gateways.append(gateway)
            edges.append(Edge(EdgeKind.ROUTES_TO, gateway.key, proxy.key, f"{proxy} is the proxy", proxy.at))
    return estate.with_entities(gateways).with_edges(edges) if gateways else estate


def _proxies(estate: Estate) -> Iterator[tuple[Workload, str]]:
    for workload in estate.of(Workload):
        for container in workload.containers if workload.platform.single_host else ():
            image = known_value(container.image)
            repository = parse_image_reference(image).repository.removeprefix("library/") if image else ""
            kind = next((kind for kind, images in _PROXIES.items() if repository in images), None)
            if kind is not None:
                yield workload, kind


def _is_let_in(proxy: Workload, other: Workload) -> bool:
    """Whether both may meet in a network; one that shares the network of the machine meets everybody."""
    return not proxy.networks or not other.networks or bool(set(proxy.networks) & set(other.networks))


def _gateway(proxy: Workload, kind: str, asked: list[tuple[Workload, LabelRoute]]) -> Gateway:
    ports = [port for container in proxy.containers for port in container.ports if port.published is not None]
    outside = [port for port in ports if not port.host_address.startswith(_LOOPBACK)]
    public: Value[bool] = Known(value=bool(outside), at=outside[0].at if outside else proxy.at)
    if not outside and not proxy.networks:
        public = Unknown("who reaches the network of its machine cannot be told", proxy.at)
    return Gateway(
        address=f"{proxy.address} routes",
        kind="service",
        name=proxy.name,
        at=proxy.at,
        deployment=proxy.deployment,
        proxy=Known(kind, proxy.at),
        public=public,
        idle_timeout=Unknown(f"how long {proxy} keeps idle connections is a setting of its own", proxy.at),
        routes=tuple(
            Route(Known(other.address, route.at), route.port, route.at, host=known_value(route.rule) or _UNTOLD)
            for other, route in asked
        ),
        tls_complete=False,
        listeners_complete=False,
        annotations=None,
        routes_of=proxy.address,
    )
