"""Lifts Google's load balancers: forwarding rules, what the maps behind them lead to, and how that is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Gateway,
    Known,
    Listener,
    Location,
    Probe,
    ProbeKind,
    Route,
    Service,
    Unknown,
    known_value,
)
from infraaudit.readers.terraform.google.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

BACKEND_SERVICES = ("google_compute_backend_service", "google_compute_region_backend_service")
"""The resource types that are backend services."""

_RULES = ("google_compute_global_forwarding_rule", "google_compute_forwarding_rule")
_PROXIES = tuple(
    f"google_compute_{place}target_{protocol}_proxy" for place in ("", "region_") for protocol in ("http", "https")
)
_MAPS = ("google_compute_url_map", "google_compute_region_url_map")
_CHECKS = ("google_compute_health_check", "google_compute_region_health_check")
_SIMPLE_CHECKS = ("google_compute_http_health_check", "google_compute_https_health_check")
_ASKED = (
    ("http_health_check", ProbeKind.HTTP),
    ("https_health_check", ProbeKind.HTTP),
    ("http2_health_check", ProbeKind.HTTP),
    ("grpc_health_check", ProbeKind.GRPC),
    ("tcp_health_check", ProbeKind.TCP),
    ("ssl_health_check", ProbeKind.TCP),
)


_STRAIGHT = "a load balancer of Google that passes connections on"


# -- what is checked -----------------------------------------------------------------------------------------


def lift_backend_services(resources: Resources) -> Iterator[Service]:
    """Lift global and regional backend services."""
    for resource in resources.of_type(*BACKEND_SERVICES):
        yield Service(
            **resource.head,
            selector=(),
            ports_complete=False,
            exposure="load balancer",
            health_check=_health(resource, resources),
            internal=_is_internal(resource),
            drain=integer_or_default(
                argument(resource, "connection_draining_timeout_sec"), "google_compute_backend_service.drain"
            ),
        )


def _is_internal(resource: Resource) -> bool:
    row = "scheme" if resource.type == BACKEND_SERVICES[0] else "regional_scheme"
    scheme = string_or_default(argument(resource, "load_balancing_scheme"), f"google_compute_backend_service.{row}")
    return (known_value(scheme) or "").startswith("INTERNAL")


def _health(resource: Resource, resources: Resources) -> Maybe[Probe]:
    """Return the check of a backend service; one before functions and containers of Google takes none."""
    node = argument(resource, "health_checks")
    found = mentioned(resources, node, *_CHECKS, *_SIMPLE_CHECKS)
    if found:
        return Known(_probe(found[0]), node.at)
    if node.is_absent or (node.complete and not node.each()):
        return Absent(node.at)
    return Unknown("its health check is not in the scan", node.at)


def _probe(check: Resource) -> Probe:
    kind, asked = ProbeKind.HTTP, check.body
    if check.type in _CHECKS:
        found = ((kind, first(check.body[name])) for name, kind in _ASKED if not check.body[name].is_absent)
        kind, asked = next(found, (ProbeKind.TCP, check.body))
    row = "google_compute_health_check"
    return Probe(
        kind,
        check.at,
        port=asked["port"].string(),
        path=string_or_default(asked["request_path"], f"{row}.request_path") if kind is ProbeKind.HTTP else None,
        period=integer_or_default(argument(check, "check_interval_sec"), f"{row}.check_interval_sec"),
        timeout=integer_or_default(argument(check, "timeout_sec"), f"{row}.timeout_sec"),
        failure_threshold=integer_or_default(argument(check, "unhealthy_threshold"), f"{row}.unhealthy_threshold"),
    )


# -- doors ---------------------------------------------------------------------------------------------------


def lift_forwarding_rules(resources: Resources) -> Iterator[Gateway]:
    """Lift forwarding rules that lead to backend services, by a proxy with a map or straight."""
    for resource in resources.of_type(*_RULES):
        proxy = behind(resources, argument(resource, "target"), *_PROXIES)
        routes = tuple(_routes(resource, proxy, resources))
        yield Gateway(
            **resource.head,
            proxy=Known(
                "gce" if proxy is not None else "a load balancer of Google that passes connections on", resource.at
            ),
            public=_is_public(resource),
            idle_timeout=Absent(resource.at),
            response_limit=_response_limit(routes, resources) if proxy is not None else None,
            routes=routes,
            listeners=(_listener(resource, proxy, resources),),
            location=Location(zones=Absent(resource.at), subnets=Absent(resource.at)),
        )


def _listener(rule: Resource, proxy: Resource | None, resources: Resources) -> Listener:
    """Return the one door of a forwarding rule."""
    port = argument(rule, "port_range").integer()
    if proxy is None:
        written = string_or_default(argument(rule, "ip_protocol"), "google_compute_forwarding_rule.ip_protocol")
        return Listener(port, written.map(str.lower), Known(value=False, at=rule.at), rule.at)
    encrypted = proxy.type.endswith("https_proxy")
    certificates = argument(proxy, "ssl_certificates").each() or (argument(proxy, "certificate_map"),)
    return Listener(
        port=port,
        protocol=Known("https" if encrypted else "http", proxy.at),
        redirects=_redirects(proxy, resources),
        at=rule.at,
        tls_policy=pointed(resources, argument(proxy, "ssl_policy")) if encrypted else None,
        certificate=pointed(resources, certificates[0]) if encrypted else None,
    )


def _redirects(proxy: Resource, resources: Resources) -> Value[bool]:
    """Return whether the map of a proxy sends everybody to the encrypted door and has no other way."""
    node = argument(proxy, "url_map")
    urls = behind(resources, node, *_MAPS)
    if urls is None:
        return Unknown(f"the map of {proxy.address} is not in the scan", node.at)
    written = argument(urls, "default_url_redirect.https_redirect").boolean()
    if isinstance(written, Unknown):
        return written
    others = not urls.body["path_matcher"].is_absent
    return Known(isinstance(written, Known) and written.value and not others, written.at)


def _is_public(resource: Resource) -> Value[bool]:
    scheme = string_or_default(
        argument(resource, "load_balancing_scheme"), "google_compute_forwarding_rule.load_balancing_scheme"
    )
    return scheme.map(_looks_outside)


def _looks_outside(scheme: str) -> bool:
    return not scheme.startswith("INTERNAL")


def _routes(rule: Resource, proxy: Resource | None, resources: Resources) -> Iterator[Route]:
    if proxy is None:
        straight = argument(rule, "backend_service")
        if not straight.is_absent:
            yield from _route(straight, resources)
        return
    node = argument(proxy, "url_map")
    urls = behind(resources, node, *_MAPS)
    if urls is None:
        yield Route(Unknown("its map is not in the scan", node.at), Absent(node.at), node.at)
        return
    yield from _route(argument(urls, "default_service"), resources)
    for matcher in blocks(urls.body["path_matcher"])[0]:
        yield from _route(matcher["default_service"], resources)
        for name in ("path_rule", "route_rules"):
            for each in blocks(matcher[name])[0]:
                yield from _route(each["service"], resources, known_value(first(each["paths"]).string()) or "")


def _route(node: Node, resources: Resources, path: str = "") -> Iterator[Route]:
    target = pointed(resources, node)
    if not isinstance(target, Absent):
        yield Route(target, Absent(node.at), node.at, path=path)


def _response_limit(routes: tuple[Route, ...], resources: Resources) -> Maybe[int] | None:
    """Return how long the backend services of a door wait for an answer, where that is the same for all of them."""
    found = [resources.at(known_value(route.service) or "") for route in routes]
    services = [each for each in found if each is not None and each.type in BACKEND_SERVICES]
    limits = [
        integer_or_default(argument(each, "timeout_sec"), "google_compute_backend_service.timeout_sec")
        for each in services
    ]
    doubt = next((each for each in limits if isinstance(each, Unknown)), None)
    known = [each for each in limits if isinstance(each, Known)]
    if doubt is not None or not known:
        return doubt
    if len({each.value for each in known}) > 1:
        return Unknown("how long it waits differs from service to service", known[0].at)
    return known[0]
