from __future__ import annotations

import pytest

from infraaudit.model import Absent, Cluster, GuardName, Known, NodePool, Queue, VirtualMachines, known_value
from tests.unit.readers.terraform.aws.builder import only

CLUSTER = "azurerm_kubernetes_cluster.main: {name: shop, BODY}\n"


def _cluster(body: str) -> Cluster:
    return only(CLUSTER.replace(", BODY", f", {body}" if body else ""), Cluster)


@pytest.mark.parametrize(
    ("body", "moves"),
    [
        ("", False),
        ("automatic_upgrade_channel: patch", True),
        ("automatic_upgrade_channel: node-image", False),
        ("automatic_channel_upgrade: stable", True),
        ("automatic_upgrade_channel: unknown(var.channel)", None),
    ],
)
def test_whether_it_moves_to_new_releases(body: str, *, moves: bool | None) -> None:
    answer = _cluster(body).upgrades_itself
    assert answer is not None
    assert known_value(answer) is moves


@pytest.mark.parametrize(
    ("body", "window"),
    [
        ("", None),
        ("maintenance_window_auto_upgrade: [{start_time: '02:00'}]", "02:00"),
        ("maintenance_window: [{allowed: [{day: Sunday}]}]", "maintenance_window"),
    ],
)
def test_when_it_may_be_upgraded(body: str, window: str | None) -> None:
    answer = _cluster(body).window
    assert answer is not None
    assert known_value(answer) == window


@pytest.mark.parametrize(
    ("body", "enforces"),
    [
        ("", False),
        ("network_profile: [{network_policy: calico}]", True),
        ("network_profile: [{network_data_plane: cilium}]", True),
        ("network_profile: [{network_policy: unknown(var.engine)}]", None),
        ("network_profile: [{network_data_plane: unknown(var.plane)}]", None),
    ],
)
def test_whether_policies_have_effect(body: str, *, enforces: bool | None) -> None:
    answer = _cluster(body).enforces_policies
    assert answer is not None
    assert known_value(answer) is enforces


def test_what_a_cluster_gives_to_pods_and_nodes() -> None:
    plain, rich = _cluster(""), _cluster("workload_identity_enabled: true, oms_agent: [{}], monitor_metrics: [{}]")
    expected = ((plain, False, ()), (rich, True, ("Prometheus", "Container Insights")))
    for cluster, identities, metrics in expected:
        assert cluster.pod_identities is not None
        assert cluster.metric_kinds is not None
        assert cluster.node_addresses is not None
        assert known_value(cluster.pod_identities) is identities
        assert known_value(cluster.metric_kinds) == metrics
        assert known_value(cluster.node_addresses) is False


TIED = "azure_active_directory_role_based_access_control: [{azure_rbac_enabled: true}]"


@pytest.mark.parametrize(
    ("body", "ways"),
    [
        ("", []),
        ("role_based_access_control_enabled: false", [True]),
        (TIED, [False]),
        (f"{TIED}, local_account_disabled: true", []),
        (f"{TIED}, local_account_disabled: unknown(var.local)", []),
    ],
)
def test_ways_into_the_api(body: str, ways: list[bool]) -> None:
    assert [each.everything for each in _cluster(body).old_access] == ways


def test_what_copies_a_cluster() -> None:
    assert _cluster("").backs_up is None
    text = (
        CLUSTER.replace(", BODY", "")
        + """\
azurerm_data_protection_backup_instance_kubernetes_cluster.main:
  kubernetes_cluster_id: ref(azurerm_kubernetes_cluster.main.id)
"""
    )
    copied = only(text, Cluster).backs_up
    assert copied is not None
    assert known_value(copied) is True


MACHINE = """\
azurerm_network_interface.main: {name: web, ip_forwarding_enabled: FORWARDS}
azurerm_linux_virtual_machine.main:
  network_interface_ids: [ref(azurerm_network_interface.main.id)]
  disable_password_authentication: KEYS
"""


@pytest.mark.parametrize(
    ("keys", "forwards", "expected"),
    [
        ("null", "null", (True, True)),
        ("false", "true", (False, False)),
        ("unknown(var.keys)", "unknown(var.forwards)", (None, None)),
    ],
)
def test_the_guards_of_a_machine(keys: str, forwards: str, expected: tuple[bool | None, bool | None]) -> None:
    machine = only(MACHINE.replace("KEYS", keys).replace("FORWARDS", forwards), VirtualMachines)
    guards = {each.name: known_value(each.holds) for each in machine.guards}
    assert (guards[GuardName.NO_PASSWORDS], guards[GuardName.OWN_PACKETS]) == expected


@pytest.mark.parametrize(
    ("body", "heals"),
    [
        ("{}", False),
        ("{automatic_instance_repair: [{enabled: true}]}", True),
        ("{automatic_instance_repair: unknown(var.repair)}", None),
    ],
)
def test_whether_a_scale_set_heals(body: str, *, heals: bool | None) -> None:
    answer = only(f"azurerm_linux_virtual_machine_scale_set.web: {body}\n", VirtualMachines).heals
    assert answer is not None
    assert known_value(answer) is heals


@pytest.mark.parametrize(("body", "expiry"), [("{}", None), ("{auto_delete_on_idle: P7D}", 604_800)])
def test_a_queue_that_nobody_uses(body: str, expiry: int | None) -> None:
    answer = only(f"azurerm_servicebus_queue.q: {body}\n", Queue).idle_expiry
    assert answer is not None
    assert known_value(answer) == expiry
    assert expiry is not None or isinstance(answer, Absent)


@pytest.mark.parametrize(
    ("tier", "promised", "stated"),
    [("", False, False), ("sku_tier: Free", False, True), ("sku_tier: Premium", True, True)],
)
def test_who_answers_for_the_control_plane(tier: str, *, promised: bool, stated: bool) -> None:
    cluster = only(f"azurerm_kubernetes_cluster.main: {{{tier}}}\n", Cluster)
    assert isinstance(cluster.promised, Known)
    assert (cluster.promised.value, cluster.promised.stated) == (promised, stated)


@pytest.mark.parametrize(
    ("profile", "pods"),
    [
        ("{network_plugin: azure}", 30),
        ("{network_plugin: azure, network_plugin_mode: overlay}", 250),
        ("{network_plugin: kubenet}", 110),
        ("{network_plugin: none}", 250),
    ],
)
def test_pods_of_a_node_follow_the_network(profile: str, pods: int) -> None:
    text = (
        f"azurerm_kubernetes_cluster.main: {{network_profile: [{profile}], default_node_pool: [{{node_count: 1}}]}}\n"
    )
    assert known_value(only(text, NodePool).pods_per_node) == pods


def test_pods_with_a_subnet_of_their_own_are_more() -> None:
    pool = "[{node_count: 1, pod_subnet_id: ref(azurerm_subnet.pods.id)}]"
    profile = "[{network_plugin: azure}]"
    text = f"azurerm_kubernetes_cluster.main: {{network_profile: {profile}, default_node_pool: {pool}}}\n"
    assert known_value(only(text, NodePool).pods_per_node) == 110


@pytest.mark.parametrize(
    ("more", "public"),
    [("{}", True), ("{private_cluster: [{private_dns_zone_id: System}]}", False)],
)
def test_an_automatic_cluster_has_what_the_platform_sets(more: str, *, public: bool) -> None:
    cluster = only(f"azurerm_kubernetes_automatic_cluster.main: {more}\n", Cluster)
    assert known_value(cluster.endpoint_public) is public
    assert known_value(cluster.makes_nodes) is True
    for fixed in (cluster.promised, cluster.upgrades_itself, cluster.enforces_policies, cluster.pod_identities):
        assert fixed is not None
        assert known_value(fixed) is True
    assert known_value(cluster.endpoint_sources[0]) == "0.0.0.0/0"


def test_an_automatic_cluster_lets_in_the_ranges_that_it_lists() -> None:
    text = (
        "azurerm_kubernetes_automatic_cluster.main: {api_server_access: [{authorized_ip_ranges: [198.51.100.0/24]}]}\n"
    )
    cluster = only(text, Cluster)
    assert [known_value(each) for each in cluster.endpoint_sources] == ["198.51.100.0/24"]
    assert cluster.endpoint_sources_complete
