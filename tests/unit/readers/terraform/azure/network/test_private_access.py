from __future__ import annotations

import pytest

from infraaudit.model import Absent, NetworkLink, PrivateEndpoint, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

ENDPOINT = """\
azurerm_virtual_network.main: {name: shop}
azurerm_subnet.data: {name: data, virtual_network_name: ref(azurerm_virtual_network.main.name)}
azurerm_key_vault.main: {name: shop}
azurerm_private_endpoint.vault:
  subnet_id: SUBNET
  private_service_connection:
    - private_connection_resource_id: TARGET
      subresource_names: PARTS
  MORE
"""


def _endpoint(
    subnet: str = "ref(azurerm_subnet.data.id)",
    target: str = "ref(azurerm_key_vault.main.id)",
    parts: str = "[vault]",
    more: str = "tags: {}",
) -> PrivateEndpoint:
    text = ENDPOINT.replace("SUBNET", subnet).replace("TARGET", target).replace("PARTS", parts).replace("MORE", more)
    return only(text, PrivateEndpoint)


def test_a_door_to_a_vault() -> None:
    endpoint = _endpoint(more="private_dns_zone_group: [{name: vault}]")
    assert known_value(endpoint.service) == "vault"
    assert known_value(endpoint.network) == "azurerm_virtual_network.main"
    assert known_value(endpoint.subnets) == ("azurerm_subnet.data",)
    assert known_value(endpoint.target or Absent(endpoint.at)) == "azurerm_key_vault.main"
    assert known_value(endpoint.named) is True


def test_a_door_without_a_name() -> None:
    assert isinstance(_endpoint().named, Absent)


@pytest.mark.parametrize("parts", ["[]", "unknown(var.parts)"])
def test_a_door_that_cannot_be_told(parts: str) -> None:
    endpoint = _endpoint("unknown(var.subnet)", "unknown(var.target)", parts, "private_dns_zone_group: unknown(var.z)")
    assert isinstance(endpoint.service, Unknown)
    assert isinstance(endpoint.network, Unknown)
    assert isinstance(endpoint.target, Unknown)
    assert isinstance(endpoint.named, Unknown)


def test_a_door_to_what_lies_elsewhere() -> None:
    target = "/subscriptions/0/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/other"
    assert known_value(_endpoint(target=target).target or Absent(_endpoint().at)) == "other"


def test_networks_that_are_tied() -> None:
    text = """\
azurerm_virtual_network.main: {name: shop}
azurerm_virtual_network_peering.out:
  virtual_network_name: ref(azurerm_virtual_network.main.name)
  remote_virtual_network_id: /subscriptions/0/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub
"""
    link = only(text, NetworkLink)
    assert [known_value(each) for each in link.networks] == ["azurerm_virtual_network.main", "hub"]
