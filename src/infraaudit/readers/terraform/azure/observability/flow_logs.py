"""Tells which networks of Azure have their connections written down, by a flow log of them or of a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, reason
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_FLOW_LOG = "azurerm_network_watcher_flow_log"
_SUBNET = "azurerm_subnet"
_GROUP = "azurerm_network_security_group"
_BY_SUBNET = "azurerm_subnet_network_security_group_association"
_TARGETS = ("target_resource_id", "network_security_group_id")


def flows_logged(network: Resource, resources: Resources) -> Value[bool]:
    """Return whether the connections of a network are written down.

    In a root without any flow log that cannot be told: they belong to the watcher of a region, and are made beside it.
    """
    logs = resources.of_type(_FLOW_LOG)
    if not logs:
        why = f"no {_FLOW_LOG} is in this configuration, so they may be made with the network watcher"
        return Unknown(why, network.at)
    parts = {network.address, *_parts(network, resources)}
    doubt: Unknown[bool] | None = None
    for log in logs:
        nodes = [node for name in _TARGETS if not (node := argument(log, name)).is_absent]
        enabled = argument(log, "enabled")
        if not any(each.address in parts for node in nodes for each in mentioned(resources, node)):
            untold = next((node for node in nodes if node.is_unknown and not node.mentions), None)
            if untold is not None:
                doubt = doubt or Unknown(f"whose connections {log.address} writes down cannot be told", untold.at)
        elif enabled.is_unknown:
            doubt = doubt or Unknown(reason(enabled), enabled.at)
        elif enabled.content is False:
            return Known(value=False, at=enabled.at)
        else:
            return Known(value=True, at=log.at)
    if doubt is not None:
        return doubt
    return Known(value=False, at=network.at, stated=False, fact="no flow log names it")


def _parts(network: Resource, resources: Resources) -> Iterator[str]:
    """Yield the subnets of a network, and the security groups on them."""
    name = argument(network, "name").content
    for subnet in resources.of_type(_SUBNET):
        node = argument(subnet, "virtual_network_name")
        if network not in mentioned(resources, node) and (not isinstance(name, str) or node.content != name):
            continue
        yield subnet.address
        for association in resources.of_type(_BY_SUBNET):
            if subnet in mentioned(resources, argument(association, "subnet_id")):
                group = behind(resources, argument(association, "network_security_group_id"), _GROUP)
                if group is not None:
                    yield group.address
