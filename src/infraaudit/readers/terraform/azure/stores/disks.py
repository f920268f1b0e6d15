"""Lifts the managed disks of Azure that are made by themselves, with what copies them and what they are attached to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import DataClass, Datastore, FacetName, Known, PodVolume, Unknown, VolumeKind, known_value
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, literals, reason
from infraaudit.readers.terraform.lifting.naming import data_class_of
from infraaudit.readers.terraform.lifting.pointing import mentioned, pointed
from infraaudit.readers.terraform.lifting.recovery import objective_of
from infraaudit.readers.terraform.lifting.store_parts import with_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DISK = "azurerm_managed_disk"
_ATTACHMENT = "azurerm_virtual_machine_data_disk_attachment"
_COPIES = {
    "azurerm_data_protection_backup_instance_disk": "disk_id",
    "azurerm_backup_protected_vm": "source_vm_id",
    "azurerm_site_recovery_replicated_vm": "source_vm_id",
}
"""What copies disks, by itself or with the machine, and the argument that names which."""

_CHOSEN = ("exclude_disk_luns", "include_disk_luns")
_ASSIGNMENTS = (
    "azurerm_management_group_policy_assignment",
    "azurerm_policy_assignment",
    "azurerm_resource_group_policy_assignment",
    "azurerm_subscription_policy_assignment",
)
_OF_SYSTEMS = frozenset({"fromimage", "import", "importsecure"})
"""How a disk is made that a system is started from: what is on it can be made again."""


def lift_disks(resources: Resources) -> Iterator[Datastore]:
    """Lift ``azurerm_managed_disk``."""
    for resource in resources.of_type(_DISK):
        identifiers = literals(argument(resource, "name").string())
        facets = facets_of(resource, resources, _answers(resource, resources))
        if _starts_a_system(resource):
            facets = tuple(each for each in facets if each.name is not FacetName.BACKED_UP)
        store = Datastore(
            **resource.head,
            engine="disk",
            managed=True,
            data_class=data_class_of((resource.name, *identifiers), DataClass.PRIMARY),
            instance_class=argument(resource, "storage_account_type").string(),
            facets=facets,
            objective=objective_of(resource),
            identifiers=identifiers,
        )
        yield with_parts(store, resource)


def _starts_a_system(disk: Resource) -> bool:
    made = known_value(argument(disk, "create_option").string()) or ""
    return made.lower() in _OF_SYSTEMS or is_present(argument(disk, "os_type"))


def _answers(disk: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    copied = _copied(disk, resources)
    return {} if copied is None else {FacetName.BACKED_UP: copied}


def _copied(disk: Resource, resources: Resources) -> Value[bool] | None:
    """Return whether something copies a disk, alone or with its machine; ``None`` where nothing in the scan does."""
    holders = (disk, *_machines(disk, resources))
    doubt: Value[bool] | None = None
    for type_, name in _COPIES.items():
        for copies in resources.of_type(type_):
            node = argument(copies, name)
            if any(each in holders for each in mentioned(resources, node)):
                chosen = next((each for each in _CHOSEN if is_present(argument(copies, each))), None)
                if chosen is None:
                    return Known(value=True, at=copies.at)
                doubt = Unknown(f"{copies.address} copies some disks of the machine, by {chosen}", copies.at)
            elif node.is_unknown and not node.mentions:
                doubt = doubt or Unknown(f"what {copies.address} copies cannot be told, for {reason(node)}", node.at)
    for perhaps in resources.perhaps:
        if perhaps.type in _COPIES:
            doubt = doubt or Unknown(f"whether {perhaps.address} is made cannot be told", perhaps.at)
    for assignment in resources.of_type(*_ASSIGNMENTS):
        doubt = doubt or Unknown(f"{assignment.address} may make Azure add copies", assignment.at)
    return doubt


def _machines(disk: Resource, resources: Resources) -> Iterator[Resource]:
    for attachment in resources.of_type(_ATTACHMENT):
        if disk in mentioned(resources, argument(attachment, "managed_disk_id")):
            yield from mentioned(resources, argument(attachment, "virtual_machine_id"))
    for machine in resources.of_type("azurerm_virtual_machine"):
        if any(disk in mentioned(resources, each["managed_disk_id"]) for each in _inner(machine)):
            yield machine


def _inner(machine: Resource) -> tuple[Node, ...]:
    """Return the data disks that are written within a machine of the former type."""
    return blocks(machine.body["storage_data_disk"])[0]


def attached_disks(machine: Resource, resources: Resources) -> tuple[PodVolume, ...]:
    """Return the data disks of a machine: attached by resources of their own, or written within it."""
    attached = [
        (argument(each, "managed_disk_id"), f"lun {known_value(argument(each, 'lun').string()) or '?'}")
        for each in resources.of_type(_ATTACHMENT)
        if machine in mentioned(resources, argument(each, "virtual_machine_id"))
    ]
    within = [
        (each["managed_disk_id"] if not each["managed_disk_id"].is_absent else each["name"], _lun(each))
        for each in _inner(machine)
    ]
    return tuple(
        PodVolume(
            name=name,
            kind=Known(VolumeKind.PERSISTENT, node.at),
            type="disk",
            source=pointed(resources, node),
            at=node.at,
        )
        for node, name in (*attached, *within)
    )


def _lun(disk: Node) -> str:
    return known_value(disk["name"].string()) or f"lun {known_value(disk['lun'].string()) or '?'}"
