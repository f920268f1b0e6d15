"""Lifts the machines of Amazon Lightsail, each with a firewall of its own, and the ports that it opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    MACHINES,
    Absent,
    Attachment,
    Direction,
    FirewallRule,
    Known,
    Location,
    PodVolume,
    Unknown,
    VirtualMachines,
    VolumeKind,
    default,
    known_value,
)
from infraaudit.readers.terraform.aws.network.subnets import zones_named
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

MACHINE = "aws_lightsail_instance"
_PORTS = "aws_lightsail_instance_public_ports"
_DISKS = "aws_lightsail_disk_attachment"
_TABLE = "aws_defaults"
_WORLD = "0.0.0.0/0"
_ONLY_SIX = "ipv6"


def lift_light_machines(resources: Resources) -> Iterator[VirtualMachines | Attachment | FirewallRule]:
    """Lift ``aws_lightsail_instance`` with the rules of its firewall."""
    for resource in resources.of_type(MACHINE):
        public = _public(resource)
        yield VirtualMachines(
            **resource.head,
            platform=MACHINES,
            replicas=Known(resource.multiplicity, resource.at),
            surge=Absent(resource.at),
            stop_grace=Unknown("how long a machine takes to stop is a matter of its system", resource.at),
            host_network=default(value=False, at=resource.at, fact=fact(_TABLE, "aws_instance.host_network").words),
            location=Location(zones=zones_named(argument(resource, "availability_zone")), subnets=Absent(resource.at)),
            replaced=Known(value=False, at=resource.at),
            public=public,
            volumes=_disks(resource, resources),
        )
        yield Attachment(
            address=f"{resource.address}#attachment",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            groups=(resource.address,),
            public=public,
        )
        yield from _rules(resource, resources)


def _public(resource: Resource) -> Value[bool]:
    """Return whether a machine has an address of the internet: every one has, unless it has one of version 6 alone."""
    stated = fact(_TABLE, "aws_lightsail_instance.public")
    written = argument(resource, "ip_address_type").string()
    if isinstance(written, Absent):
        return default(bool(stated.value), written.at, stated.words)
    return written.map(lambda text: text != _ONLY_SIX)


def _disks(machine: Resource, resources: Resources) -> tuple[PodVolume, ...]:
    return tuple(
        PodVolume(
            name=known_value(argument(each, "disk_path").string()) or each.name,
            kind=Known(VolumeKind.PERSISTENT, each.at),
            type="aws_lightsail_disk",
            source=pointed(resources, argument(each, "disk_name")),
            at=each.at,
        )
        for each in resources.of_type(_DISKS)
        if machine in mentioned(resources, argument(each, "instance_name"))
    )


# -- the firewall -----------------------------------------------------------------------------------------------


def _rules(machine: Resource, resources: Resources) -> Iterator[FirewallRule]:
    """Yield what is opened: what is written takes the place of the ports that Lightsail opens by itself."""
    found, doubt = companions(machine, resources, _PORTS, "instance_name", "name")
    if not found:
        if doubt is None:
            stated = fact(_TABLE, "aws_lightsail_instance.ports")
            for number in stated.value:
                port = default(int(number), machine.at, stated.words)
                yield _rule(machine, f"by-default/{number}", (default(_WORLD, machine.at, stated.words),), port, port)
        return
    for number, each in enumerate(info for one in found for info in blocks(one.body["port_info"])[0]):
        yield _written(machine, number, each)


def _written(machine: Resource, number: int, info: Node) -> FirewallRule:
    ranges = [text for name in ("cidrs", "ipv6_cidrs") for text in _texts(info[name])]
    at = info.key_at or info.at
    if not ranges and info["cidr_list_aliases"].is_absent:
        ranges = [default(_WORLD, at, fact(_TABLE, "aws_lightsail_instance.ports").words)]
    protocol = info["protocol"].string()
    known = Unknown("no protocol is written", at) if isinstance(protocol, Absent) else protocol
    rule = _rule(machine, str(number), tuple(ranges), info["from_port"].integer(), info["to_port"].integer())
    return replace(rule, protocol=known, at=at)


def _texts(node: Node) -> Iterator[Value[str]]:
    for each in node.each():
        text = each.string()
        if not isinstance(text, Absent):
            yield text
    if node.is_unknown or node.open:
        yield Unknown("some of these ranges cannot be told", node.at)


def _rule(
    machine: Resource, suffix: str, sources: tuple[Value[str], ...], low: Maybe[int], high: Maybe[int]
) -> FirewallRule:
    return FirewallRule(
        address=f"{machine.address}/ingress/{suffix}",
        kind=machine.type,
        name=machine.name,
        at=machine.at,
        deployment=machine.deployment,
        group=Known(machine.address, machine.at),
        direction=Direction.INGRESS,
        protocol=Known("tcp", machine.at),
        from_port=low,
        to_port=high,
        sources=sources,
        sources_complete=all(isinstance(each, Known) for each in sources),
    )
