"""Clusters of Google Kubernetes Engine, and the bounds of their pools for all zones together."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Cluster, Known, MachineType, NodePool, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only


def pool(written: str, cluster: str = "{location: europe-west1, remove_default_node_pool: true}") -> NodePool:
    return only(
        f"google_container_cluster.c: {cluster}\n"
        f"google_container_node_pool.p:\n  cluster: ref(google_container_cluster.c.id)\n{written}",
        NodePool,
    )


@pytest.mark.parametrize(
    ("written", "most"),
    [
        ("  autoscaling: [{min_node_count: 1, max_node_count: 2}]\n", 6),
        ("  autoscaling: [{total_min_node_count: 1, total_max_node_count: 4}]\n", 4),
        ("  node_locations: [europe-west1-b, europe-west1-c]\n  autoscaling: [{max_node_count: 5}]\n", 10),
    ],
)
def test_a_bound_of_each_zone_counts_for_all_of_them(written: str, most: int) -> None:
    assert known_value(pool(written).maximum) == most


def test_a_zonal_cluster_has_its_pools_in_its_zone() -> None:
    found = pool("  node_count: 2\n", "{location: europe-west1-b, remove_default_node_pool: true}")
    assert found.location is not None
    assert known_value(found.location.zones) == ("europe-west1-b",)
    assert known_value(found.desired) == 2
    assert isinstance(found.maximum, Absent)


def test_a_regional_pool_is_spread_by_the_platform() -> None:
    found = pool("  node_count: 1\n")
    assert found.location is not None
    assert isinstance(found.location.zones, Absent)
    assert known_value(found.desired) == 3


@pytest.mark.parametrize(
    ("machine", "size"),
    [
        ("e2-standard-4", (4000, 16)),
        ("n1-standard-8", (8000, 30)),
        ("n2-highmem-2", (2000, 16)),
        ("e2-medium", (2000, 4)),
        ("n2-custom-6-20480", (6000, 20)),
    ],
)
def test_a_machine_type_tells_its_size(machine: str, size: tuple[int, int]) -> None:
    found = pool(f"  node_config: [{{machine_type: {machine}}}]\n").machines[0]
    assert isinstance(found, Known)
    assert isinstance(found.value, MachineType)
    assert (found.value.cpu, found.value.memory / 2**30) == size


def test_a_strange_machine_type_has_no_size() -> None:
    assert isinstance(pool("  node_config: [{machine_type: quantum-1}]\n").machines[0], Unknown)


@pytest.mark.parametrize("written", ["{spot: true}", "{preemptible: true}"])
def test_spot_and_its_former_name_can_be_taken_back(written: str) -> None:
    found = pool(f"  node_config: [{written}]\n")
    assert found.interruptible is not None
    assert known_value(found.interruptible) is True


def test_a_cluster_keeps_its_first_pool_unless_told_otherwise() -> None:
    text = "google_container_cluster.c: {location: europe-west1, initial_node_count: 1}\n"
    assert [each.address for each in lifted(text, NodePool)] == ["google_container_cluster.c#default"]
    assert not lifted(text.replace("}", ", remove_default_node_pool: true}"), NodePool)


@pytest.mark.parametrize(
    ("written", "sources"),
    [
        ("", ["0.0.0.0/0"]),
        (", master_authorized_networks_config: [{cidr_blocks: [{cidr_block: 198.51.100.0/24}]}]", ["198.51.100.0/24"]),
        (", master_authorized_networks_config: [{}]", []),
    ],
)
def test_an_authorized_network_is_who_reaches_the_endpoint(written: str, sources: list[str]) -> None:
    cluster = only(f"google_container_cluster.c: {{location: europe-west1{written}}}\n", Cluster)
    assert [known_value(each) for each in cluster.endpoint_sources] == sources


@pytest.mark.parametrize(
    ("config", "whole"),
    [
        ("{}", False),
        ("{service_account: default}", False),
        ("{service_account: ref(google_service_account.nodes.email)}", True),
        ("{service_account: nodes@shop.iam, oauth_scopes: [logging-write]}", False),
        ("{oauth_scopes: [cloud-platform]}", True),
    ],
)
def test_the_scopes_that_nodes_get(config: str, whole: bool) -> None:  # noqa: FBT001 - a case
    pool = only(f"google_container_node_pool.p: {{node_config: [{config}]}}\n", NodePool)
    assert pool.whole_cloud is not None
    assert known_value(pool.whole_cloud) is whole
