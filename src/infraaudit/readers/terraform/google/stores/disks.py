"""Lifts the disks of Compute Engine, with the schedules and plans that copy them and the machines that hold them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import DataClass, Datastore, FacetName, Known, Unknown
from infraaudit.readers.terraform.google.facets import facets_of
from infraaudit.readers.terraform.google.stores.backup_plans import ASSOCIATION, ATTACHMENTS, SCHEDULE, snapshotted_by
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, literals, may_be_present
from infraaudit.readers.terraform.lifting.naming import data_class_of
from infraaudit.readers.terraform.lifting.pointing import means, mentioned
from infraaudit.readers.terraform.lifting.store_parts import with_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ZONAL, _REGIONAL = "google_compute_disk", "google_compute_region_disk"
_MACHINE, _ATTACHED = "google_compute_instance", "google_compute_attached_disk"


def lift_disks(resources: Resources) -> Iterator[Datastore]:
    """Lift zonal and regional disks. One that is made from an image is the system of a machine, and is made again."""
    for resource in resources.of_type(_ZONAL, _REGIONAL):
        identifiers = literals(argument(resource, "name").string())
        scratch = argument(resource, "type").content == "local-ssd"
        store = Datastore(
            **resource.head,
            engine="disk",
            managed=True,
            data_class=DataClass.TRANSIENT
            if scratch
            else data_class_of((resource.name, *identifiers), DataClass.PRIMARY),
            identifiers=identifiers,
            facets=facets_of(resource, _answers(resource, resources)),
            replica=may_be_present(argument(resource, "async_primary_disk")),
        )
        yield _asked(with_parts(store, resource), resource)


def _answers(disk: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    alone = Known(disk.type == _ZONAL, argument(disk, "zone").at)
    return {FacetName.BACKED_UP: _copied(disk, resources), FacetName.ONE_ZONE: alone}


def _asked(disk: Datastore, resource: Resource) -> Datastore:
    """Return a disk with the questions that fit it: of the system of a machine nobody wants copies."""
    if not is_present(argument(resource, "image")):
        return disk
    spared = {FacetName.BACKED_UP, FacetName.ONE_ZONE}
    return replace(disk, facets=tuple(each for each in disk.facets if each.name not in spared))


# -- who copies it ---------------------------------------------------------------------------------------------


def _copied(disk: Resource, resources: Resources) -> Value[bool]:
    """Return whether a schedule makes snapshots of a disk, or a plan copies it or the machine that holds it."""
    for policy in resources.of_type(SCHEDULE):
        if is_present(argument(policy, "snapshot_schedule_policy")):
            at = next((place for address, place in snapshotted_by(policy, resources) if address == disk.address), None)
            if at is not None:
                return Known(value=True, at=at)
    holders = (disk, *_machines(disk, resources))
    for tie in resources.of_type(ASSOCIATION):
        node = argument(tie, "resource")
        if any(means(resources, node, each, "name") for each in holders):
            return Known(value=True, at=node.at)
    return _perhaps_copied(disk, resources) or Known(value=False, at=disk.at)


def _perhaps_copied(disk: Resource, resources: Resources) -> Value[bool] | None:
    """Return why a disk may be copied after all: by what is not in the scan, or cannot be told."""
    for holder in (disk, *_machines(disk, resources)):
        named = argument(holder, "resource_policies")
        if may_be_present(named) and not mentioned(resources, named, SCHEDULE):
            return Unknown("it names a policy that is not in the scan, and may make snapshots", named.at)
    for tie in resources.of_type(*ATTACHMENTS, ASSOCIATION):
        node = argument(tie, "resource" if tie.type == ASSOCIATION else "disk")
        if node.is_unknown and not mentioned(resources, node):
            return Unknown(f"what {tie.address} is for cannot be told", node.at)
    maybe = next((each for each in resources.perhaps if each.type in {*ATTACHMENTS, ASSOCIATION}), None)
    return None if maybe is None else Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)


def _machines(disk: Resource, resources: Resources) -> Iterator[Resource]:
    """Yield the machines that a disk is attached to, by a block of theirs or by a resource of its own."""
    for machine in resources.of_type(_MACHINE):
        if any(_is(disk, node, resources) for node in _held_by(machine)):
            yield machine
    for tie in resources.of_type(_ATTACHED):
        if _is(disk, argument(tie, "disk"), resources):
            node = argument(tie, "instance")
            yield from (each for each in resources.of_type(_MACHINE) if means(resources, node, each, "name"))


def _held_by(machine: Resource) -> Iterator[Node]:
    yield argument(machine, "boot_disk.source")
    for each in blocks(argument(machine, "attached_disk"))[0]:
        yield each["source"]


def _is(disk: Resource, node: Node, resources: Resources) -> bool:
    return means(resources, node, disk, "name") is True
