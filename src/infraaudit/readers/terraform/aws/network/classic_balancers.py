"""Lifts classic load balancers with their doors, their policies and the machines behind them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Gateway,
    Known,
    Listener,
    Probe,
    ProbeKind,
    Route,
    Service,
    ServicePort,
    Unknown,
    known_value,
)
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, integer_or_default, string_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.load_balancers import location_of_balancer
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.regions import region_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import behind, means, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "aws_elb"
_ENCRYPTED = frozenset({"https", "ssl"})
_CHECK = re.compile(r"(HTTP|HTTPS|TCP|SSL):([0-9]{1,5})(/.*)?", re.IGNORECASE | re.DOTALL)
_STICKY = ("aws_lb_cookie_stickiness_policy", "aws_app_cookie_stickiness_policy")
_NEGOTIATION = "aws_lb_ssl_negotiation_policy"
_POLICY = "aws_load_balancer_policy"
_LISTENER_POLICY = "aws_load_balancer_listener_policy"
_REFERENCE = "Reference-Security-Policy"
_STICKY_TYPES = frozenset({"LBCookieStickinessPolicyType", "AppCookieStickinessPolicyType"})
_OLD = ("Protocol-SSLv3", "Protocol-TLSv1", "Protocol-TLSv1.1")
"""Protocols that a policy of one's own may switch on, oldest first."""

_NEW = "Protocol-TLSv1.2"


def lift_classic_balancers(resources: Resources) -> Iterator[Gateway | Service]:
    """Lift ``aws_elb``: the load balancer, and the service that its machines are behind."""
    for resource in resources.of_type(_TYPE):
        groups, complete = security_groups(resources, argument(resource, "security_groups"))
        ports = tuple(_ports(resource))
        target: Known[str] = Known(targets_of(resource), resource.at)
        yield Gateway(
            **resource.head,
            proxy=Known("classic-elb", resource.at),
            public=boolean_or_default(argument(resource, "internal"), "aws_elb.internal").map(_not),
            idle_timeout=integer_or_default(argument(resource, "idle_timeout"), "aws_elb.idle_timeout"),
            routes=tuple(Route(target, each.number.map(str), each.at) for each in ports),
            firewalls=groups,
            firewalls_complete=complete,
            location=location_of_balancer(resource, resources),
            crosses_zones=boolean_or_default(
                argument(resource, "cross_zone_load_balancing"), "aws_elb.cross_zone_load_balancing"
            ),
            facets=facets_of(resource, resources),
            listeners=tuple(_listeners(resource, resources)),
            listeners_complete=blocks(resource.body["listener"])[1],
            certificates_in=region_of(resource),
            identifiers=literals(argument(resource, "name").string()),
        )
        yield Service(
            address=target.value,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            ports=ports,
            ports_complete=blocks(resource.body["listener"])[1],
            selector=(),
            exposure="load balancer",
            health_check=_health_check(resource),
            sticky=_sticky(resource, resources),
        )


def targets_of(balancer: Resource) -> str:
    """Return the address of the service that stands for what a classic load balancer hands requests to."""
    return f"{balancer.address}#targets"


def _not(value: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not value


def _ports(resource: Resource) -> Iterator[ServicePort]:
    for each in blocks(resource.body["listener"])[0]:
        number, target = each["lb_port"].integer(), each["instance_port"].string()
        if not isinstance(number, Absent) and not isinstance(target, Absent):
            yield ServicePort(number, target, each["instance_port"].at)


def _listeners(resource: Resource, resources: Resources) -> Iterator[Listener]:
    """Yield the listeners, which hand on whatever comes."""
    for each in blocks(resource.body["listener"])[0]:
        protocol = _lower(each["lb_protocol"])
        encrypted = known_value(protocol) in _ENCRYPTED
        yield Listener(
            each["lb_port"].integer(),
            protocol,
            Known(value=False, at=each.at),
            each["lb_port"].at,
            tls_policy=_tls_policy(resource, each["lb_port"], resources) if encrypted else None,
            certificate=pointed(resources, each["ssl_certificate_id"]),
        )


def _lower(node: Node) -> Value[str]:
    protocol: Maybe[str] = node.string()
    return Unknown("no protocol is written", protocol.at) if isinstance(protocol, Absent) else protocol.map(str.lower)


# -- policies of a door ----------------------------------------------------------------------------------------------


def _tls_policy(balancer: Resource, port: Node, resources: Resources) -> Value[str]:
    """Return the word for what a door takes: that of a policy among these files, else that of the platform."""
    for policy in resources.of_type(_NEGOTIATION):
        if _is_of(policy, "load_balancer", "lb_port", balancer, port, resources):
            return _word(policy, "attribute")
    doubt: Unknown[str] | None = None
    for tie in resources.of_type(_LISTENER_POLICY):
        if _is_of(tie, "load_balancer_name", "load_balancer_port", balancer, port, resources):
            for name in argument(tie, "policy_names").each():
                found = behind(resources, name, _POLICY)
                if found is None:
                    doubt = Unknown("the policy of this door is not in the scan", name.at)
                elif argument(found, "policy_type_name").content == "SSLNegotiationPolicyType":
                    return _word(found, "policy_attribute")
    return doubt or string_or_default(argument(balancer, "ssl_policy"), "aws_elb.ssl_policy")


def _is_of(policy: Resource, named_by: str, port_by: str, balancer: Resource, port: Node, resources: Resources) -> bool:
    """Whether a policy is surely that of one door."""
    same = means(resources, argument(policy, named_by), balancer, "name") is True
    own, wanted = known_value(argument(policy, port_by).integer()), known_value(port.integer())
    return same and own is not None and own == wanted


def _word(policy: Resource, name: str) -> Value[str]:
    members, complete = blocks(policy.body[name])
    said = {known_value(each["name"].string()): each["value"] for each in members}
    if _REFERENCE in said:
        text = said[_REFERENCE].string()
        return Unknown("no policy is named", text.at) if isinstance(text, Absent) else text
    for protocol in _OLD:
        if protocol in said and str(said[protocol].content).lower() == "true":
            return Known(protocol, said[protocol].at)
    if not complete:
        return Unknown(f"the attributes of {policy.address} cannot be told", policy.at)
    return Known(_NEW, policy.at)


def _sticky(balancer: Resource, resources: Resources) -> Maybe[bool]:
    """Return whether a policy among these files keeps clients with their machine."""
    for policy in resources.of_type(*_STICKY):
        answer = means(resources, argument(policy, "load_balancer"), balancer, "name")
        if answer:
            return Known(value=True, at=policy.at)
    for policy in resources.of_type(_POLICY):
        kept = argument(policy, "policy_type_name").content in _STICKY_TYPES
        if kept and means(resources, argument(policy, "load_balancer_name"), balancer, "name"):
            return Known(value=True, at=policy.at)
    return Absent(balancer.at)


# -- checks -------------------------------------------------------------------------------------------------------


def _health_check(resource: Resource) -> Maybe[Probe]:
    """Return the check that is written; without one the platform asks whether the first port of a machine opens."""
    target = argument(resource, "health_check.target").string()
    if isinstance(target, Unknown):
        return Unknown(target.why, target.at)
    if isinstance(target, Absent):
        return Known(
            Probe(ProbeKind.TCP, target.at), target.at, stated=False, fact="Classic Load Balancer, health checks"
        )
    match = _CHECK.fullmatch(target.value)
    if match is None:
        return Unknown(f"{target.value} is no target of a health check", target.at)
    asks = match[1].upper() in {"HTTP", "HTTPS"}
    probe = Probe(
        ProbeKind.HTTP if asks else ProbeKind.TCP,
        target.at,
        port=Known(match[2], target.at),
        path=Known(match[3], target.at) if match[3] else Absent(target.at),
        period=argument(resource, "health_check.interval").integer(),
        timeout=argument(resource, "health_check.timeout").integer(),
        failure_threshold=argument(resource, "health_check.unhealthy_threshold").integer(),
    )
    return Known(probe, target.at)
