"""Lifts the application gateways of Azure: their rules, the pools behind, and how these are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Gateway,
    Known,
    Location,
    Probe,
    ProbeKind,
    Route,
    Service,
    Unknown,
    default,
    known_value,
)
from infraaudit.readers.terraform.azure.compute.app_service import APPS
from infraaudit.readers.terraform.azure.defaults import TABLE, integer_or_default
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.network.listeners import listeners_of_gateway
from infraaudit.readers.terraform.azure.network.load_balancers import GATEWAY, pool_address
from infraaudit.readers.terraform.azure.network.networks import subnets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_present, literals
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SETTINGS = "backend_http_settings"


def lift_application_gateways(resources: Resources) -> Iterator[Gateway | Service]:
    """Lift ``azurerm_application_gateway`` with a service for each of its pools."""
    for resource in resources.of_type(GATEWAY):
        doors, _ = blocks(resource.body["gateway_ip_configuration"])
        listeners, complete = listeners_of_gateway(resource, resources)
        yield Gateway(
            **resource.head,
            proxy=Known("application-gateway", resource.at),
            public=_is_public(resource),
            idle_timeout=Absent(resource.at),
            response_limit=_response_limit(resource),
            routes=tuple(_routes(resource, resources)),
            listeners=listeners,
            listeners_complete=complete,
            web_firewall=_web_firewall(resource, resources),
            facets=facets_of(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
            location=Location(
                zones=_zones(resource),
                subnets=subnets_of([door["subnet_id"] for door in doors], resources) if doors else Absent(resource.at),
            ),
        )
        for pool in _named(resource, "backend_address_pool"):
            yield _service(resource, pool)


def _web_firewall(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the rules for web requests before a gateway: a policy that it names, or those written within it."""
    policy = argument(resource, "firewall_policy_id")
    if not policy.is_absent:
        return pointed(resources, policy)
    enabled = argument(resource, "waf_configuration.enabled").boolean()
    if isinstance(enabled, Unknown):
        return Unknown(enabled.why, enabled.at)
    return (
        Known(f"{resource.address}#waf", enabled.at)
        if isinstance(enabled, Known) and enabled.value
        else Absent(enabled.at)
    )


def _named(resource: Resource, name: str) -> dict[str, Node]:
    """Return the blocks of a kind by their names."""
    members = blocks(resource.body[name])[0]
    return {text: each for each in members if (text := known_value(each["name"].string())) is not None}


def _is_public(resource: Resource) -> Value[bool]:
    doors, complete = blocks(resource.body["frontend_ip_configuration"])
    for door in doors:
        if is_present(door["public_ip_address_id"]):
            return Known(value=True, at=door["public_ip_address_id"].at)
    if not complete or any(door["public_ip_address_id"].is_unknown for door in doors):
        return Unknown("whether it has a public address cannot be told", resource.at)
    return Known(value=False, at=resource.at)


def _zones(resource: Resource) -> Maybe[tuple[str, ...]]:
    node = argument(resource, "zones")
    names = [known_value(each.string()) for each in node.each()]
    if node.is_absent or (node.complete and not names):
        return Absent(node.at)
    known = tuple(name for name in names if name is not None)
    if not node.complete or len(known) < len(names):
        return Unknown("the zones cannot be told", node.at)
    return Known(known, node.at)


def _response_limit(resource: Resource) -> Maybe[int]:
    """Return how long it waits for an answer, where that is the same for all pools."""
    members, complete = blocks(resource.body[_SETTINGS])
    limits = [integer_or_default(each["request_timeout"], f"{GATEWAY}.request_timeout") for each in members]
    doubt = next((each for each in limits if isinstance(each, Unknown)), None)
    if doubt is not None:
        return doubt
    known = [each for each in limits if isinstance(each, Known)]
    if not complete or not known or len({each.value for each in known}) > 1:
        return Unknown("how long it waits differs from pool to pool, or cannot be told", resource.at)
    return known[0]


# -- rules ---------------------------------------------------------------------------------------------------


def _routes(resource: Resource, resources: Resources) -> Iterator[Route]:
    pools, maps = _named(resource, "backend_address_pool"), _named(resource, "url_path_map")
    for rule in blocks(resource.body["request_routing_rule"])[0]:
        yield from _route(resource, resources, pools, rule, rule["backend_address_pool_name"])
        paths = maps.get(known_value(rule["url_path_map_name"].string()) or "")
        if paths is None:
            continue
        yield from _route(resource, resources, pools, paths, paths["default_backend_address_pool_name"])
        for each in blocks(paths["path_rule"])[0]:
            path = known_value(first(each["paths"]).string()) or ""
            yield from _route(resource, resources, pools, each, each["backend_address_pool_name"], path)


def _route(
    resource: Resource, resources: Resources, pools: dict[str, Node], rule: Node, name: Node, path: str = ""
) -> Iterator[Route]:
    """Yield the way to a pool: to the apps that it names, else to the pool itself."""
    if name.is_absent:
        return
    at = rule.key_at or rule.at
    text = name.string()
    if not isinstance(text, Known):
        named = (app for each in pools.values() for app in mentioned(resources, each["fqdns"], *APPS))
        ends = (resource.address, *(f"{app.address}#front" for app in named))
        yield Route(Unknown("which pool is meant cannot be told", name.at, mentions=ends), Absent(at), at, path=path)
        return
    pool = pools.get(text.value)
    apps = mentioned(resources, pool["fqdns"], *APPS) if pool is not None else ()
    for app in apps:
        yield Route(Known(f"{app.address}#front", at), Absent(at), at, path=path)
    if not apps:
        yield Route(Known(pool_address(resource, text.value), at), Absent(at), at, path=path)


# -- pools ---------------------------------------------------------------------------------------------------


def _service(resource: Resource, name: str) -> Service:
    settings = _settings_of(resource, name)
    return Service(
        address=pool_address(resource, name),
        kind="pool of",
        name=f"{resource.type} {resource.name}: {name}",
        at=resource.at,
        deployment=resource.deployment,
        selector=(),
        ports_complete=False,
        exposure="gateway",
        health_check=_health(resource, settings),
        drain=_drain(settings),
    )


def _settings_of(resource: Resource, pool: str) -> Node | None:
    """Return the settings with which a rule hands requests to a pool, if one rule alone does."""
    holders = [
        *blocks(resource.body["request_routing_rule"])[0],
        *(each for paths in _named(resource, "url_path_map").values() for each in blocks(paths["path_rule"])[0]),
    ]
    names = {
        known_value(each["backend_http_settings_name"].string())
        for each in holders
        if known_value(each["backend_address_pool_name"].string()) == pool
    }
    return _named(resource, _SETTINGS).get(next(iter(names)) or "") if len(names) == 1 else None


def _health(resource: Resource, settings: Node | None) -> Maybe[Probe]:
    """Return the check of a pool: the probe that its settings name, else the one that a gateway makes by itself."""
    if settings is None:
        return Unknown("which settings the pool is reached with cannot be told", resource.at)
    named = settings["probe_name"].string()
    if isinstance(named, Unknown):
        return Unknown(named.why, named.at)
    if isinstance(named, Known):
        node = _named(resource, "probe").get(named.value)
        return Known(_probe(node), named.at) if node is not None else Unknown("its probe cannot be told", named.at)
    own = fact(TABLE, f"{GATEWAY}.probe_path")
    path = default(str(own.value), settings.at, own.words)
    return default(Probe(ProbeKind.HTTP, settings.at, path=path), settings.at, own.words)


def _probe(node: Node) -> Probe:
    return Probe(
        ProbeKind.HTTP,
        node.key_at or node.at,
        path=node["path"].string(),
        period=node["interval"].integer(),
        timeout=node["timeout"].integer(),
        failure_threshold=node["unhealthy_threshold"].integer(),
    )


def _drain(settings: Node | None) -> Maybe[int] | None:
    if settings is None:
        return None
    draining = first(settings["connection_draining"])
    if draining.is_absent or draining["enabled"].content is False:
        return Absent(settings.at)
    return draining["drain_timeout_sec"].integer()
