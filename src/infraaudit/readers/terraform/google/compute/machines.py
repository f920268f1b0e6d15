"""Lifts the machines of Compute Engine, alone and in managed groups, and tells how large a machine of a type is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from infraaudit.facts import fact, table
from infraaudit.model import (
    MACHINES,
    Absent,
    Known,
    Location,
    MachineType,
    ServiceTarget,
    Unknown,
    VirtualMachines,
    default,
)
from infraaudit.readers.terraform.google.compute.machine_guards import acting_of, guards_of
from infraaudit.readers.terraform.google.compute.machine_rollouts import rollout_of, surge_of
from infraaudit.readers.terraform.google.defaults import TABLE
from infraaudit.readers.terraform.google.network.backends import BACKEND_SERVICES
from infraaudit.readers.terraform.google.network.networks import subnets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present
from infraaudit.readers.terraform.lifting.lifecycle import resets
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_GIB = 2**30
_SIZED = re.compile(r"([a-z0-9]+)-(standard|highmem|highcpu)-([0-9]{1,3})")
_CUSTOM = re.compile(r"(?:[a-z0-9]+-)?custom-([0-9]{1,3})-([0-9]{3,7})")
MANAGED = ("google_compute_instance_group_manager", "google_compute_region_instance_group_manager")
"""The types of managed groups."""


def machine_of(name: Maybe[str]) -> Value[MachineType]:
    """Return the size of a machine type, unknown where the facts do not have it."""
    if not isinstance(name, Known):
        return Unknown(name.why if isinstance(name, Unknown) else "no machine type is written", name.at)
    found = _size(name.value)
    if found is None:
        return Unknown(f"the size of {name.value} is not among the facts", name.at)
    cores, gib, words = found
    return Known(MachineType(name.value, cores * 1000, int(gib * _GIB), words), name.at, name.stated, name.fact)


def _size(name: str) -> tuple[int, float, str] | None:
    rows = table("google_machines")
    shared = rows["shared"]
    if name in shared["cores"]:
        return shared["cores"][name], shared["memory"][name], shared.words
    sized = _SIZED.fullmatch(name)
    if sized is not None and sized[1] in rows[sized[2]]["families"]:
        row = rows[sized[2]]
        return int(sized[3]), int(sized[3]) * row["families"][sized[1]], row.words
    custom = _CUSTOM.fullmatch(name)
    if custom is not None:
        return int(custom[1]), int(custom[2]) / 1024, shared.words
    return None


def is_spot(node: Node, at: Span) -> Value[bool]:
    """Return whether a machine, or the nodes of a pool, can be taken back: as spot, or preemptible as it was before."""
    stated = fact(TABLE, "google_compute_instance.spot")
    model = node["provisioning_model"].string()
    if isinstance(model, Known):
        return model.map(_named_spot)
    for name in ("spot", "preemptible"):
        written = node[name].boolean()
        if isinstance(written, Unknown) or (isinstance(written, Known) and written.value):
            return written
    return Unknown(model.why, model.at) if isinstance(model, Unknown) else default(bool(stated.value), at, stated.words)


def _named_spot(model: str) -> bool:
    return model == "SPOT"


def lift_machines(resources: Resources) -> Iterator[VirtualMachines]:
    """Lift ``google_compute_instance``."""
    for resource in resources.of_type("google_compute_instance"):
        zone = argument(resource, "zone").string()
        yield VirtualMachines(
            **resource.head,
            platform=MACHINES,
            replicas=Known(resource.multiplicity, resource.at),
            surge=Absent(resource.at),
            stop_grace=_grace(resource.at),
            host_network=_host_network(resource.at),
            targets=tuple(_targets_of_machine(resource, resources)),
            location=Location(
                zones=_one(zone, resource.at), subnets=subnets_of(resource.body["network_interface"], resources)
            ),
            interruptible=is_spot(_first(resource.body["scheduling"]), resource.at),
            replaced=Known(value=False, at=resource.at),
            machines=(machine_of(argument(resource, "machine_type").string()),),
            public=_public(resource),
            **_settings(resource, resources),
        )


def _settings(written: Resource, resources: Resources) -> dict[str, Any]:
    """Return what an instance or a template says of the guards of its machines, and as whom they act."""
    acting = acting_of(written, resources)
    return {
        "guards": tuple(guards_of(written)),
        "identity": acting.identity,
        "shared_identity": acting.shared_identity,
        "whole_cloud": acting.whole_cloud,
    }


def _first(node: Node) -> Node:
    members, _ = blocks(node)
    return members[0] if members else node


def _one(zone: Maybe[str], at: Span) -> Maybe[tuple[str, ...]]:
    if isinstance(zone, Known):
        return Known((zone.value,), zone.at)
    return Unknown(zone.why if isinstance(zone, Unknown) else "the zone is that of the provider", at)


def _public(resource: Resource) -> Value[bool]:
    """Return whether a machine has an address of the internet, which an access configuration gives it."""
    interfaces, complete = blocks(resource.body["network_interface"])
    for interface in interfaces:
        if is_present(interface["access_config"]):
            return Known(value=True, at=interface["access_config"].at)
    if not complete or any(interface["access_config"].is_unknown for interface in interfaces):
        return Unknown("whether it has a public address cannot be told", resource.at)
    stated = fact(TABLE, "google_compute_instance.access_config")
    return default(bool(stated.value), resource.at, stated.words)


def _targets_of_machine(resource: Resource, resources: Resources) -> Iterator[ServiceTarget]:
    """Return the services that send requests to a machine, through the group that it is a member of by hand."""
    for group in resources.of_type("google_compute_instance_group"):
        if resource in mentioned(resources, argument(group, "instances")):
            yield from _targets_of_group(group, resources)


def _targets_of_group(group: Resource, resources: Resources) -> Iterator[ServiceTarget]:
    for service in resources.of_type(*BACKEND_SERVICES):
        for backend in blocks(service.body["backend"])[0]:
            if group in mentioned(resources, backend["group"]):
                port: Value[int] = Unknown("the port has a name of the group", backend["group"].at)
                yield ServiceTarget(Known(service.address, backend["group"].at), "", port, backend["group"].at)


def lift_groups(resources: Resources) -> Iterator[VirtualMachines]:
    """Lift the managed groups, zonal and regional."""
    for resource in resources.of_type(*MANAGED):
        version = _first(resource.body["version"])
        template = behind(resources, version["instance_template"])
        body = template.body if template is not None else version
        machine = argument(template, "machine_type").string() if template is not None else Absent(resource.at)
        location = _location(resource, template, resources)
        rollout = rollout_of(resource, location)
        yield VirtualMachines(
            **resource.head,
            platform=MACHINES,
            replicas=_count(resource),
            surge=surge_of(rollout),
            rollout=rollout,
            stop_grace=_grace(resource.at),
            host_network=_host_network(resource.at),
            targets=tuple(_targets_of_group(resource, resources)),
            location=location,
            interruptible=is_spot(_first(body["scheduling"]), resource.at)
            if template is not None
            else Unknown("its template is not in the scan", resource.at),
            count_reset=resets(resource, "target_size"),
            replaced=Known(value=True, at=resource.at),
            machines=(machine_of(machine),),
            public=_public(template)
            if template is not None
            else Unknown("its template is not in the scan", resource.at),
            heals=_heals(resource),
            **(_settings(template, resources) if template is not None else {}),
        )


def _heals(group: Resource) -> Value[bool]:
    """Return whether a group replaces machines that run and do not answer, which takes a health check of its own."""
    node = argument(group, "auto_healing_policies")
    if node.is_unknown or node.open:
        return Unknown("whether it checks the health of its machines cannot be told", node.at)
    if is_present(node):
        return Known(value=True, at=node.at)
    stated = fact(TABLE, "google_compute_instance_group_manager.auto_healing_policies")
    return default(bool(stated.value), group.at, stated.words)


def _count(resource: Resource) -> Value[int]:
    size = argument(resource, "target_size").integer()
    return Unknown("no size is written, so an autoscaler sets it", size.at) if isinstance(size, Absent) else size


def _location(resource: Resource, template: Resource | None, resources: Resources) -> Location:
    """Return the zones of a group: the one of a zonal group, those that a regional one lists, else all of a region."""
    subnets: Maybe[tuple[str, ...]] = Unknown("its template is not in the scan", resource.at)
    if template is not None:
        subnets = subnets_of(template.body["network_interface"], resources)
    if resource.type == "google_compute_instance_group_manager":
        return Location(zones=_one(argument(resource, "zone").string(), resource.at), subnets=subnets)
    node = argument(resource, "distribution_policy_zones")
    names = [each.string() for each in node.each()]
    known = tuple(each.value for each in names if isinstance(each, Known))
    if node.is_absent:
        return Location(zones=Absent(node.at), subnets=subnets)
    if not node.complete or len(known) < len(names):
        return Location(zones=Unknown("the zones of the group cannot be told", node.at), subnets=subnets)
    return Location(zones=Known(known, node.at), subnets=subnets)


def _grace(at: Span) -> Value[int]:
    return Unknown("how long a machine takes to stop is a matter of its system", at)


def _host_network(at: Span) -> Value[bool]:
    stated = fact(TABLE, "google_compute_instance.host_network")
    return default(bool(stated.value), at, stated.words)
