from __future__ import annotations

import pytest

from infraaudit.model import AuditTrail, Cluster, FacetName, Network, Workflow, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

NETWORK = """\
azurerm_virtual_network.main: {name: shop}
azurerm_subnet.web: {name: web, virtual_network_name: shop}
azurerm_network_security_group.web: {name: web}
azurerm_subnet_network_security_group_association.web:
  subnet_id: ref(azurerm_subnet.web.id)
  network_security_group_id: ref(azurerm_network_security_group.web.id)
"""
LOG = "azurerm_network_watcher_flow_log.main: {TARGET, enabled: ENABLED}\n"


@pytest.mark.parametrize(
    ("target", "enabled", "logged"),
    [
        ("target_resource_id: ref(azurerm_virtual_network.main.id)", "true", True),
        ("target_resource_id: ref(azurerm_virtual_network.main.id)", "false", False),
        ("target_resource_id: ref(azurerm_virtual_network.main.id)", "unknown(var.on)", None),
        ("target_resource_id: ref(azurerm_subnet.web.id)", "true", True),
        ("network_security_group_id: ref(azurerm_network_security_group.web.id)", "true", True),
        ("target_resource_id: ref(azurerm_virtual_network.other.id)", "true", False),
        ("target_resource_id: unknown(var.network)", "true", None),
    ],
)
def test_whether_connections_are_written_down(target: str, enabled: str, *, logged: bool | None) -> None:
    text = NETWORK + LOG.replace("TARGET", target).replace("ENABLED", enabled)
    facet = only(text, Network).facet(FacetName.FLOWS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is logged


def test_without_any_flow_log_they_may_be_made_elsewhere() -> None:
    facet = only(NETWORK, Network).facet(FacetName.FLOWS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is None


SETTING = """\
azurerm_monitor_diagnostic_setting.main:
  target_resource_id: TARGET
  storage_account_id: ref(azurerm_storage_account.logs.id)
  enabled_log: [{category: CATEGORY}]
"""


@pytest.mark.parametrize(("category", "logged"), [("kube-audit-admin", True), ("kube-apiserver", False)])
def test_whether_calls_of_a_control_plane_are_written_down(category: str, *, logged: bool) -> None:
    text = "azurerm_kubernetes_cluster.main: {name: shop}\n" + SETTING.replace("CATEGORY", category)
    cluster = only(text.replace("TARGET", "ref(azurerm_kubernetes_cluster.main.id)"), Cluster)
    facet = cluster.facet(FacetName.CONTROL_PLANE_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is logged


@pytest.mark.parametrize("target", ["ref(data.azurerm_subscription.current.id)", "/subscriptions/0"])
def test_the_record_of_a_subscription(target: str) -> None:
    trail = only(SETTING.replace("TARGET", target).replace("CATEGORY", "Administrative"), AuditTrail)
    assert (known_value(trail.records), known_value(trail.management)) == (True, True)
    assert known_value(trail.bucket) == "azurerm_storage_account.logs"


def test_a_record_of_other_things() -> None:
    text = SETTING.replace("TARGET", "/subscriptions/0")
    assert known_value(only(text.replace("CATEGORY", "Autoscale"), AuditTrail).management) is False
    assert known_value(only(text.replace("CATEGORY", "unknown(var.kind)"), AuditTrail).management) is None
    assert not lifted(text.replace("/subscriptions/0", "/subscriptions/0/resourceGroups/shop"), AuditTrail)


@pytest.mark.parametrize(("category", "level"), [("WorkflowRuntime", "ALL"), ("Other", "OFF")])
def test_the_history_of_a_logic_app(category: str, level: str) -> None:
    text = "azurerm_logic_app_workflow.main: {name: shop}\n" + SETTING.replace("CATEGORY", category)
    workflow = only(text.replace("TARGET", "ref(azurerm_logic_app_workflow.main.id)"), Workflow)
    assert known_value(workflow.log_level) == level
