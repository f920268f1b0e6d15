"""Lifts the doors of Azure that are about to be retired: Front Door (classic) and the endpoints of CDN (classic)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, FacetName, Gateway, Known, Route, Unknown, default, known_value
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default, integer_or_default
from infraaudit.readers.terraform.azure.edge.front_door import WHY_IDLE, listener_of, target_of
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.observability.diagnostics import sends
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals, may_be_present
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Listener, Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

CLASSIC = "azurerm_frontdoor"
"""The type of a whole classic Front Door, with its hosts, rules and pools."""

ENDPOINT = "azurerm_cdn_endpoint"
"""The type of an endpoint of a classic CDN."""

_ACCESS_LOG = "FrontdoorAccessLog"
_PROTOCOLS = ("http", "https")
_TIMEOUT = "backend_pools_send_receive_timeout_seconds"
_SWITCHES = {"http": "is_http_allowed", "https": "is_https_allowed"}


def lift_classic_front_doors(resources: Resources) -> Iterator[Gateway]:
    """Lift ``azurerm_frontdoor``, whose rules, pools and hosts are blocks within it that name each other."""
    for resource in resources.of_type(CLASSIC):
        rules, complete = blocks(resource.body["routing_rule"])
        used = tuple(each for each in rules if each["enabled"].content is not False)
        listeners, told = _doors(used)
        yield Gateway(
            **resource.head,
            proxy=Known("azure-front-door", resource.at),
            public=Known(value=True, at=resource.at),
            idle_timeout=Unknown(WHY_IDLE, resource.at),
            response_limit=_limit(resource),
            routes=tuple(way for rule in used for way in _ways(resource, rule, resources)),
            facets=facets_of(resource, resources, {FacetName.ACCESS_LOGGED: sends(resource, resources, _ACCESS_LOG)}),
            listeners=listeners,
            listeners_complete=complete and told,
            web_firewall=_web_firewall(resource, resources),
            identifiers=literals(argument(resource, "name").string(), *_host_names(resource)),
        )


def _limit(resource: Resource) -> Value[int]:
    settings = argument(resource, f"backend_pool_settings.{_TIMEOUT}")
    former = argument(resource, _TIMEOUT)
    return integer_or_default(former if settings.is_absent else settings, f"{CLASSIC}.{_TIMEOUT}")


def _host_names(resource: Resource) -> Iterator[Maybe[str]]:
    for each in blocks(resource.body["frontend_endpoint"])[0]:
        yield each["host_name"].string()


def _doors(rules: tuple[Node, ...]) -> tuple[tuple[Listener, ...], bool]:
    """Return the doors that the rules open: one that redirects sends whoever comes by it to HTTPS."""
    found: list[Listener] = []
    complete = True
    for rule in rules:
        node = rule["accepted_protocols"]
        complete = complete and node.complete
        redirects = Known(_only_redirects(rule), rule.key_at or rule.at)
        for each in node.each():
            written = each.string()
            if isinstance(written, Known) and written.value.lower() in _PROTOCOLS:
                found.append(listener_of(written.map(str.lower), redirects))
            else:
                complete = False
    return tuple(found), complete


def _only_redirects(rule: Node) -> bool:
    redirect = blocks(rule["redirect_configuration"])[0]
    return bool(redirect) and redirect[0]["redirect_protocol"].content == "HttpsOnly"


def _ways(resource: Resource, rule: Node, resources: Resources) -> Iterator[Route]:
    """Yield a way for each backend of the pool to which a rule forwards; they stand in for each other."""
    patterns = rule["patterns_to_match"].each()
    path = known_value(patterns[0].string()) or "" if len(patterns) == 1 else ""
    for forwarding in blocks(rule["forwarding_configuration"])[0]:
        wanted = known_value(forwarding["backend_pool_name"].string())
        for pool in blocks(resource.body["backend_pool"])[0]:
            if wanted is None or known_value(pool["name"].string()) != wanted:
                continue
            for backend in blocks(pool["backend"])[0]:
                target = target_of(backend["address"], resources)
                if target is not None and backend["enabled"].content is not False:
                    yield Route(target, Absent(resource.at), backend["address"].at, path=path)


def _web_firewall(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the rules before its hosts; absent where any host has none, for that is the way that is taken."""
    hosts, complete = blocks(resource.body["frontend_endpoint"])
    nodes = [each["web_application_firewall_policy_link_id"] for each in hosts]
    bare = next((each for each in nodes if not may_be_present(each)), None)
    if bare is not None or not nodes:
        at = resource.at if bare is None else bare.at
        return Absent(at) if complete else Unknown("its hosts cannot all be told", resource.at)
    return pointed(resources, nodes[0])


def lift_classic_endpoints(resources: Resources) -> Iterator[Gateway]:
    """Lift ``azurerm_cdn_endpoint``."""
    for resource in resources.of_type(ENDPOINT):
        yield Gateway(
            **resource.head,
            proxy=Known("azure-cdn", resource.at),
            public=Known(value=True, at=resource.at),
            idle_timeout=Unknown("how long Azure CDN keeps idle connections is not among the facts", resource.at),
            routes=tuple(_origins(resource, resources)),
            listeners=tuple(_listeners(resource)),
            listeners_complete=all(not argument(resource, each).is_unknown for each in _SWITCHES.values()),
            web_firewall=None,
            identifiers=literals(argument(resource, "name").string()),
        )


def _origins(resource: Resource, resources: Resources) -> Iterator[Route]:
    for origin in blocks(resource.body["origin"])[0]:
        target = target_of(origin["host_name"], resources)
        if target is not None:
            yield Route(target, Absent(resource.at), origin["host_name"].at)


def _listeners(resource: Resource) -> Iterator[Listener]:
    """Yield the doors of an endpoint: both protocols are taken until one is switched off."""
    redirects = _redirects(resource)
    for protocol, name in _SWITCHES.items():
        node = argument(resource, name)
        allowed = boolean_or_default(node, f"{ENDPOINT}.{name}")
        if isinstance(allowed, Known) and allowed.value:
            at = node.at
            stated = fact(TABLE, f"{ENDPOINT}.{name}").words
            written = Known(protocol, at) if allowed.stated else default(protocol, at, stated)
            yield listener_of(written, redirects)


def _redirects(resource: Resource) -> Value[bool]:
    """Return whether a rule of delivery sends those who come in plain text to HTTPS."""
    for name in ("delivery_rule", "global_delivery_rule"):
        rules, complete = blocks(resource.body[name])
        for rule in rules:
            for action in blocks(rule["url_redirect_action"])[0]:
                if str(action["protocol"].content).lower() == "https":
                    return Known(value=True, at=action.key_at or action.at)
        if not complete:
            return Unknown("its rules of delivery cannot all be told", resource.body[name].at)
    return Known(value=False, at=resource.at)
