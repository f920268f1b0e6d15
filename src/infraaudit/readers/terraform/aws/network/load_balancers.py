"""Lifts load balancers with their listeners and rules, and the target groups that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Gateway,
    Known,
    Location,
    Node,
    Probe,
    ProbeKind,
    Route,
    Service,
    ServicePort,
    Unknown,
    known_value,
)
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, integer_or_default, string_or_default
from infraaudit.readers.terraform.aws.edge.associations import firewall_before
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.listeners import (
    BALANCERS,
    LISTENERS,
    listeners_complete,
    listeners_of,
)
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.network.subnets import location_of, zones_named
from infraaudit.readers.terraform.aws.regions import region_of
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, literals, reason
from infraaudit.readers.terraform.lifting.pointing import behind, certain, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_RULES = ("aws_lb_listener_rule", "aws_alb_listener_rule")
_GROUPS = ("aws_lb_target_group", "aws_alb_target_group")
_PROXIES = {"application": "alb", "network": "nlb", "gateway": "gwlb"}
_WITHOUT_WEB_FIREWALL = frozenset({"nlb", "gwlb"})
"""Load balancers that do not read requests, so that no rules for web requests can stand before them."""

_HTTP = frozenset({"http", "https"})
_DATAGRAMS = frozenset({"UDP", "TCP_UDP", "QUIC", "TCP_QUIC", "GENEVE"})
_TRAFFIC_PORT = "traffic-port"


def lift_balancers(resources: Resources) -> Iterator[Gateway]:
    """Lift ``aws_lb`` and ``aws_alb``."""
    routes = _routes(resources)
    for resource in resources.of_type(*BALANCERS):
        proxy = _proxy(resource)
        groups, complete = security_groups(resources, argument(resource, "security_groups"))
        yield Gateway(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            proxy=proxy,
            public=boolean_or_default(argument(resource, "internal"), "aws_lb.internal").map(_not),
            idle_timeout=_idle_timeout(resource, proxy),
            routes=tuple(routes.get(resource.address, ())),
            firewalls=groups,
            firewalls_complete=complete,
            location=location_of_balancer(resource, resources),
            crosses_zones=_crosses_zones(resource, proxy),
            facets=facets_of(resource, resources),
            listeners=listeners_of(resource, resources),
            listeners_complete=resources.derived(listeners_complete),
            web_firewall=None if known_value(proxy) in _WITHOUT_WEB_FIREWALL else firewall_before(resource, resources),
            certificates_in=region_of(resource),
            odd_headers=_odd_headers(resource, proxy),
            smuggling=_smuggling(resource, proxy),
            identifiers=literals(argument(resource, "name").string()),
        )


def _odd_headers(resource: Resource, proxy: Value[str]) -> Value[bool] | None:
    """Return whether headers that are none are handed on; only application load balancers read any."""
    if known_value(proxy) != "alb":
        return None
    return boolean_or_default(
        argument(resource, "drop_invalid_header_fields"), "aws_lb.drop_invalid_header_fields"
    ).map(_not)


def _smuggling(resource: Resource, proxy: Value[str]) -> Value[str] | None:
    if known_value(proxy) != "alb":
        return None
    return string_or_default(argument(resource, "desync_mitigation_mode"), "aws_lb.desync_mitigation_mode")


def location_of_balancer(resource: Resource, resources: Resources) -> Location:
    """Return where a load balancer stands: in the subnets or zones that it lists, or in those of its mappings."""
    subnets = argument(resource, "subnets")
    if not subnets.is_absent:
        return location_of(resources, subnets)
    mappings, complete = blocks(resource.body["subnet_mapping"])
    if mappings or not complete:
        listed = tuple(each["subnet_id"] for each in mappings)
        return location_of(resources, Node(listed, resource.body["subnet_mapping"].at, open=not complete))
    zones = argument(resource, "availability_zones")
    return Location(zones=zones_named(zones), subnets=Absent(zones.at))


def _crosses_zones(resource: Resource, proxy: Value[str]) -> Value[bool]:
    if isinstance(proxy, Known) and proxy.value == "alb":
        stated = fact("aws_defaults", "aws_lb.application_crosses_zones")
        return Known(bool(stated.value), resource.at, stated=False, fact=stated.words)
    return boolean_or_default(
        argument(resource, "enable_cross_zone_load_balancing"), "aws_lb.enable_cross_zone_load_balancing"
    )


def _not(value: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not value


def _proxy(resource: Resource) -> Value[str]:
    written = string_or_default(argument(resource, "load_balancer_type"), "aws_lb.load_balancer_type")
    if isinstance(written, Known) and written.value not in _PROXIES:
        return Unknown(f"{written.value} is no type of load balancer", written.at)
    return written.map(_proxy_name)


def _proxy_name(type_: str) -> str:
    return _PROXIES.get(type_, type_)


def _idle_timeout(resource: Resource, proxy: Value[str]) -> Maybe[int]:
    """Return how long an unused connection to a target is kept; only application load balancers keep any."""
    node = argument(resource, "idle_timeout")
    if isinstance(proxy, Known):
        return integer_or_default(node, "aws_lb.idle_timeout") if proxy.value == "alb" else Absent(node.at)
    return Unknown(f"the type of the load balancer cannot be told: {proxy.why}", proxy.at)


# -- routes --------------------------------------------------------------------------------------------------


def _routes(resources: Resources) -> dict[str, list[Route]]:
    """Return the routes of every load balancer, those of the listeners before those of their rules."""
    routes: dict[str, list[Route]] = {}
    balancers: dict[str, str] = {}
    for listener in resources.of_type(*LISTENERS):
        balancer = behind(resources, argument(listener, "load_balancer_arn"), *BALANCERS)
        if balancer is not None:
            balancers[listener.address] = balancer.address
            found = _forwards(resources, listener.body["default_action"], "", "")
            routes.setdefault(balancer.address, []).extend(found)
    for rule in resources.of_type(*_RULES):
        named = behind(resources, argument(rule, "listener_arn"), *LISTENERS)
        address = balancers.get(named.address) if named is not None else None
        if address is not None:
            host, path = _condition(rule, "host_header"), _condition(rule, "path_pattern")
            routes[address].extend(_forwards(resources, rule.body["action"], host, path))
    return routes


def _forwards(resources: Resources, actions: Node, host: str, path: str) -> Iterator[Route]:
    for action in blocks(actions)[0]:
        targets = [action["target_group_arn"]]
        targets += [
            group["arn"] for forward in blocks(action["forward"])[0] for group in blocks(forward["target_group"])[0]
        ]
        for target in targets:
            if not target.is_absent:
                service = certain(resources, target, "no target group is named")
                yield Route(service, _port_of(resources, service, target), target.at, host, path)


def _port_of(resources: Resources, service: Value[str], node: Node) -> Maybe[str]:
    group = resolve(resources, service.value) if isinstance(service, Known) else None
    return Absent(node.at) if group is None else argument(group, "port").string()


def _condition(rule: Resource, name: str) -> str:
    """Return the first value of a condition of a rule."""
    for condition in blocks(rule.body["condition"])[0]:
        for wanted in blocks(condition[name])[0]:
            for value in wanted["values"].each():
                return known_value(value.string()) or ""
    return ""


# -- target groups -------------------------------------------------------------------------------------------


def lift_target_groups(resources: Resources) -> Iterator[Service]:
    """Lift ``aws_lb_target_group`` and ``aws_alb_target_group``."""
    registered = _registered_ports(resources)
    for resource in resources.of_type(*_GROUPS):
        yield Service(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            ports=tuple(_ports(resource, registered.get(resource.address, ()))),
            selector=(),
            exposure="load balancer",
            health_check=_health_check(resource),
            drain=integer_or_default(
                argument(resource, "deregistration_delay"), "aws_lb_target_group.deregistration_delay"
            ),
            crosses_zones=_overridden(resource),
            sticky=_sticky(resource),
        )


def _overridden(resource: Resource) -> Maybe[bool]:
    """Return what a group says of other zones itself, absent where it leaves that to its load balancer."""
    written = argument(resource, "load_balancing_cross_zone_enabled").string()
    if isinstance(written, Known) and written.value not in {"true", "false"}:
        return Absent(written.at)
    return written.map(_is_true_word)


def _is_true_word(word: str) -> bool:
    return word == "true"


def _sticky(resource: Resource) -> Maybe[bool] | None:
    """Return whether clients stay with their target; with packets of UDP that is how they find it, and no choice."""
    if argument(resource, "protocol").content in _DATAGRAMS:
        return None
    written = block(resource, "stickiness")
    if written.is_absent:
        return Absent(written.at)
    return boolean_or_default(argument(resource, "stickiness.enabled"), "aws_lb_target_group.stickiness.enabled")


def _registered_ports(resources: Resources) -> dict[str, list[Node]]:
    """Return, for each target group, the container ports that services of ECS register there."""
    ports: dict[str, list[Node]] = {}
    for service in resources.of_type("aws_ecs_service"):
        for member in blocks(service.body["load_balancer"])[0]:
            group = behind(resources, member["target_group_arn"], *_GROUPS)
            if group is not None and not member["container_port"].is_absent:
                ports.setdefault(group.address, []).append(member["container_port"])
    return ports


def _ports(resource: Resource, registered: Sequence[Node]) -> Iterator[ServicePort]:
    """Return the door of a target group. The port that a target registers with comes before the group's own."""
    node = argument(resource, "port")
    number = node.integer()
    targets = [text for each in registered or (node,) if not isinstance(text := each.string(), Absent)]
    if isinstance(number, Absent) or not targets:
        return
    target = targets[0]
    if len({known_value(each) for each in targets}) > 1:
        target = Unknown(f"targets register with different ports at {resource.address}", node.at)
    yield ServicePort(number, target, node.at, health_port=_health_port(resource))


def _health_port(resource: Resource) -> Maybe[str]:
    """Return the port of the health check where it is not that of the traffic."""
    port = argument(resource, "health_check.port").string()
    return Absent(port.at) if isinstance(port, Known) and port.value == _TRAFFIC_PORT else port


def _health_check(resource: Resource) -> Maybe[Probe]:
    checked = _is_checked(resource)
    if isinstance(checked, Unknown):
        return Unknown(checked.why, checked.at)
    if not checked.value:
        return Absent(checked.at)
    protocol = _protocol(resource)
    if isinstance(protocol, Unknown):
        return Unknown(protocol.why, protocol.at)
    kind = ProbeKind.HTTP if protocol.value in _HTTP else ProbeKind.TCP
    return Known(_probe(resource, kind, checked.at), checked.at, checked.stated, checked.fact)


def _is_checked(resource: Resource) -> Value[bool]:
    """Return whether targets are checked: by default they are, unless they are functions."""
    check = block(resource, "health_check")
    if check.is_unknown:
        return Unknown(reason(check), check.at)
    enabled = argument(resource, "health_check.enabled").boolean()
    if not isinstance(enabled, Absent):
        return enabled
    place = check.key_at or check.at
    row = "lambda" if argument(resource, "target_type").content == "lambda" else "enabled"
    stated = fact("aws_defaults", f"aws_lb_target_group.health_check.{row}")
    return Known(bool(stated.value), place, stated=not check.is_absent, fact=stated.words)


def _protocol(resource: Resource) -> Value[str]:
    """Return the protocol of the health check: what is written, else TCP where the traffic is not HTTP."""
    written = argument(resource, "health_check.protocol").string()
    if not isinstance(written, Absent):
        return written.map(str.lower)
    traffic = argument(resource, "protocol").string()
    if isinstance(traffic, Absent):
        return string_or_default(argument(resource, "protocol"), "aws_lb_target_group.protocol").map(str.lower)
    return traffic.map(_check_of)


def _check_of(protocol: str) -> str:
    return "http" if protocol.lower() in _HTTP else "tcp"


def _probe(resource: Resource, kind: ProbeKind, at: Span) -> Probe:
    prefix = "aws_lb_target_group.health_check"
    path = argument(resource, "health_check.path")
    return Probe(
        kind,
        at,
        port=_health_port(resource),
        path=string_or_default(path, f"{prefix}.path") if kind is ProbeKind.HTTP else Absent(path.at),
        period=integer_or_default(argument(resource, "health_check.interval"), f"{prefix}.interval"),
        timeout=argument(resource, "health_check.timeout").integer(),
        failure_threshold=integer_or_default(
            argument(resource, "health_check.unhealthy_threshold"), f"{prefix}.unhealthy_threshold"
        ),
        accepts=argument(resource, "health_check.matcher").string() if kind is ProbeKind.HTTP else None,
    )
