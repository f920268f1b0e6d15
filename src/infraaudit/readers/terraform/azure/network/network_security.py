"""Lifts the rules of network security groups, by their priorities, and what the groups are attached to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Attachment, Direction, FirewallGroup, FirewallRule, Known, Node, Unknown, default
from infraaudit.model.node import Unresolved
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, may_be_present, reason
from infraaudit.readers.terraform.lifting.openings import EVERY, WORLD, Filter, Ports, every_port, openings
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_GROUP = "azurerm_network_security_group"
_RULE = "azurerm_network_security_rule"
_INTERFACE = "azurerm_network_interface"
_SUBNET = "azurerm_subnet"
_SCALE_SETS = ("azurerm_linux_virtual_machine_scale_set", "azurerm_windows_virtual_machine_scale_set")
_BY_INTERFACE = "azurerm_network_interface_security_group_association"
_BY_SUBNET = "azurerm_subnet_network_security_group_association"
_BALANCED = (
    "azurerm_network_interface_nat_rule_association",
    "azurerm_network_interface_backend_address_pool_association",
    "azurerm_network_interface_application_gateway_backend_address_pool_association",
)
_DIRECTIONS = {"inbound": Direction.INGRESS, "outbound": Direction.EGRESS}
_EVERYBODY = frozenset({"*", "internet", "any"})
_EVERY_ADDRESS_OF_IPV6 = "::/0"
_RANGE = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class _Written:
    """One rule as it is written, inside a group or as a resource of its own."""

    resource: Resource
    address: str
    name: str
    group: Maybe[str]
    body: Node
    whole: bool = True

    def text(self, name: str) -> str | None:
        """Return an argument in lower case, ``None`` where it cannot be told."""
        value = self.body[name].string()
        return value.value.lower() if isinstance(value, Known) else None


def lift_groups(resources: Resources) -> Iterator[FirewallGroup]:
    """Lift the network security groups."""
    for resource in resources.of_type(_GROUP):
        yield FirewallGroup(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
        )


def lift_rules(resources: Resources) -> Iterator[FirewallRule]:
    """Lift the rules that admit traffic, without what an earlier rule of the same group refuses."""
    rules = tuple(_rules(resources))
    for rule in rules:
        direction = _DIRECTIONS.get(rule.text("direction") or "")
        if direction is None or rule.text("access") == "deny":
            continue
        yield from _lifted(rule, direction, [each for other in rules for each in _refusal(rule, other)])


def _rules(resources: Resources) -> Iterator[_Written]:
    for group in resources.of_type(_GROUP):
        members, complete = blocks(group.body["security_rule"])
        for number, member in enumerate(members):
            address = f"{group.address}/rule/{number}"
            name = member["name"].string()
            words = f"{group.name} {name.value}" if isinstance(name, Known) else f"{group.name} rule {number}"
            yield _Written(group, address, words, Known(group.address, group.at), member)
        if not complete:
            yield _untold(group)
    for resource in resources.of_type(_RULE):
        yield _Written(resource, resource.address, resource.name, _group(resource, resources), resource.body)


def _untold(group: Resource) -> _Written:
    """Return what stands for the rules of a group which cannot be told: one that says nothing certain."""
    node = group.body["security_rule"]
    unknown = Node(Unresolved(f"some rules of {group.address} cannot be told"), node.at)
    body = Node({"direction": Node("Inbound", node.at)}, node.at, node.key_at, open=True)
    names = ("access", "protocol", "destination_port_range", "source_address_prefix", "priority")
    filled = replace(body, content={**dict(body.items()), **dict.fromkeys(names, unknown)}, open=False)
    return _Written(
        group, f"{group.address}/rule/unknown", group.name, Known(group.address, group.at), filled, whole=False
    )


def _group(resource: Resource, resources: Resources) -> Maybe[str]:
    node = argument(resource, "network_security_group_name")
    found = behind(resources, node, _GROUP)
    text = node.string()
    if found is None and isinstance(text, Known):
        found = next((each for each in resources.of_type(_GROUP) if each.body["name"].content == text.value), None)
    if found is not None:
        return Known(found.address, node.at)
    return text


def _lifted(rule: _Written, direction: Direction, before: list[Filter]) -> Iterator[FirewallRule]:
    place = rule.resource.at if rule.body is rule.resource.body else rule.body.key_at or rule.body.at
    access = rule.body["access"].string()
    admission = _filter(rule)
    for number, opening in enumerate(openings(admission, before)):
        told = isinstance(access, Known)
        yield FirewallRule(
            address=rule.address if number == 0 else f"{rule.address}/{number}",
            kind=rule.resource.type,
            name=rule.name,
            at=place,
            deployment=rule.resource.deployment,
            group=rule.group,
            direction=direction,
            protocol=opening.protocol if told else Unknown(reason(rule.body["access"]), access.at),
            from_port=opening.low,
            to_port=opening.high,
            sources=admission.sources,
            sources_complete=all(isinstance(each, Known) for each in admission.sources),
        )


# -- what a rule says ----------------------------------------------------------------------------------------


def _filter(rule: _Written, doubt: str = "") -> Filter:
    protocol = rule.body["protocol"].string()
    place = rule.body["protocol"].at
    return Filter(
        rule.resource.address,
        place,
        protocol.map(_protocol_name)
        if isinstance(protocol, Known | Unknown)
        else Unknown("no protocol is written", place),
        tuple(_ports(rule.body)),
        tuple(_sources(rule.body)),
        doubt,
    )


def _protocol_name(text: str) -> str:
    return EVERY if text == "*" else text.lower()


def _members(body: Node, name: str, several: str) -> Iterator[Node]:
    """Yield what is written in an argument for one and in that for several, an unknown one for what cannot be told."""
    if may_be_present(body[name]):
        yield body[name]
    node = body[several]
    if node.is_list:
        yield from node.each()
        if node.open:
            yield Node(Unresolved("some of these cannot be told"), node.at)
    elif may_be_present(node):
        yield node


def _ports(body: Node) -> Iterator[Value[Ports]]:
    for node in _members(body, "destination_port_range", "destination_port_ranges"):
        text = node.string()
        match = _RANGE.fullmatch(text.value) if isinstance(text, Known) else None
        if isinstance(text, Known) and text.value == "*":
            yield Known(every_port(node.at), node.at)
        elif match is not None:
            yield Known(Ports(int(match[1]), int(match[2] or match[1]), node.at), node.at)
        else:
            yield Unknown(reason(node) if node.is_unknown else "what is written here is not a port", node.at)


def _sources(body: Node) -> Iterator[Value[str]]:
    """Yield the ranges that a rule speaks of; the words for the whole internet are its range."""
    for node in _members(body, "source_address_prefix", "source_address_prefixes"):
        text = node.string()
        if isinstance(text, Known):
            yield text.map(_range_of)
        elif isinstance(text, Unknown):
            yield text


def _range_of(text: str) -> str:
    return WORLD if text.lower() in _EVERYBODY else text


# -- which rule comes first ----------------------------------------------------------------------------------


def _refusal(rule: _Written, other: _Written) -> Iterator[Filter]:
    """Yield what another rule refuses before this one is asked. The lower number of a priority is asked first."""
    if other is rule or other.text("access") == "allow" or not _same_group(rule, other):
        return
    own, its = rule.body["priority"].integer(), other.body["priority"].integer()
    if isinstance(own, Known) and isinstance(its, Known) and its.value >= own.value:
        return
    if rule.whole and other.whole and other.text("direction") not in {rule.text("direction"), None}:
        return
    refusal = _filter(other, _doubt(rule, other))
    if other.text("access") is None and not refusal.doubt:
        refusal = replace(refusal, doubt=f"whether {other.resource.address} refuses it before cannot be told")
    everybody = any(isinstance(each, Known) and each.value == WORLD for each in refusal.sources)
    newer: tuple[Value[str], ...] = (Known(_EVERY_ADDRESS_OF_IPV6, refusal.at),) if everybody else ()
    yield replace(refusal, sources=(*refusal.sources, *newer))


def _same_group(rule: _Written, other: _Written) -> bool:
    """Whether two rules may be of one group."""
    known = {each.group.value for each in (rule, other) if isinstance(each.group, Known)}
    return len(known) <= 1


def _doubt(rule: _Written, other: _Written) -> str:
    address = other.resource.address
    groups_told = isinstance(rule.group, Known) and isinstance(other.group, Known)
    numbers = (rule.body["priority"].integer(), other.body["priority"].integer())
    if not groups_told or any(isinstance(each, Unknown) for each in numbers) or other.text("direction") is None:
        return f"whether {address} refuses it before cannot be told"
    if other.body["source_port_range"].content not in ("*", None) and not other.body["source_port_range"].is_absent:
        return f"{address} refuses some of it before, from some ports"
    names = ("destination_address_prefix", "destination_address_prefixes", "destination_application_security_group_ids")
    written = [other.body[name] for name in names if may_be_present(other.body[name])]
    if any(not isinstance(each.content, str) or each.content.lower() not in _EVERYBODY for each in written):
        return f"{address} refuses some of it before, for some destinations"
    return ""


# -- what a group is attached to -----------------------------------------------------------------------------


def lift_attachments(resources: Resources) -> Iterator[Attachment]:
    """Lift an attachment for each interface, scale set and subnet with a group of the configuration."""
    by_subnet = tuple(_pairs(resources, _BY_SUBNET, "subnet_id", _SUBNET))
    by_interface = tuple(_pairs(resources, _BY_INTERFACE, "network_interface_id", _INTERFACE))
    used: set[str] = set()
    for interface in resources.of_type(_INTERFACE):
        subnets = _subnets(interface, resources)
        used |= subnets
        groups = [group for address, group in by_interface if address == interface.address]
        groups += [group for address, group in by_subnet if address in subnets]
        if groups:
            yield _attachment(interface, groups, _is_public(interface, resources))
    for machines in resources.of_type(*_SCALE_SETS):
        interfaces, _ = blocks(machines.body["network_interface"])
        nodes = [each["network_security_group_id"] for each in interfaces]
        found = [each.address for node in nodes for each in mentioned(resources, node, _GROUP)]
        if found:
            addresses = [each["public_ip_address"] for one in interfaces for each in blocks(one["ip_configuration"])[0]]
            yield _attachment(machines, found, _any_present(addresses, machines))
    for address, group in by_subnet:
        subnet = resources.at(address)
        if subnet is not None and address not in used:
            why = "what lies in the subnet, and whether it has a public address, is not among these files"
            yield _attachment(subnet, [group], Unknown(why, subnet.at))


def _pairs(resources: Resources, type_: str, argument_: str, of: str) -> Iterator[tuple[str, str]]:
    for each in resources.of_type(type_):
        holder = behind(resources, argument(each, argument_), of)
        group = behind(resources, argument(each, "network_security_group_id"), _GROUP)
        if holder is not None and group is not None:
            yield holder.address, group.address


def _attachment(resource: Resource, groups: list[str], public: Value[bool]) -> Attachment:
    return Attachment(
        address=f"{resource.address}#attachment",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        groups=tuple(dict.fromkeys(groups)),
        public=public,
    )


def _subnets(interface: Resource, resources: Resources) -> set[str]:
    members, _ = blocks(interface.body["ip_configuration"])
    return {each.address for member in members for each in mentioned(resources, member["subnet_id"], _SUBNET)}


def _is_public(interface: Resource, resources: Resources) -> Value[bool]:
    members, complete = blocks(interface.body["ip_configuration"])
    answer = _any_present([each["public_ip_address_id"] for each in members], interface)
    if isinstance(answer, Known) and answer.value:
        return answer
    for type_ in _BALANCED:
        for each in resources.of_type(type_):
            if interface in mentioned(resources, argument(each, "network_interface_id")):
                return Unknown("a load balancer sends it requests, which may come from the internet", each.at)
    return answer if complete else Unknown("its addresses cannot all be told", interface.at)


def _any_present(nodes: list[Node], resource: Resource) -> Value[bool]:
    for node in nodes:
        if is_present(node):
            return Known(value=True, at=node.at)
    doubtful = next((node for node in nodes if may_be_present(node)), None)
    if doubtful is not None:
        return Unknown("whether it has a public address cannot be told", doubtful.at)
    stated = fact(TABLE, f"{_INTERFACE}.public_ip_address_id")
    return default(bool(stated.value), resource.at, stated.words)
