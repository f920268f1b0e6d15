"""Reads the doors of load balancers: their ports, protocols, certificates, and what they do with a request first."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Listener, Unknown
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.aws.network.certificates import certificate_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, may_be_present
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

BALANCERS = ("aws_lb", "aws_alb")
LISTENERS = ("aws_lb_listener", "aws_alb_listener")
_RULES = ("aws_lb_listener_rule", "aws_alb_listener_rule")
_CERTIFICATES = ("aws_lb_listener_certificate", "aws_alb_listener_certificate")
_ENCRYPTED = frozenset({"https", "tls", "ssl"})
_ANSWERING_ITSELF = frozenset({"redirect", "fixed-response"})


def listeners_of(balancer: Resource, resources: Resources) -> tuple[Listener, ...]:
    """Return the listeners of a load balancer."""
    return tuple(_listener(each, resources) for each in resources.derived(_by_balancer).get(balancer.address, ()))


def _by_balancer(resources: Resources) -> Mapping[str, Sequence[Resource]]:
    return _grouped(resources, LISTENERS, "load_balancer_arn", BALANCERS)


def _by_listener(resources: Resources) -> Mapping[str, Sequence[Resource]]:
    return _grouped(resources, _RULES, "listener_arn", LISTENERS)


def _grouped(
    resources: Resources, types: Sequence[str], name: str, behind_types: Sequence[str]
) -> Mapping[str, Sequence[Resource]]:
    groups: dict[str, list[Resource]] = defaultdict(list)
    for each in resources.of_type(*types):
        owner = behind(resources, argument(each, name), *behind_types)
        if owner is not None:
            groups[owner.address].append(each)
    return groups


def listeners_complete(resources: Resources) -> bool:
    """Tell whether every listener says to which load balancer it belongs, and surely is there."""
    unsure = any(not argument(each, "load_balancer_arn").mentions for each in resources.of_type(*LISTENERS))
    return not unsure and not any(each.type in LISTENERS for each in resources.perhaps)


def _listener(listener: Resource, resources: Resources) -> Listener:
    protocol = _protocol(listener)
    encrypted = isinstance(protocol, Known) and protocol.value in _ENCRYPTED
    policy = argument(listener, "ssl_policy")
    return Listener(
        argument(listener, "port").integer(),
        protocol,
        _only_redirects(listener, resources),
        listener.at,
        tls_policy=string_or_default(policy, "aws_lb_listener.ssl_policy") if encrypted else None,
        certificate=certificate_of(resources, argument(listener, "certificate_arn")),
        further=tuple(_further(listener, resources)),
        further_complete=not any(each.type in _CERTIFICATES for each in resources.perhaps),
        hosts=tuple(_hosts(listener, resources)),
    )


def _further(listener: Resource, resources: Resources) -> Iterator[Value[str]]:
    """Yield the certificates that a listener holds beside its own."""
    for each in resources.of_type(*_CERTIFICATES):
        if listener in mentioned(resources, argument(each, "listener_arn")):
            named = certificate_of(resources, argument(each, "certificate_arn"))
            yield Unknown("no certificate is named", named.at) if isinstance(named, Absent) else named


def _hosts(listener: Resource, resources: Resources) -> Iterator[Value[str]]:
    """Yield the hosts by which the rules of a listener choose."""
    for rule in resources.derived(_by_listener).get(listener.address, ()):
        for condition in blocks(rule.body["condition"])[0]:
            for wanted in blocks(condition["host_header"])[0]:
                for value in wanted["values"].each():
                    text = value.string()
                    if not isinstance(text, Absent):
                        yield text


def _protocol(listener: Resource) -> Value[str]:
    """Return the protocol; one that is not written is HTTP, unless a certificate tells of encryption."""
    node = argument(listener, "protocol")
    if node.is_absent and may_be_present(argument(listener, "certificate_arn")):
        return Known("https", argument(listener, "certificate_arn").at)
    return string_or_default(node, "aws_lb_listener.protocol").map(str.lower)


def _only_redirects(listener: Resource, resources: Resources) -> Value[bool]:
    """Return whether a listener and its rules hand no request on to a target."""
    actions = [(listener, listener.body["default_action"])]
    actions += [(rule, rule.body["action"]) for rule in resources.derived(_by_listener).get(listener.address, ())]
    doubt: Unknown[bool] | None = None
    for holder, node in actions:
        members, complete = blocks(node)
        for action in members:
            kind = action["type"].string()
            if isinstance(kind, Known) and kind.value not in _ANSWERING_ITSELF:
                return Known(value=False, at=action["type"].at)
            if not isinstance(kind, Known):
                doubt = Unknown("what a listener does with requests cannot be told", holder.at)
        if not complete or not members:
            doubt = Unknown("what a listener does with requests cannot be told", holder.at)
    return doubt or Known(value=True, at=listener.at)
