"""Lifts the load balancers of Azure with their pools, and tells which machines are in a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Gateway,
    Known,
    Location,
    Probe,
    ProbeKind,
    Route,
    Service,
    ServiceTarget,
    Unknown,
    known_value,
)
from infraaudit.readers.terraform.azure.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_BALANCER = "azurerm_lb"
_POOL = "azurerm_lb_backend_address_pool"
_RULE = "azurerm_lb_rule"
_KINDS = {"http": ProbeKind.HTTP, "https": ProbeKind.HTTP}
GATEWAY = "azurerm_application_gateway"
"""The type of an application gateway, whose pools have no address of their own."""


def lift_balancers(resources: Resources) -> Iterator[Gateway | Service]:
    """Lift ``azurerm_lb`` with its rules, and the pools behind."""
    for resource in resources.of_type(_BALANCER):
        public = _is_public(resource)
        yield Gateway(
            **resource.head,
            proxy=Known("azure-lb", resource.at),
            public=public,
            idle_timeout=Absent(resource.at),
            routes=tuple(_routes(resource, resources)),
            location=Location(zones=_zones(resource), subnets=Absent(resource.at)),
        )
    for resource in resources.of_type(_POOL):
        balancer = behind(resources, argument(resource, "loadbalancer_id"), _BALANCER)
        yield Service(
            **resource.head,
            selector=(),
            ports_complete=False,
            exposure="load balancer",
            health_check=_health(resource, resources),
            internal=balancer is not None and known_value(_is_public(balancer)) is False,
        )


def _is_public(balancer: Resource) -> Value[bool]:
    """Return whether one of its doors has an address of the internet."""
    doors, complete = blocks(balancer.body["frontend_ip_configuration"])
    for door in doors:
        for name in ("public_ip_address_id", "public_ip_prefix_id"):
            if is_present(door[name]):
                return Known(value=True, at=door[name].at)
    doubt = next((door["public_ip_address_id"] for door in doors if door["public_ip_address_id"].is_unknown), None)
    if doubt is not None or not complete:
        return Unknown("whether it has a public address cannot be told", doubt.at if doubt is not None else balancer.at)
    return Known(value=False, at=balancer.at)


def _zones(balancer: Resource) -> Maybe[tuple[str, ...]]:
    """Return the zones that its doors name; where none is named, Azure places it."""
    doors, complete = blocks(balancer.body["frontend_ip_configuration"])
    nodes = [door["zones"] for door in doors if not door["zones"].is_absent]
    if not complete or not all(node.complete for node in nodes):
        return Unknown("the zones of its doors cannot be told", balancer.at)
    names = [known_value(each.string()) for node in nodes for each in node.each()]
    if not names:
        return Absent(balancer.at)
    if None in names:
        return Unknown("the zones of its doors cannot be told", nodes[0].at)
    return Known(tuple(dict.fromkeys(name for name in names if name)), nodes[0].at)


def _routes(balancer: Resource, resources: Resources) -> Iterator[Route]:
    for rule in resources.of_type(_RULE):
        if behind(resources, argument(rule, "loadbalancer_id"), _BALANCER) != balancer:
            continue
        for pool in _pools(rule):
            target = pointed(resources, pool)
            port = argument(rule, "backend_port").string()
            if not isinstance(target, Absent):
                yield Route(target, port, rule.at)


def _pools(rule: Resource) -> tuple[Node, ...]:
    """Return the pools of a rule; there was one alone in former versions of the provider."""
    several, one = argument(rule, "backend_address_pool_ids"), argument(rule, "backend_address_pool_id")
    return several.each() or ((one,) if not one.is_absent else ())


def _health(pool: Resource, resources: Resources) -> Maybe[Probe]:
    """Return the check that a rule of the pool makes; a rule without one sends requests whatever happens."""
    rules = [
        rule for rule in resources.of_type(_RULE) if any(pool in mentioned(resources, node) for node in _pools(rule))
    ]
    for rule in rules:
        named = argument(rule, "probe_id")
        probe = behind(resources, named, "azurerm_lb_probe")
        if probe is not None:
            return Known(_probe(probe), probe.at)
        if not named.is_absent:
            return Unknown("its probe is not in the scan", named.at)
    return Absent(pool.at) if rules else Unknown("no rule for the pool is in the scan", pool.at)


def _probe(probe: Resource) -> Probe:
    protocol = string_or_default(argument(probe, "protocol"), "azurerm_lb_probe.protocol")
    kind = _KINDS.get((known_value(protocol) or "").lower(), ProbeKind.TCP)
    return Probe(
        kind,
        probe.at,
        port=argument(probe, "port").string(),
        path=argument(probe, "request_path").string() if kind is ProbeKind.HTTP else None,
        period=integer_or_default(argument(probe, "interval_in_seconds"), "azurerm_lb_probe.interval_in_seconds"),
        failure_threshold=integer_or_default(argument(probe, "number_of_probes"), "azurerm_lb_probe.number_of_probes"),
    )


# -- who is in a pool ----------------------------------------------------------------------------------------


def targets_of_interfaces(interfaces: tuple[Resource, ...], resources: Resources) -> Iterator[ServiceTarget]:
    """Yield the pools in which the interfaces of a machine are."""
    kinds = (
        ("azurerm_network_interface_backend_address_pool_association", "backend_address_pool_id"),
        ("azurerm_network_interface_application_gateway_backend_address_pool_association", "backend_address_pool_id"),
    )
    for type_, name in kinds:
        for association in resources.of_type(type_):
            interface = behind(resources, argument(association, "network_interface_id"), "azurerm_network_interface")
            if interface is not None and interface in interfaces:
                yield _target(argument(association, name), resources)


def targets_of_set(machines: Resource, resources: Resources) -> Iterator[ServiceTarget]:
    """Yield the pools in which the machines of a scale set are."""
    for interface in blocks(machines.body["network_interface"])[0]:
        for configuration in blocks(interface["ip_configuration"])[0]:
            for name in ("load_balancer_backend_address_pool_ids", "application_gateway_backend_address_pool_ids"):
                for node in configuration[name].each():
                    yield _target(node, resources)


def _target(node: Node, resources: Resources) -> ServiceTarget:
    port: Value[int] = Unknown("the port is that of the rules of the balancer", node.at)
    gateway = behind(resources, node, GATEWAY)
    if gateway is None:
        target = pointed(resources, node)
        missing: Unknown[str] = Unknown("it names no pool", node.at)
        return ServiceTarget(missing if isinstance(target, Absent) else target, "", port, node.at)
    pools = blocks(gateway.body["backend_address_pool"])[0]
    only = known_value(pools[0]["name"].string()) if len(pools) == 1 else None
    if only is None:
        return ServiceTarget(Unknown("which of several pools it is cannot be told", node.at), "", port, node.at)
    return ServiceTarget(Known(pool_address(gateway, only), node.at), "", port, node.at)


def pool_address(gateway: Resource, name: str) -> str:
    """Return the address of a pool of an application gateway."""
    return f"{gateway.address}/pool/{name}"
