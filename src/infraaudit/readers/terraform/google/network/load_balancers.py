"""Lifts Google's load balancers: forwarding rules, what the maps behind them lead to, and how that is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    FacetName,
    Gateway,
    Known,
    Listener,
    Location,
    Route,
    Unknown,
    known_value,
)
from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.google.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.google.network.backends import BACKEND_SERVICES, BUCKETS, bucket_behind, logs_requests
from infraaudit.readers.terraform.google.network.certificates import certificates_of
from infraaudit.readers.terraform.google.network.links import connected_by
from infraaudit.readers.terraform.google.network.tls import oldest_version, retired_by
from infraaudit.readers.terraform.google.network.web_firewalls import firewall_before
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, literals
from infraaudit.readers.terraform.lifting.pointing import behind, certain, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Facet, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_RULES = ("google_compute_global_forwarding_rule", "google_compute_forwarding_rule")
_PROXIES = tuple(
    f"google_compute_{place}target_{protocol}_proxy" for place in ("", "region_") for protocol in ("http", "https")
)
_MAPS = ("google_compute_url_map", "google_compute_region_url_map")
_STRAIGHT = "a load balancer of Google that passes connections on"


# -- doors ---------------------------------------------------------------------------------------------------


def lift_forwarding_rules(resources: Resources) -> Iterator[Gateway]:
    """Lift forwarding rules that lead to backend services, by a proxy with a map or straight."""
    for resource in resources.of_type(*_RULES):
        if connected_by(resource, resources) is not None:
            continue
        proxy = behind(resources, argument(resource, "target"), *_PROXIES)
        backends = tuple(_backends(resource, proxy, resources))
        routes = tuple(_route(each, resources) for each in backends)
        yield Gateway(
            **resource.head,
            proxy=Known("gce" if proxy is not None else _STRAIGHT, resource.at),
            public=_is_public(resource),
            idle_timeout=Absent(resource.at),
            response_limit=_response_limit(routes, resources) if proxy is not None else None,
            routes=routes,
            listeners=(_listener(resource, proxy, resources),),
            location=Location(zones=Absent(resource.at), subnets=Absent(resource.at)),
            facets=_facets(resource, backends) if proxy is not None or not backends else (),
            web_firewall=_firewall(backends, resources) if proxy is not None and backends else None,
            identifiers=literals(argument(resource, "name").string()),
        )


def _listener(rule: Resource, proxy: Resource | None, resources: Resources) -> Listener:
    """Return the one door of a forwarding rule."""
    port = argument(rule, "port_range").integer()
    if proxy is None:
        written = string_or_default(argument(rule, "ip_protocol"), "google_compute_forwarding_rule.ip_protocol")
        return Listener(port, written.map(str.lower), Known(value=False, at=rule.at), rule.at)
    encrypted = proxy.type.endswith("https_proxy")
    certificates, complete = certificates_of(proxy, resources)
    oldest = oldest_version(argument(proxy, "ssl_policy"), resources) if encrypted else None
    named = certificates[0] if certificates else pointed(resources, argument(proxy, "certificate_map"))
    return Listener(
        port=port,
        protocol=Known("https" if encrypted else "http", proxy.at),
        redirects=_redirects(proxy, resources),
        at=rule.at,
        tls_policy=oldest,
        certificate=named if encrypted else None,
        retired=None if oldest is None else retired_by(oldest),
        further=certificates[1:] if encrypted else (),
        further_complete=complete,
        hosts=tuple(_hosts(proxy, resources)) if encrypted else (),
    )


def _hosts(proxy: Resource, resources: Resources) -> Iterator[Value[str]]:
    """Yield the names for which the map of a proxy has rules; a pattern with a star is no name."""
    urls = behind(resources, argument(proxy, "url_map"), *_MAPS)
    for rule in blocks(urls.body["host_rule"])[0] if urls is not None else ():
        for each in rule["hosts"].each():
            name = each.string()
            if isinstance(name, Known) and "*" not in name.value:
                yield name.map(_without_port)


def _without_port(host: str) -> str:
    return host.partition(":")[0].lower()


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


@dataclass(frozen=True, slots=True)
class _Backend:
    """What a way of a door leads to: where it is named, the resource there, if it is in the scan, and the path."""

    node: Node
    resource: Resource | None
    path: str = ""


def _backends(rule: Resource, proxy: Resource | None, resources: Resources) -> Iterator[_Backend]:
    for node, path in _named(rule, proxy, resources):
        if not node.is_absent:
            yield _Backend(node, behind(resources, node, *BACKEND_SERVICES, BUCKETS), path)


def _named(rule: Resource, proxy: Resource | None, resources: Resources) -> Iterator[tuple[Node, str]]:
    """Yield the places that name what answers: of a proxy those of its map, with the first path of each."""
    if proxy is None:
        yield argument(rule, "backend_service"), ""
        return
    node = argument(proxy, "url_map")
    urls = behind(resources, node, *_MAPS)
    if urls is None:
        yield Node(Unresolved("its map is not in the scan"), node.at), ""
        return
    yield argument(urls, "default_service"), ""
    for matcher in blocks(urls.body["path_matcher"])[0]:
        yield matcher["default_service"], ""
        for name in ("path_rule", "route_rules"):
            for each in blocks(matcher[name])[0]:
                yield each["service"], known_value(first(each["paths"]).string()) or ""


def _route(backend: _Backend, resources: Resources) -> Route:
    node = backend.node
    if backend.resource is not None and backend.resource.type == BUCKETS:
        return Route(bucket_behind(backend.resource, resources), Absent(node.at), node.at, path=backend.path)
    return Route(certain(resources, node, "no service is named"), Absent(node.at), node.at, path=backend.path)


def _facets(resource: Resource, backends: tuple[_Backend, ...]) -> tuple[Facet, ...]:
    """Return the facets of a door with a proxy. What is written down is said by each service behind it."""
    answers = [
        logs_requests(each.resource)
        if each.resource is not None
        else Unknown("a service behind it is not in the scan", each.node.at)
        for each in backends
    ]
    if not answers:
        answers = [Unknown("nothing behind it is in the scan", resource.at)]
    silent = next((each for each in answers if isinstance(each, Known) and not each.value), None)
    unknown = next((each for each in answers if isinstance(each, Unknown)), None)
    return facets_of(resource, {FacetName.ACCESS_LOGGED: silent or unknown or answers[0]})


def _firewall(backends: tuple[_Backend, ...], resources: Resources) -> Maybe[str]:
    """Return the rules of Cloud Armor before a door, which each service behind it names for itself."""
    found = [
        firewall_before(each.resource, resources)
        if each.resource is not None
        else Unknown("a service behind it is not in the scan", each.node.at)
        for each in backends
    ]
    unknown = next((each for each in found if isinstance(each, Unknown)), None)
    named = [each for each in found if isinstance(each, Known)]
    if unknown is not None:
        return unknown
    if not named:
        return Absent(backends[0].node.at)
    if len(named) < len(found):
        return Unknown("only some of the services behind it name rules", named[0].at)
    return named[0]


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
