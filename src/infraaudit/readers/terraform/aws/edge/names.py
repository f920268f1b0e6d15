"""Lifts the records of Amazon Route 53."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, NameRecord, Unknown, known_value
from infraaudit.readers.terraform.lifting.arguments import argument, first, is_present, may_be_present
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ZONE = "aws_route53_zone"
_ROUTINGS = {
    "failover_routing_policy": "failover",
    "weighted_routing_policy": "weighted",
    "latency_routing_policy": "latency",
    "geolocation_routing_policy": "geolocation",
    "geoproximity_routing_policy": "geoproximity",
    "cidr_routing_policy": "cidr",
}


def lift_names(resources: Resources) -> Iterator[NameRecord]:
    """Lift ``aws_route53_record``."""
    for resource in resources.of_type("aws_route53_record"):
        targets, complete = _targets(resource, resources)
        type_ = argument(resource, "type").string()
        yield NameRecord(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            host=_required(argument(resource, "name")),
            type=Unknown("no type is written", type_.at) if isinstance(type_, Absent) else type_,
            targets=targets,
            targets_complete=complete,
            routing=_routing(resource),
            role=argument(resource, "failover_routing_policy.type").string(),
            checked=_checked(resource),
            ttl=argument(resource, "ttl").integer(),
            public=_public(resource, resources),
        )


def _required(node: Node) -> Value[str]:
    written = node.string()
    return Unknown("no name is written", written.at) if isinstance(written, Absent) else written


def _targets(resource: Resource, resources: Resources) -> tuple[tuple[Value[str], ...], bool]:
    """Return what a record leads to: its alias, or its answers."""
    alias = argument(resource, "alias")
    if may_be_present(alias):
        block = first(alias)
        return (_target(block["name"], resources),), not block.is_unknown
    node = argument(resource, "records")
    return tuple(_target(each, resources) for each in node.each()), node.complete


def _target(node: Node, resources: Resources) -> Value[str]:
    reference = reference_of(node)
    if reference is not None:
        return Known(address_of(resources, reference.target), node.at)
    written = node.string()
    if isinstance(written, Unknown):
        mentions = tuple(dict.fromkeys(address_of(resources, each) for each in node.mentions))
        return Unknown(written.why, written.at, mentions=mentions)
    return Unknown("no answer is written", written.at) if isinstance(written, Absent) else written


def _routing(resource: Resource) -> Maybe[str]:
    for name, routing in _ROUTINGS.items():
        node = argument(resource, name)
        if is_present(node):
            return Known(routing, node.at)
        if node.is_unknown or node.open:
            return Unknown("how an answer is chosen cannot be told", node.at)
    several = argument(resource, "multivalue_answer_routing_policy").boolean()
    if isinstance(several, Known) and several.value:
        return Known("multivalue", several.at)
    return Unknown(several.why, several.at) if isinstance(several, Unknown) else Absent(resource.at)


def _checked(resource: Resource) -> Value[bool]:
    """Return whether an answer that does not work is left out: by a check of its own, or by that of its target."""
    check = argument(resource, "health_check_id")
    if is_present(check):
        return Known(value=True, at=check.at)
    evaluated = argument(resource, "alias.evaluate_target_health").boolean()
    if isinstance(evaluated, Known) and evaluated.value:
        return evaluated
    for each in (check.string(), evaluated):
        if isinstance(each, Unknown):
            return Unknown(each.why, each.at)
    return Known(value=False, at=evaluated.at)


def _public(resource: Resource, resources: Resources) -> Maybe[bool]:
    """Return whether the internet may ask: a zone that belongs to a network is private."""
    node = argument(resource, "zone_id")
    zone = behind(resources, node, _ZONE)
    if zone is None:
        written = known_value(node.string()) or next(iter(node.mentions), "without a name")
        return Unknown(f"the zone '{written}' is not in the scan", node.at, mentions=node.mentions)
    network = argument(zone, "vpc")
    if network.is_unknown or network.open:
        return Unknown("whether its zone is private cannot be told", network.at)
    return Known(not may_be_present(network), zone.at)
