"""Lifts security groups and their rules, written inside the group or as resources of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Attachment, Direction, FirewallGroup, FirewallRule, Known, Node, Unknown, default
from infraaudit.model.node import Unresolved
from infraaudit.readers.terraform.aws.network.security_groups import GROUPS
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, is_true, reason
from infraaudit.readers.terraform.lifting.counting import apart
from infraaudit.readers.terraform.lifting.lifecycle import ignores
from infraaudit.readers.terraform.lifting.pointing import behind, pointed, reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_EVERY = "all"
_PROTOCOLS = {"-1": _EVERY, "all": _EVERY, "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_SEPARATE = {
    "aws_vpc_security_group_ingress_rule": Direction.INGRESS,
    "aws_vpc_security_group_egress_rule": Direction.EGRESS,
}
_SSH = 22
_PREFIX_LIST = "aws_ec2_managed_prefix_list"


@dataclass(frozen=True, slots=True)
class _Written:
    """One rule before lifting: where it stands, and the arguments with its ports, protocol and sources."""

    resource: Resource
    address: str
    name: str
    group: Maybe[str]
    direction: Direction
    body: Node
    protocol: Node
    sources: tuple[Node, ...]
    prefix_lists: Node
    peers: tuple[Node, ...]


def lift_groups(resources: Resources) -> Iterator[FirewallGroup]:
    """Lift the security groups."""
    for resource in resources.of_type(*GROUPS):
        yield FirewallGroup(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            rules_complete=not any(_is_changed(resource, each) for each in ("ingress", "egress")),
        )


def _is_changed(group: Resource, attribute: str) -> bool:
    """Whether others may change the rules of a group behind the back of the configuration."""
    ignored = ignores(group, attribute)
    return isinstance(ignored, Unknown) or ignored.value


def lift_rules(resources: Resources) -> Iterator[FirewallRule]:
    """Lift the rules, those inside groups under the address of the group, their direction and their number."""
    for resource in resources.of_type(*GROUPS):
        for direction in Direction:
            yield from _inline(resource, direction, resources)
    for resource in resources.of_type("aws_security_group_rule"):
        for each in apart(resource):
            yield from _attached(each, resources)
    for type_, direction in _SEPARATE.items():
        for resource in resources.of_type(type_):
            for each in apart(resource):
                yield _rule(_separate(each, direction, resources), resources)


def _inline(group: Resource, direction: Direction, resources: Resources) -> Iterator[FirewallRule]:
    node = group.body[direction.value]
    members, complete = blocks(node)
    for number, member in enumerate(members):
        written = _Written(
            resource=group,
            address=f"{group.address}/{direction.value}/{number}",
            name=f"{group.name} {direction.value} {number}",
            group=Known(group.address, group.at),
            direction=direction,
            body=member,
            protocol=member["protocol"],
            sources=(member["cidr_blocks"], member["ipv6_cidr_blocks"]),
            prefix_lists=member["prefix_list_ids"],
            peers=(member["security_groups"], *_itself(member["self"])),
        )
        yield _rule(written, resources)
    if not complete:
        yield _untold(group, direction, node)


def _untold(group: Resource, direction: Direction, node: Node) -> FirewallRule:
    """Return the rule that stands for those of a group which cannot be told."""
    why = reason(node) if node.is_unknown else f"some {direction.value} rules of {group.address} cannot be told"
    return FirewallRule(
        address=f"{group.address}/{direction.value}/unknown",
        kind=group.type,
        name=f"{group.name} {direction.value}",
        at=node.key_at or node.at,
        deployment=group.deployment,
        group=Known(group.address, group.at),
        direction=direction,
        protocol=Unknown(why, node.at),
        from_port=Unknown(why, node.at),
        to_port=Unknown(why, node.at),
        sources=(Unknown(why, node.at),),
        sources_complete=False,
        peers=(Unknown(why, node.at),),
        peers_complete=False,
    )


def _attached(resource: Resource, resources: Resources) -> Iterator[FirewallRule]:
    """Lift ``aws_security_group_rule``; one whose direction cannot be told is left to be opaque."""
    direction = argument(resource, "type").string()
    if isinstance(direction, Known) and direction.value in {each.value for each in Direction}:
        yield _rule(_of_resource(resource, Direction(direction.value), resources), resources)


def _of_resource(resource: Resource, direction: Direction, resources: Resources) -> _Written:
    return _Written(
        resource=resource,
        address=resource.address,
        name=resource.name,
        group=_group(resource, resources),
        direction=direction,
        body=resource.body,
        protocol=argument(resource, "protocol"),
        sources=(argument(resource, "cidr_blocks"), argument(resource, "ipv6_cidr_blocks")),
        prefix_lists=argument(resource, "prefix_list_ids"),
        peers=(argument(resource, "source_security_group_id"), *_itself(argument(resource, "self"))),
    )


def _separate(resource: Resource, direction: Direction, resources: Resources) -> _Written:
    return _Written(
        resource=resource,
        address=resource.address,
        name=resource.name,
        group=_group(resource, resources),
        direction=direction,
        body=resource.body,
        protocol=argument(resource, "ip_protocol"),
        sources=(argument(resource, "cidr_ipv4"), argument(resource, "cidr_ipv6")),
        prefix_lists=argument(resource, "prefix_list_id"),
        peers=(argument(resource, "referenced_security_group_id"),),
    )


def _itself(node: Node) -> tuple[Node, ...]:
    """Return the argument by which a rule admits the members of its own group, unless that is surely not so."""
    value = node.boolean()
    return () if isinstance(value, Absent) or (isinstance(value, Known) and not value.value) else (node,)


def _group(resource: Resource, resources: Resources) -> Maybe[str]:
    node = argument(resource, "security_group_id")
    found = behind(resources, node, *GROUPS)
    return pointed(resources, node) if found is None else Known(found.address, node.at)


def _rule(written: _Written, resources: Resources) -> FirewallRule:
    protocol = protocol_of(written.protocol)
    sources, complete = _sources(written.sources, written.prefix_lists, resources)
    peers = tuple(each for node in written.peers for each in _peers(node, written.group, resources))
    whole = isinstance(protocol, Known) and protocol.value == _EVERY
    place = written.resource.at if written.body is written.resource.body else written.body.key_at or written.body.at
    return FirewallRule(
        address=written.address,
        kind=written.resource.type,
        name=written.name,
        at=place,
        deployment=written.resource.deployment,
        group=written.group,
        direction=written.direction,
        protocol=protocol,
        from_port=Absent(place) if whole else written.body["from_port"].integer(),
        to_port=Absent(place) if whole else written.body["to_port"].integer(),
        sources=sources,
        sources_complete=complete,
        peers=peers,
        peers_complete=all(isinstance(each, Known) for each in peers),
    )


def _peers(node: Node, own: Maybe[str], resources: Resources) -> Iterator[Value[str]]:
    """Yield the groups that a rule names, its own where it names itself."""
    for member in _members(node):
        if is_true(member):
            yield own if not isinstance(own, Absent) else Unknown("its own group cannot be told", member.at)
            continue
        named = behind(resources, member, *GROUPS)
        target = pointed(resources, member) if named is None else Known(named.address, member.at)
        if not isinstance(target, Absent):
            yield target


def protocol_of(node: Node) -> Value[str]:
    """Return a protocol by the one name that it has here, whether a number or a word is written."""
    written = node.string()
    if isinstance(written, Absent):
        return Unknown("no protocol is written", written.at)
    return written.map(_protocol_name)


def _protocol_name(text: str) -> str:
    return _PROTOCOLS.get(text.lower(), text.lower())


def _sources(ranges: tuple[Node, ...], prefix_lists: Node, resources: Resources) -> tuple[tuple[Value[str], ...], bool]:
    """Return the address ranges of a rule, each with its place, and whether these are all of them.

    What cannot be told is among them as an unknown range.
    """
    found = [text for node in ranges for text in _ranges(node)]
    for member in _members(prefix_lists):
        found.extend(_prefix_list(member, resources))
    return tuple(found), all(isinstance(each, Known) for each in found)


def _ranges(node: Node) -> Iterator[Value[str]]:
    for member in _members(node):
        text = member.string()
        if not isinstance(text, Absent):
            yield text


def _members(node: Node) -> Iterator[Node]:
    """Yield the elements of a list or the single value, and an unknown one for those that cannot be told."""
    if node.is_absent:
        return
    if not node.is_list:
        yield node
        return
    yield from node.each()
    if node.open:
        yield Node(Unresolved("some of these cannot be told"), node.at)


def _prefix_list(node: Node, resources: Resources) -> Iterator[Value[str]]:
    """Yield the ranges of a prefix list of the configuration, placed where the rule names the list."""
    reference = reference_of(node)
    found = None if reference is None else resolve(resources, reference.target)
    if found is None or found.type != _PREFIX_LIST or found.data:
        yield Unknown("the entries of the prefix list are not among these files", node.at)
        return
    members, complete = blocks(found.body["entry"])
    for member in members:
        text = member["cidr"].string()
        if not isinstance(text, Absent):
            yield Known(text.value, node.at) if isinstance(text, Known) else text
    if not complete:
        yield Unknown(f"the entries of {found.address} cannot be told", node.at)


# -- node groups of EKS --------------------------------------------------------------------------------------


def lift_remote_access(resources: Resources) -> Iterator[FirewallRule | Attachment]:
    """Lift the rule that EKS makes itself: remote access without source groups opens SSH to the world."""
    for resource in resources.of_type("aws_eks_node_group"):
        key = argument(resource, "remote_access.ec2_ssh_key")
        if not is_present(key):
            continue
        stated = fact("aws_defaults", "aws_eks_node_group.remote_access")
        sources = argument(resource, "remote_access.source_security_group_ids")
        if sources.is_absent:
            ranges: tuple[Value[str], ...] = (default(str(stated.value), key.at, stated.words),)
        else:
            ranges = (Unknown(reason(sources), sources.at),) if sources.is_unknown else ()
        yield FirewallRule(
            address=f"{resource.address}/ingress/ssh",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            group=Known(resource.address, resource.at),
            direction=Direction.INGRESS,
            protocol=default("tcp", key.at, stated.words),
            from_port=default(_SSH, key.at, stated.words),
            to_port=default(_SSH, key.at, stated.words),
            sources=ranges,
            sources_complete=all(isinstance(each, Known) for each in ranges),
        )
        yield Attachment(
            address=f"{resource.address}#attachment",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            groups=(resource.address,),
            public=Unknown("whether its nodes get public addresses follows from their subnets", resource.at),
        )
