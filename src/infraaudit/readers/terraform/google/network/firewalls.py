"""Lifts the firewall rules of a network, and the machines that they concern.

A rule of Google Cloud belongs to a network and picks machines by their tags, so each rule is a group of its own that
is attached to the machines it picks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Attachment, Direction, FirewallRule, Known, Node, Unknown, default
from infraaudit.model.node import Unresolved
from infraaudit.readers.terraform.google.defaults import (
    TABLE,
    boolean_or_default,
    integer_or_default,
    string_or_default,
)
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.openings import EVERY, Filter, Ports, every_port, openings
from infraaudit.readers.terraform.lifting.pointing import behind, certain, last_segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_FIREWALL = "google_compute_firewall"
_MACHINES = ("google_compute_instance", "google_compute_instance_template", "google_compute_region_instance_template")
_CLUSTER = "google_container_cluster"
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "all": EVERY}
_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_SOURCES = ("source_ranges", "source_tags", "source_service_accounts")


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whom a rule or a machine belongs to: a network, and the tags and accounts by which machines are picked.

    ``told`` is false where tags or accounts cannot all be told.
    """

    network: Value[str]
    tags: frozenset[str]
    told: bool = True


@dataclass(frozen=True, slots=True)
class _Machine:
    """What a rule can concern: its place in a network, and whether it has a public address."""

    resource: Resource
    reaches: tuple[_Reach, ...]
    public: Value[bool]


def lift_firewalls(resources: Resources) -> Iterator[FirewallRule]:
    """Lift the rules that admit traffic, without what a rule of a higher priority refuses."""
    rules = [each for each in resources.of_type(_FIREWALL) if _may_be_on(each)]
    machines = _machines(resources)
    for resource in rules:
        direction = string_or_default(argument(resource, "direction"), f"{_FIREWALL}.direction")
        if not isinstance(direction, Known) or direction.value.lower() not in {each.value for each in Direction}:
            continue
        before = [each for other in rules for each in _refusals(resource, other, resources)]
        yield from _lifted(resource, Direction(direction.value.lower()), resources, before, machines)


def _may_be_on(resource: Resource) -> bool:
    off = boolean_or_default(argument(resource, "disabled"), f"{_FIREWALL}.disabled")
    return not (isinstance(off, Known) and off.value)


def _lifted(
    resource: Resource,
    direction: Direction,
    resources: Resources,
    before: list[Filter],
    machines: tuple[_Machine, ...],
) -> Iterator[FirewallRule]:
    sources = _sources(resource, direction)
    group = _group(resource, _reach_of_rule(resource, resources), machines)
    found = [
        opening
        for admission in _filters(resource, resource.body["allow"], "allow", sources)
        for opening in openings(admission, before)
    ]
    off = boolean_or_default(argument(resource, "disabled"), f"{_FIREWALL}.disabled")
    for number, opening in enumerate(found):
        yield FirewallRule(
            address=resource.address if number == 0 else f"{resource.address}/{number}",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            group=group,
            direction=direction,
            protocol=Unknown(off.why, off.at) if isinstance(off, Unknown) else opening.protocol,
            from_port=opening.low,
            to_port=opening.high,
            sources=sources,
            sources_complete=all(isinstance(each, Known) for each in sources),
        )


# -- what a rule says ----------------------------------------------------------------------------------------


def _filters(resource: Resource, node: Node, what: str, sources: tuple[Value[str], ...]) -> Iterator[Filter]:
    """Yield what each block of a rule speaks of, and an unknown one for those that cannot be told."""
    members, complete = blocks(node)
    for member in members:
        written = member["protocol"].string()
        protocol: Value[str]
        if isinstance(written, Known | Unknown):
            protocol = written.map(_protocol_name)
        else:
            protocol = Unknown("no protocol is written", written.at)
        at = member["protocol"].at
        yield Filter(resource.address, at, protocol, tuple(_ports(member["ports"])), sources)
    if not complete:
        why = f"some {what} blocks of {resource.address} cannot be told"
        yield Filter(resource.address, node.at, Unknown(why, node.at), (Unknown(why, node.at),), sources)


def _protocol_name(text: str) -> str:
    return _PROTOCOLS.get(text.lower(), text.lower())


def _ports(node: Node) -> Iterator[Value[Ports]]:
    if not may_be_present(node):
        yield Known(every_port(node.at), node.at)
        return
    if not node.is_list or node.open:
        yield Unknown(reason(node), node.at)
    for each in node.each():
        text = each.string()
        match = _RANGE.fullmatch(text.value) if isinstance(text, Known) else None
        if match is None:
            yield Unknown(reason(each) if each.is_unknown else "what is written here is not a port", each.at)
        else:
            yield Known(Ports(int(match[1]), int(match[2] or match[1]), each.at), each.at)


def _sources(resource: Resource, direction: Direction) -> tuple[Value[str], ...]:
    """Return the ranges that a rule admits. Without any source it admits every address."""
    node = argument(resource, "source_ranges" if direction is Direction.INGRESS else "destination_ranges")
    if may_be_present(node):
        found: list[Value[str]] = []
        for each in _members(node):
            text = each.string()
            if isinstance(text, Known | Unknown):
                found.append(text)
        return tuple(found)
    if any(may_be_present(argument(resource, name)) for name in _SOURCES):
        return ()
    stated = fact(TABLE, f"{_FIREWALL}.source_ranges")
    return (default(str(stated.value), resource.at, stated.words),)


def _members(node: Node) -> Iterator[Node]:
    if not node.is_list:
        yield node
        return
    yield from node.each()
    if node.open:
        yield Node(Unresolved("some of these cannot be told"), node.at)


# -- which rule comes first ----------------------------------------------------------------------------------


def _refusals(resource: Resource, other: Resource, resources: Resources) -> Iterator[Filter]:
    """Yield what another rule refuses before this one is asked. Of rules of one priority the refusing one wins."""
    if other is resource or not may_be_present(other.body["deny"]):
        return
    own, its = (integer_or_default(argument(each, "priority"), f"{_FIREWALL}.priority") for each in (resource, other))
    if isinstance(own, Known) and isinstance(its, Known) and its.value > own.value:
        return
    ways = [string_or_default(argument(each, "direction"), f"{_FIREWALL}.direction") for each in (resource, other)]
    if len({way.value.upper() for way in ways if isinstance(way, Known)}) > 1:
        return
    doubt = _doubt(resource, other, resources, own, its, ways)
    if doubt is None:
        return
    way = ways[1].value.lower() if isinstance(ways[1], Known) else "ingress"
    sources = _sources(other, Direction(way) if way in {each.value for each in Direction} else Direction.INGRESS)
    for each in _filters(other, other.body["deny"], "deny", sources):
        yield Filter(each.address, each.at, each.protocol, each.ports, each.sources, doubt)


def _doubt(
    resource: Resource,
    other: Resource,
    resources: Resources,
    own: Value[int],
    its: Value[int],
    ways: list[Value[str]],
) -> str | None:
    """Return why it cannot be told whether a refusal holds here: nothing where it does, ``None`` where it does not."""
    admitted, refused = _reach_of_rule(resource, resources), _reach_of_rule(other, resources)
    if isinstance(admitted.network, Known) and isinstance(refused.network, Known):
        if admitted.network.value != refused.network.value:
            return None
    else:
        return f"whether {other.address} refuses it in the same network cannot be told"
    off = boolean_or_default(argument(other, "disabled"), f"{_FIREWALL}.disabled")
    if any(isinstance(each, Unknown) for each in (own, its, off, *ways)):
        return f"whether {other.address} refuses it before cannot be told"
    if not refused.told or not admitted.told:
        return f"whether {other.address} refuses it for the same machines cannot be told"
    if refused.tags and refused.tags != admitted.tags:
        return None if not refused.tags & admitted.tags and admitted.tags else _PARTLY.format(other.address)
    return ""


_PARTLY = "{} refuses some of it before, for some of the machines"


# -- whom it concerns ----------------------------------------------------------------------------------------


def _network(node: Node, resources: Resources) -> Value[str]:
    if node.is_absent:
        stated = fact(TABLE, "google_compute_instance.network")
        return default(str(stated.value), node.at, stated.words)
    found = behind(resources, node, "google_compute_network")
    if found is not None:
        return Known(found.address, node.at)
    return certain(resources, node, "no network is written").map(last_segment)


def _reach_of_rule(resource: Resource, resources: Resources) -> _Reach:
    nodes = [argument(resource, name) for name in ("target_tags", "target_service_accounts")]
    tags, told = _tags(resources, *nodes)
    return _Reach(_network(argument(resource, "network"), resources), tags, told)


def _tags(resources: Resources, *nodes: Node) -> tuple[frozenset[str], bool]:
    tags: set[str] = set()
    told = True
    for node in nodes:
        for each in _members(node) if may_be_present(node) else ():
            name = certain(resources, each, "no tag is written")
            if isinstance(name, Known):
                tags.add(name.value)
            told = told and isinstance(name, Known)
    return frozenset(tags), told


def _group(resource: Resource, rule: _Reach, machines: tuple[_Machine, ...]) -> Value[str]:
    """Return the address of a rule as the group that it is; unknown where no machine surely is concerned, but some may.

    An unknown network or tag decides neither way.
    """
    answers = [_concerns(rule, reach) for machine in machines for reach in machine.reaches]
    if True not in answers and None in answers:
        return Unknown("which machines it concerns cannot be told", resource.at)
    return Known(resource.address, resource.at)


def _concerns(rule: _Reach, machine: _Reach) -> bool | None:
    if isinstance(rule.network, Unknown) or isinstance(machine.network, Unknown):
        return None
    if rule.network.value != machine.network.value:
        return False
    if rule.tags & machine.tags or (rule.told and not rule.tags):
        return True
    return False if rule.told and machine.told else None


def lift_attachments(resources: Resources) -> Iterator[Attachment]:
    """Lift an attachment for each machine and cluster that a firewall rule of the configuration concerns."""
    rules = [(each, _reach_of_rule(each, resources)) for each in resources.of_type(_FIREWALL)]
    for machine in _machines(resources):
        groups = tuple(
            rule.address for rule, reach in rules if any(_concerns(reach, own) is True for own in machine.reaches)
        )
        if groups:
            yield Attachment(
                address=f"{machine.resource.address}#attachment",
                kind=machine.resource.type,
                name=machine.resource.name,
                at=machine.resource.at,
                deployment=machine.resource.deployment,
                groups=groups,
                public=machine.public,
            )


def _machines(resources: Resources) -> tuple[_Machine, ...]:
    machines = [
        _Machine(each, tuple(_reaches(each, resources)), _is_public(each)) for each in resources.of_type(*_MACHINES)
    ]
    for each in resources.of_type(_CLUSTER):
        tags, told = _tags(resources, argument(each, "node_config.tags"))
        pools = resources.of_type("google_container_node_pool")
        reach = _Reach(_network(argument(each, "network"), resources), tags, told and not pools)
        machines.append(_Machine(each, (reach,), _has_public_nodes(each)))
    return tuple(machines)


def _reaches(resource: Resource, resources: Resources) -> Iterator[_Reach]:
    tags, told = _tags(resources, argument(resource, "tags"), argument(resource, "service_account.email"))
    members, complete = blocks(resource.body["network_interface"])
    for member in members:
        yield _Reach(_network_of(member, resources), tags, told)
    if not complete:
        yield _Reach(Unknown("its network interfaces cannot be told", resource.at), tags, told)


def _network_of(interface: Node, resources: Resources) -> Value[str]:
    subnet = interface["subnetwork"]
    if not interface["network"].is_absent or subnet.is_absent:
        return _network(interface["network"], resources)
    found = behind(resources, subnet, "google_compute_subnetwork")
    if found is None:
        return Unknown("its subnetwork is not among these files", subnet.at)
    return _network(argument(found, "network"), resources)


def _is_public(resource: Resource) -> Value[bool]:
    members, complete = blocks(resource.body["network_interface"])
    doubt: Node | None = None if complete else resource.body["network_interface"]
    for member in members:
        for name in ("access_config", "ipv6_access_config"):
            node = member[name]
            if is_present(node) and not node.is_unknown and node.each():
                return Known(value=True, at=node.at)
            if may_be_present(node):
                doubt = node
    if doubt is not None:
        return Unknown("whether it gets a public address cannot be told", doubt.at)
    stated = fact(TABLE, "google_compute_instance.access_config")
    return default(bool(stated.value), resource.at, stated.words)


def _has_public_nodes(resource: Resource) -> Value[bool]:
    private = boolean_or_default(
        argument(resource, "private_cluster_config.enable_private_nodes"), f"{_CLUSTER}.enable_private_nodes"
    )
    return private.map(_is_not)


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer
