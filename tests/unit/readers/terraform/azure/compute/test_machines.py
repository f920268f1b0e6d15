"""Machines of Azure with their disks and sets, and the door by which people come to them."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    AdministrationDoor,
    Datastore,
    FacetName,
    GuardName,
    Known,
    Unknown,
    VirtualMachines,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

DISK = "azurerm_managed_disk.data: {name: data, create_option: Empty}\n"
MACHINE = "azurerm_linux_virtual_machine.web: {name: web}\n"
ATTACHMENT = """\
azurerm_virtual_machine_data_disk_attachment.data:
  managed_disk_id: ref(azurerm_managed_disk.data.id)
  virtual_machine_id: ref(azurerm_linux_virtual_machine.web.id)
  lun: 10
"""
PROTECTED = "azurerm_backup_protected_vm.web: {source_vm_id: ref(azurerm_linux_virtual_machine.web.id)MORE}\n"


@pytest.mark.parametrize(
    ("more", "copied"),
    [
        ("", False),
        ("azurerm_data_protection_backup_instance_disk.a: {disk_id: ref(azurerm_managed_disk.data.id)}\n", True),
        ("azurerm_data_protection_backup_instance_disk.a: {disk_id: ref(azurerm_managed_disk.other.id)}\n", False),
        ("azurerm_data_protection_backup_instance_disk.a: {disk_id: unknown(var.disk)}\n", None),
        (MACHINE + ATTACHMENT + PROTECTED.replace("MORE", ""), True),
        (MACHINE + PROTECTED.replace("MORE", ""), False),
        (MACHINE + ATTACHMENT + PROTECTED.replace("MORE", ", exclude_disk_luns: [10]"), None),
        ("azurerm_subscription_policy_assignment.a: {name: backups}\n", None),
    ],
)
def test_what_copies_a_disk(more: str, *, copied: bool | None) -> None:
    disk = only(DISK + more, Datastore)
    facet = disk.facet(FacetName.BACKED_UP)
    assert facet is not None
    assert known_value(facet.holds) is copied


@pytest.mark.parametrize("made", ["create_option: FromImage", "create_option: Copy, os_type: Linux"])
def test_a_disk_that_a_system_starts_from_needs_no_copy(made: str) -> None:
    disk = only(f"azurerm_managed_disk.system: {{{made}}}\n", Datastore)
    assert disk.facet(FacetName.BACKED_UP) is None
    assert disk.facet(FacetName.ENCRYPTED_AT_REST) is not None


def test_a_machine_has_the_disks_that_are_attached_to_it() -> None:
    (machine,) = lifted(DISK + MACHINE + ATTACHMENT, VirtualMachines)
    assert [(each.name, known_value(each.source)) for each in machine.volumes] == [
        ("lun 10", "azurerm_managed_disk.data")
    ]


def test_a_machine_of_the_former_type_has_its_disks_within_it_and_says_who_comes_in() -> None:
    text = DISK + (
        "azurerm_virtual_machine.web:\n"
        "  vm_size: Standard_D2s_v5\n"
        "  os_profile_linux_config: [{disable_password_authentication: false}]\n"
        "  storage_data_disk: [{name: data, lun: 0, managed_disk_id: ref(azurerm_managed_disk.data.id)}]\n"
    )
    (machine,) = lifted(text, VirtualMachines)
    assert [known_value(each.source) for each in machine.volumes] == ["azurerm_managed_disk.data"]
    (guard,) = machine.guards
    assert (guard.name, known_value(guard.holds)) == (GuardName.NO_PASSWORDS, False)


@pytest.mark.parametrize(
    ("more", "zones"),
    [
        ("zone: 2", ("2",)),
        ("availability_set_id: ref(azurerm_availability_set.a.id)", ("one that Azure picks",)),
        ("zone: unknown(var.zone)", None),
    ],
)
def test_the_zone_of_a_machine(more: str, zones: tuple[str, ...] | None) -> None:
    (machine,) = lifted(f"azurerm_linux_virtual_machine.web: {{{more}}}\n", VirtualMachines)
    assert machine.location is not None
    assert known_value(machine.location.zones) == zones
    assert isinstance(machine.location.zones, Known | Unknown)


def test_a_bastion_brings_people_to_the_machines_of_its_network() -> None:
    text = (
        "azurerm_virtual_network.main: {name: main}\n"
        "azurerm_subnet.bastion: {virtual_network_name: ref(azurerm_virtual_network.main.name)}\n"
        "azurerm_bastion_host.main: {name: b, ip_configuration: [{subnet_id: ref(azurerm_subnet.bastion.id)}]}\n"
    )
    door = only(text, AdministrationDoor)
    assert known_value(door.network) == "azurerm_virtual_network.main"
    assert isinstance(only("azurerm_bastion_host.main: {name: b}\n", AdministrationDoor).network, Unknown)
