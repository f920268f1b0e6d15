"""Lifts the endpoints of Azure Front Door with their routes and origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, FacetName, Gateway, Known, Listener, Route, Unknown, default, known_value
from infraaudit.readers.terraform.azure.compute.app_service import APPS
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default, integer_or_default
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.observability.diagnostics import sends
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals, reason
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

ENDPOINT = "azurerm_cdn_frontdoor_endpoint"
"""The type of an endpoint."""

DOMAIN = "azurerm_cdn_frontdoor_custom_domain"
"""The type of a name of one's own."""

PROFILE = "azurerm_cdn_frontdoor_profile"
"""The type of what endpoints belong to: it has their logs, and the time that an origin may take."""

SECURITY = "azurerm_cdn_frontdoor_security_policy"
"""The type of what ties rules for web requests to endpoints and names."""

_ROUTE = "azurerm_cdn_frontdoor_route"
_GROUP = "azurerm_cdn_frontdoor_origin_group"
_ORIGIN = "azurerm_cdn_frontdoor_origin"
_ANSWERING = ("azurerm_storage_account", "azurerm_container_app", "azurerm_application_gateway")
_ACCESS_LOG = "FrontDoorAccessLog"
_PORTS = {"http": 80, "https": 443}
WHY_IDLE = "how long Azure Front Door keeps idle connections to an origin is not among the facts"
"""Why the time of idle connections is not known."""


def lift_front_doors(resources: Resources) -> Iterator[Gateway]:
    """Lift ``azurerm_cdn_frontdoor_endpoint``; one that is switched off is none."""
    for resource in resources.of_type(ENDPOINT):
        if argument(resource, "enabled").content is False:
            continue
        profile = behind(resources, argument(resource, "cdn_frontdoor_profile_id"), PROFILE)
        routes = _routes_of(resource, resources)
        listeners, complete = _listeners(routes)
        yield Gateway(
            **resource.head,
            proxy=Known("azure-front-door", resource.at),
            public=Known(value=True, at=resource.at),
            idle_timeout=Unknown(WHY_IDLE, resource.at),
            response_limit=_limit(profile, resource),
            routes=tuple(way for route in routes for way in _ways(route, resources)),
            facets=facets_of(resource, resources, {FacetName.ACCESS_LOGGED: _logged(profile, resource, resources)}),
            listeners=listeners,
            listeners_complete=complete,
            web_firewall=_web_firewall(resource, routes, resources),
            identifiers=literals(argument(resource, "name").string(), *_hosts(routes, resources)),
        )


def _limit(profile: Resource | None, endpoint: Resource) -> Maybe[int]:
    if profile is None:
        return Unknown("its profile is not in the scan", endpoint.at)
    return integer_or_default(argument(profile, "response_timeout_seconds"), f"{PROFILE}.response_timeout_seconds")


def _logged(profile: Resource | None, endpoint: Resource, resources: Resources) -> Value[bool]:
    """Return whether requests are written down, which is a matter of the profile."""
    if profile is None:
        return Unknown("its profile is not in the scan", endpoint.at)
    return sends(profile, resources, _ACCESS_LOG)


def _routes_of(endpoint: Resource, resources: Resources) -> tuple[Resource, ...]:
    """Return the routes of an endpoint that are switched on."""
    return tuple(
        route
        for route in resources.of_type(_ROUTE)
        if endpoint in mentioned(resources, argument(route, "cdn_frontdoor_endpoint_id"))
        and argument(route, "enabled").content is not False
    )


def _domains(route: Resource, resources: Resources) -> tuple[Resource, ...]:
    return mentioned(resources, argument(route, "cdn_frontdoor_custom_domain_ids"), DOMAIN)


def _hosts(routes: tuple[Resource, ...], resources: Resources) -> Iterator[Maybe[str]]:
    for route in routes:
        for domain in _domains(route, resources):
            yield argument(domain, "host_name").string()


# -- doors ----------------------------------------------------------------------------------------------------


def _listeners(routes: tuple[Resource, ...]) -> tuple[tuple[Listener, ...], bool]:
    """Return the doors that the routes open, and whether these are all: a route takes one protocol or both."""
    found: list[Listener] = []
    complete = True
    for route in routes:
        node = argument(route, "supported_protocols")
        complete = complete and node.complete
        redirects = boolean_or_default(
            argument(route, "https_redirect_enabled"), "azurerm_cdn_frontdoor_route.https_redirect_enabled"
        )
        for each in node.each():
            written = each.string()
            if not isinstance(written, Known) or written.value.lower() not in _PORTS:
                complete = False
                continue
            found.append(listener_of(written.map(str.lower), redirects))
    return tuple(found), complete


def listener_of(protocol: Known[str], redirects: Value[bool]) -> Listener:
    """Return the door for a protocol; only the plain one may send clients to the other."""
    door = fact(TABLE, "front_door.doors").words
    port = default(_PORTS[protocol.value], protocol.at, door)
    if protocol.value == "https":
        return Listener(port, protocol, Known(value=False, at=protocol.at), protocol.at)
    return Listener(port, protocol, redirects, protocol.at)


# -- ways -----------------------------------------------------------------------------------------------------


def _ways(route: Resource, resources: Resources) -> Iterator[Route]:
    """Yield a way for each origin of a route's group; they stand in for each other."""
    group = behind(resources, argument(route, "cdn_frontdoor_origin_group_id"), _GROUP)
    patterns = argument(route, "patterns_to_match").each()
    path = known_value(patterns[0].string()) or "" if len(patterns) == 1 else ""
    hosts = [known_value(each) or "" for each in _hosts((route,), resources)]
    for origin in resources.of_type(_ORIGIN):
        if group is None or group not in mentioned(resources, argument(origin, "cdn_frontdoor_origin_group_id")):
            continue
        node = argument(origin, "host_name")
        target = target_of(node, resources)
        if target is None or argument(origin, "enabled").content is False:
            continue
        for host in hosts or [""]:
            yield Route(target, Absent(origin.at), node.at, host=host, path=path)


def target_of(node: Node, resources: Resources) -> Value[str] | None:
    """Return what answers at the host of an origin; ``None`` for one that is not of the configuration."""
    apps = mentioned(resources, node, *APPS)
    if apps:
        return Known(f"{apps[0].address}#door", node.at)
    others = mentioned(resources, node, *_ANSWERING)
    if others:
        return Known(others[0].address, node.at)
    if isinstance(node.content, str):
        return None
    return Unknown(reason(node), node.at, mentions=node.mentions)


# -- rules for web requests -----------------------------------------------------------------------------------


def guarded(policy: Resource, resources: Resources) -> Iterator[tuple[Resource, Node]]:
    """Yield the endpoints and names that a security policy ties rules for web requests to."""
    for association in blocks(argument(policy, "security_policies.firewall.association"))[0]:
        for domain in blocks(association["domain"])[0]:
            node = domain["cdn_frontdoor_domain_id"]
            for each in mentioned(resources, node, ENDPOINT, DOMAIN):
                yield each, node


def _web_firewall(endpoint: Resource, routes: tuple[Resource, ...], resources: Resources) -> Maybe[str]:
    """Return the rules before an endpoint or before a name of it; unknown where a policy may be for it."""
    own = {endpoint.address, *(domain.address for route in routes for domain in _domains(route, resources))}
    doubt: Unknown[str] | None = None
    for policy in resources.of_type(SECURITY):
        found = [each.address for each, _ in guarded(policy, resources)]
        if own & set(found):
            return pointed(resources, argument(policy, "security_policies.firewall.cdn_frontdoor_firewall_policy_id"))
        if not found:
            doubt = doubt or Unknown(f"what {policy.address} stands before cannot be told", policy.at)
    perhaps = next((each for each in resources.perhaps if each.type == SECURITY), None)
    if perhaps is not None:
        doubt = doubt or Unknown(f"whether {perhaps.address} is made cannot be told", perhaps.at)
    return doubt or Absent(endpoint.at)
