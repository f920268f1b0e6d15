"""Clusters of Azure Kubernetes Service with their pools, and the machines of Azure."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, NodePool, Taint, Unknown, VirtualMachines, known_value
from tests.unit.readers.terraform.aws.builder import only


def pool(written: str, more: str = "") -> NodePool:
    return only(f"azurerm_kubernetes_cluster.c: {{default_node_pool: [{{{written}}}]{more}}}\n", NodePool)


def test_a_pool_without_zones_stands_where_azure_picks() -> None:
    found = pool("vm_size: Standard_D4s_v5, node_count: 3")
    assert found.location is not None
    zones = found.location.zones
    assert isinstance(zones, Known)
    assert (len(zones.value), zones.stated) == (1, False)


def test_bounds_count_only_where_the_pool_is_scaled() -> None:
    assert isinstance(pool("min_count: 1, max_count: 5").maximum, Absent)
    assert known_value(pool("auto_scaling_enabled: true, min_count: 1, max_count: 5").maximum) == 5
    assert known_value(pool("enable_auto_scaling: true, max_count: 5").maximum) == 5


@pytest.mark.parametrize(
    ("profile", "pods"),
    [
        ("{network_plugin: azure}", 30),
        ("{network_plugin: azure, network_plugin_mode: overlay}", 250),
        ("{network_plugin: kubenet}", 110),
    ],
)
def test_the_network_plugin_tells_how_many_pods_a_node_takes(profile: str, pods: int) -> None:
    assert known_value(pool("node_count: 1", f", network_profile: [{profile}]").pods_per_node) == pods


def test_without_a_network_plugin_the_number_of_pods_is_unknown() -> None:
    assert isinstance(pool("node_count: 1").pods_per_node, Unknown)


def test_a_taint_is_read_as_kubernetes_writes_it() -> None:
    assert pool("node_taints: ['gpu=true:NoSchedule']").taints == (Taint("gpu", "true", "NoSchedule"),)
    assert pool("node_taints: [gpu]").taints is None


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ("Standard_D4s_v5", (4000, 16)),
        ("Standard_E8ds_v4", (8000, 64)),
        ("Standard_F4s_v2", (4000, 8)),
        ("Standard_B2ms", (2000, 8)),
        ("Standard_DS2_v2", None),
        ("Standard_NC6", None),
    ],
)
def test_a_size_tells_cores_and_memory(size: str, found: tuple[int, int] | None) -> None:
    machine = pool(f"vm_size: {size}").machines[0]
    told = (machine.value.cpu, machine.value.memory // 2**30) if isinstance(machine, Known) else None
    assert told == found


def test_a_machine_is_public_by_its_interface() -> None:
    text = """\
azurerm_linux_virtual_machine.m: {network_interface_ids: [ref(azurerm_network_interface.n.id)]}
azurerm_network_interface.n: {ip_configuration: [{public_ip_address_id: ref(azurerm_public_ip.p.id)}]}
"""
    machine = only(text, VirtualMachines)
    assert known_value(machine.public) is True
    assert known_value(machine.replaced) is False
