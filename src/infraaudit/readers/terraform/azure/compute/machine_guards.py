"""Tells what keeps strangers out of the machines of Azure, and whether one that does not answer is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import GuardName, MachineGuard
from infraaudit.readers.terraform.azure.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_KEYS = "disable_password_authentication"
_FORMER_KEYS = f"os_profile_linux_config.{_KEYS}"
"""Where the former type of machines, and that of scale sets, have it; there it has to be written."""

_FORWARDING = ("ip_forwarding_enabled", "enable_ip_forwarding")


def heals(machines: Resource) -> Value[bool]:
    """Return whether a machine of a scale set that runs but does not answer is replaced."""
    return boolean_or_default(
        argument(machines, "automatic_instance_repair.enabled"),
        "azurerm_virtual_machine_scale_set.automatic_instance_repair",
    )


def guards_of(machines: Resource, interfaces: tuple[Resource, ...]) -> Iterator[MachineGuard]:
    """Yield the guards of a machine: who comes in by SSH, and what its interfaces pass on."""
    node = argument(machines, _KEYS if "_linux_" in machines.type else _FORMER_KEYS)
    if "_linux_" in machines.type or not node.is_absent:
        keys = boolean_or_default(node, f"azurerm_linux_virtual_machine.{_KEYS}")
        yield MachineGuard(GuardName.NO_PASSWORDS, keys, _KEYS)
    for interface in interfaces:
        nodes = [argument(interface, name) for name in _FORWARDING]
        written = next((each for each in nodes if not each.is_absent), nodes[0])
        passes = boolean_or_default(written, "azurerm_network_interface.ip_forwarding_enabled")
        yield MachineGuard(GuardName.OWN_PACKETS, passes.map(_not), _FORWARDING[0])


def _not(passes: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not passes
