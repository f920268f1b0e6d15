"""Lifts the virtual machines of Azure, alone and in scale sets, and tells how large a machine of a size is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import MACHINES, Absent, Known, Location, MachineType, Unknown, VirtualMachines, default
from infraaudit.readers.terraform.azure.compute.machine_guards import guards_of, heals
from infraaudit.readers.terraform.azure.defaults import TABLE
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.azure.network.load_balancers import targets_of_interfaces, targets_of_set
from infraaudit.readers.terraform.azure.network.networks import subnets_of
from infraaudit.readers.terraform.azure.stores.disks import attached_disks
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, may_be_present
from infraaudit.readers.terraform.lifting.lifecycle import resets
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_GIB = 2**30
_SIZED = re.compile(r"Standard_([DEF])([0-9]{1,3})(?:-[0-9]{1,3})?[a-z]*_v[2-7]")
_OLD_GENERATIONS = re.compile(r"Standard_(?:D|DS|E)[0-9]{1,2}_v2")
_SINGLE = ("azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine")
SETS = (
    "azurerm_linux_virtual_machine_scale_set",
    "azurerm_windows_virtual_machine_scale_set",
    "azurerm_orchestrated_virtual_machine_scale_set",
)
"""The types of scale sets."""

PICKED_BY_AZURE = "one that Azure picks"
"""What to call the zone of that for which none is named: Azure may place all of it in one."""


def machine_of(name: Maybe[str]) -> Value[MachineType]:
    """Return the size of a machine, unknown where the facts do not have it."""
    if not isinstance(name, Known):
        return Unknown(name.why if isinstance(name, Unknown) else "no size is written", name.at)
    rows = table("azure_machines")
    short = name.value.removeprefix("Standard_")
    sized = _SIZED.fullmatch(name.value)
    if short in rows["burstable"]["cores"]:
        row = rows["burstable"]
        cores, gib = row["cores"][short], row["memory"][short]
    elif sized is not None and _OLD_GENERATIONS.fullmatch(name.value) is None:
        row = rows["families"]
        cores, gib = int(sized[2]), int(sized[2]) * row["memory"][sized[1]]
    else:
        return Unknown(f"the size of {name.value} is not among the facts", name.at)
    return Known(MachineType(name.value, cores * 1000, int(gib * _GIB), row.words), name.at, name.stated, name.fact)


def zones_of(node: Node) -> Maybe[tuple[str, ...]]:
    """Return the zones that are listed; where none is, Azure picks, and may pick one."""
    members = node.each() if node.is_list else ((node,) if is_present(node) else ())
    names = [each.string() for each in members]
    known = tuple(each.value for each in names if isinstance(each, Known))
    if node.is_unknown or node.open or len(known) < len(names):
        return Unknown("the zones cannot be told", node.at)
    if known:
        return Known(known, node.at)
    stated = fact(TABLE, "azure.zones")
    return Known((PICKED_BY_AZURE,), node.at, stated=False, fact=stated.words)


def is_spot(written: Maybe[str]) -> Value[bool]:
    """Return whether a machine or the nodes of a pool can be taken back."""
    if isinstance(written, Absent):
        stated = fact(TABLE, "azure.spot")
        return default(bool(stated.value), written.at, stated.words)
    return written.map(_named_spot)


def _named_spot(priority: str) -> bool:
    return priority.lower() == "spot"


def lift_machines(resources: Resources) -> Iterator[VirtualMachines]:
    """Lift the virtual machines that belong to no scale set."""
    for resource in resources.of_type(*_SINGLE):
        zones = argument(resource, "zone")
        zones = argument(resource, "zones") if zones.is_absent else zones
        interfaces = _interfaces(resource, resources)
        yield VirtualMachines(
            **resource.head,
            platform=MACHINES,
            replicas=Known(resource.multiplicity, resource.at),
            surge=Absent(resource.at),
            stop_grace=_grace(resource.at),
            host_network=_host_network(resource.at),
            targets=tuple(targets_of_interfaces(interfaces, resources)),
            location=Location(zones=_zones(resource, zones), subnets=_subnets(resource, interfaces, resources)),
            interruptible=is_spot(argument(resource, "priority").string()),
            replaced=Known(value=False, at=resource.at),
            machines=(machine_of(_size(resource)),),
            public=_public(resource, resources),
            guards=tuple(guards_of(resource, interfaces)),
            volumes=attached_disks(resource, resources),
            facets=facets_of(resource, resources),
        )


def _zones(resource: Resource, written: Node) -> Maybe[tuple[str, ...]]:
    """Return the zone of a machine; all of an availability set stand in one, on several racks of it."""
    named = argument(resource, "availability_set_id")
    if not written.is_absent or not may_be_present(named):
        return zones_of(written)
    stated = fact(TABLE, "azurerm_availability_set.zones")
    return Known((PICKED_BY_AZURE,), named.at, stated=False, fact=stated.words)


def _size(resource: Resource) -> Maybe[str]:
    size = argument(resource, "size").string()
    return argument(resource, "vm_size").string() if isinstance(size, Absent) else size


def _public(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether one of its interfaces has a public address."""
    node = argument(resource, "network_interface_ids")
    interfaces = _interfaces(resource, resources)
    for interface in interfaces:
        for configuration in blocks(interface.body["ip_configuration"])[0]:
            if is_present(configuration["public_ip_address_id"]):
                return Known(value=True, at=configuration["public_ip_address_id"].at)
    if not interfaces or not node.complete:
        return Unknown("its network interfaces are not in the scan", node.at)
    stated = fact(TABLE, "azure.public_address")
    return default(bool(stated.value), resource.at, stated.words)


def _interfaces(resource: Resource, resources: Resources) -> tuple[Resource, ...]:
    return mentioned(resources, argument(resource, "network_interface_ids"), "azurerm_network_interface")


def _subnets(resource: Resource, interfaces: tuple[Resource, ...], resources: Resources) -> Maybe[tuple[str, ...]]:
    if not interfaces:
        return Unknown("its network interfaces are not in the scan", resource.at)
    nodes = [each["subnet_id"] for one in interfaces for each in blocks(one.body["ip_configuration"])[0]]
    return subnets_of(nodes, resources) if nodes else Absent(resource.at)


def _of_set(resource: Resource, resources: Resources) -> Maybe[tuple[str, ...]]:
    interfaces = blocks(resource.body["network_interface"])[0]
    nodes = [each["subnet_id"] for one in interfaces for each in blocks(one["ip_configuration"])[0]]
    return subnets_of(nodes, resources) if nodes else Absent(resource.at)


def lift_scale_sets(resources: Resources) -> Iterator[VirtualMachines]:
    """Lift the scale sets."""
    for resource in resources.of_type(*SETS):
        count = argument(resource, "instances").integer()
        size = argument(resource, "sku").string()
        stated = fact(TABLE, "azure.scale_set_instances")
        yield VirtualMachines(
            **resource.head,
            platform=MACHINES,
            replicas=default(int(stated.value), count.at, stated.words) if isinstance(count, Absent) else count,
            surge=Absent(resource.at),
            stop_grace=_grace(resource.at),
            host_network=_host_network(resource.at),
            targets=tuple(targets_of_set(resource, resources)),
            location=Location(zones=zones_of(argument(resource, "zones")), subnets=_of_set(resource, resources)),
            interruptible=is_spot(argument(resource, "priority").string()),
            count_reset=resets(resource, "instances"),
            replaced=Known(value=True, at=resource.at),
            machines=(machine_of(size),),
            public=Unknown("whether it has public addresses cannot be told", resource.at),
            heals=heals(resource),
            guards=tuple(guards_of(resource, ())),
            facets=facets_of(resource, resources),
        )


def _grace(at: Span) -> Value[int]:
    return Unknown("how long a machine takes to stop is a matter of its system", at)


def _host_network(at: Span) -> Value[bool]:
    stated = fact(TABLE, "azure.host_network")
    return default(bool(stated.value), at, stated.words)
