"""Lifts the access lists of networks: which packets get into their subnets at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from infraaudit.model import Absent, Direction, FilterEntry, Known, PacketFilter, Unknown
from infraaudit.readers.terraform.aws.network.firewalls import protocol_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.counting import apart
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

T = TypeVar("T")
_LISTS = ("aws_network_acl", "aws_default_network_acl")
_RULE = "aws_network_acl_rule"
_ASSOCIATION = "aws_network_acl_association"
_SUBNETS = ("aws_subnet", "aws_default_subnet")
_RANGES = ("cidr_block", "ipv6_cidr_block")


def lift_access_lists(resources: Resources) -> Iterator[PacketFilter]:
    """Lift ``aws_network_acl`` and ``aws_default_network_acl`` with the rules that stand beside them."""
    for resource in resources.of_type(*_LISTS):
        rules, doubt = companions(resource, resources, _RULE, "network_acl_id")
        inline = [_inline(resource, direction) for direction in Direction]
        ties, other_doubt = companions(resource, resources, _ASSOCIATION, "network_acl_id")
        subnets, complete = _subnets(resources, argument(resource, "subnet_ids"))
        for tie in ties:
            more, known = _subnets(resources, argument(tie, "subnet_id"))
            subnets, complete = (*subnets, *more), complete and known
        yield PacketFilter(
            **resource.head,
            subnets=tuple(dict.fromkeys(subnets)),
            subnets_complete=complete and other_doubt is None,
            entries=(
                *(entry for entries, _ in inline for entry in entries),
                *(entry for rule in rules for each in apart(rule) for entry in _of_resource(each)),
            ),
            entries_complete=doubt is None and all(known for _, known in inline),
        )


def _inline(resource: Resource, direction: Direction) -> tuple[list[FilterEntry], bool]:
    members, complete = blocks(resource.body[direction.value])
    ignored = ignores(resource, direction.value)
    told = isinstance(ignored, Known) and not ignored.value
    entries = [
        entry
        for each in members
        for entry in _entries(each, each["rule_no"], each["action"], Known(direction, each.at))
    ]
    return entries, complete and told


def _of_resource(rule: Resource) -> Iterator[FilterEntry]:
    outgoing = argument(rule, "egress").boolean()
    direction: Value[Direction] = (
        Known(Direction.INGRESS, rule.at) if isinstance(outgoing, Absent) else outgoing.map(_direction)
    )
    yield from _entries(rule.body, argument(rule, "rule_number"), argument(rule, "rule_action"), direction)


def _direction(outgoing: bool) -> Direction:  # noqa: FBT001 - the value that is mapped
    return Direction.EGRESS if outgoing else Direction.INGRESS


def _entries(node: Node, number: Node, action: Node, direction: Value[Direction]) -> Iterator[FilterEntry]:
    protocol = protocol_of(node["protocol"])
    whole = isinstance(protocol, Known) and protocol.value == "all"
    at = node.key_at or node.at
    for name in _RANGES:
        written = node[name].string()
        if isinstance(written, Absent):
            continue
        yield FilterEntry(
            number=_there(number.integer(), "its number"),
            allows=_there(action.string(), "what it does").map(_allows),
            direction=direction,
            protocol=protocol,
            from_port=Absent(at) if whole else node["from_port"].integer(),
            to_port=Absent(at) if whole else node["to_port"].integer(),
            range=written,
            at=at,
        )


def _allows(action: str) -> bool:
    return action.lower() == "allow"


def _there(value: Maybe[T], what: str) -> Value[T]:
    return Unknown(f"{what} is required and not written", value.at) if isinstance(value, Absent) else value


def _subnets(resources: Resources, node: Node) -> tuple[tuple[str, ...], bool]:
    found = tuple(each.address for each in mentioned(resources, node, *_SUBNETS))
    members = node.each() if node.is_list else (() if node.is_absent else (node,))
    return found, not node.open and len(found) >= len(members)
