from __future__ import annotations

import pytest

from infraaudit.model import Absent, BackupPlan, BackupVault, Datastore, FacetName, Unknown, known_value
from infraaudit.readers.terraform.azure.durations import days, gap, seconds
from tests.unit.readers.terraform.aws.builder import lifted, only


@pytest.mark.parametrize(
    ("written", "expected"),
    [("P1W", 604_800), ("P4M", 10_368_000), ("P1Y", 31_536_000), ("P1DT1H", 90_000), ("P", None), ("7 days", None)],
)
def test_durations(written: str, expected: int | None) -> None:
    assert seconds(written) == expected


def test_days_and_times_that_repeat() -> None:
    assert (days("P30D"), days("PT1H"), days("x")) == (30, 0, None)
    assert (gap("R/2026-05-23T02:30:00+00:00/P1W"), gap("P1W"), gap("R/often")) == (604_800, None, None)


PLAN = """\
azurerm_data_protection_backup_vault.main: {name: shop}
azurerm_data_protection_backup_policy_TYPE.main:
  vault_id: ref(azurerm_data_protection_backup_vault.main.id)
  backup_repeating_time_intervals: ["R/2026-05-23T02:30:00+00:00/P1D"]
  RETENTION
azurerm_data_protection_backup_instance_TYPE.main:
  backup_policy_id: ref(azurerm_data_protection_backup_policy_TYPE.main.id)
  SOURCE: ref(azurerm_SOMETHING.main.id)
azurerm_SOMETHING.main: {name: orders}
"""


@pytest.mark.parametrize(
    ("type_", "retention", "source", "something", "continuous"),
    [
        ("disk", "default_retention_duration: P7D", "disk_id", "managed_disk", False),
        ("blob_storage", "operational_default_retention_duration: P7D", "storage_account_id", "storage_account", True),
        ("blob_storage", "vault_default_retention_duration: P7D", "storage_account_id", "storage_account", False),
        (
            "postgresql_flexible_server",
            "default_retention_rule: [{life_cycle: [{duration: P1W}]}]",
            "server_id",
            "postgresql_flexible_server",
            False,
        ),
        (
            "kubernetes_cluster",
            "default_retention_rule: [{life_cycle: [{duration: P7D}]}]",
            "kubernetes_cluster_id",
            "kubernetes_cluster",
            False,
        ),
    ],
)
def test_a_policy_of_a_backup_vault(
    type_: str, retention: str, source: str, something: str, *, continuous: bool
) -> None:
    text = PLAN.replace("TYPE", type_).replace("RETENTION", retention).replace("SOURCE", source)
    plan = only(text.replace("SOMETHING", something), BackupPlan)
    (rule,) = plan.rules
    assert (known_value(rule.interval), known_value(rule.retention)) == (86_400, 7)
    assert known_value(rule.continuous) is continuous
    assert known_value(rule.vault) == "azurerm_data_protection_backup_vault.main"
    assert [address for address, _ in plan.protects] == [f"azurerm_{something}.main"]
    assert plan.complete


def test_a_policy_that_may_copy_more() -> None:
    text = """\
azurerm_backup_policy_vm.main: {backup: [{frequency: Daily}], retention_daily: [{count: 7}]}
azurerm_backup_protected_vm.any: {backup_policy_id: unknown(var.policy), source_vm_id: x}
"""
    assert not only(text, BackupPlan).complete


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("azurerm_data_protection_backup_vault.v: {soft_delete: 'Off'}", False),
        ("azurerm_data_protection_backup_vault.v: {soft_delete: AlwaysOn}", True),
        ("azurerm_data_protection_backup_vault.v: {soft_delete: unknown(var.s)}", None),
        ("azurerm_data_protection_backup_vault.v: {}", True),
        ("azurerm_recovery_services_vault.v: {soft_delete_enabled: false}", True),
        ("azurerm_recovery_services_vault.v: {}", True),
    ],
)
def test_whether_a_vault_keeps_what_was_deleted(text: str, *, kept: bool | None) -> None:
    facet = only(f"{text}\n", BackupVault).facet(FacetName.UNDELETED)
    assert facet is not None
    assert known_value(facet.holds) is kept


@pytest.mark.parametrize(
    ("body", "interval", "retention"),
    [
        ("{}", 14_400, 0),
        ("{backup: [{type: Periodic, interval_in_minutes: 60, retention_in_hours: 48}]}", 3_600, 2),
        ("{backup: [{type: Continuous}]}", 60, 30),
        ("{backup: [{type: Continuous, tier: Continuous7Days}]}", 60, 7),
        ("{backup: [{type: unknown(var.kind)}]}", None, None),
    ],
)
def test_the_copies_of_cosmos_db(body: str, interval: int | None, retention: int | None) -> None:
    recovery = only(f"azurerm_cosmosdb_account.a: {body}\n", Datastore).recovery
    assert recovery is not None
    assert (known_value(recovery.interval), known_value(recovery.retention)) == (interval, retention)
    assert not isinstance(recovery.interval, Absent)


LOCKED = """\
azurerm_resource_group.main: {name: shop}
azurerm_mssql_server.main: {name: shop, resource_group_name: ref(azurerm_resource_group.main.name)}
azurerm_mssql_database.main: {name: orders, server_id: ref(azurerm_mssql_server.main.id)}
azurerm_management_lock.main: {scope: SCOPE}
"""


@pytest.mark.parametrize(
    ("scope", "guarded"),
    [
        ("ref(azurerm_mssql_database.main.id)", True),
        ("ref(azurerm_mssql_server.main.id)", True),
        ("ref(azurerm_resource_group.main.id)", True),
        ("ref(data.azurerm_subscription.current.id)", True),
        ("/subscriptions/0", True),
        ("/subscriptions/0/resourceGroups/shop/providers/Microsoft.Sql/servers/shop/databases/Orders", True),
        ("/subscriptions/0/resourceGroups/other", False),
        ("ref(azurerm_resource_group.other.id)", False),
        ("unknown(var.scope)", None),
    ],
)
def test_what_a_lock_guards(scope: str, *, guarded: bool | None) -> None:
    store = next(
        each for each in lifted(LOCKED.replace("SCOPE", scope), Datastore) if each.kind == "azurerm_mssql_database"
    )
    facet = store.facet(FacetName.DELETION_PROTECTED)
    assert facet is not None
    assert known_value(facet.holds) is guarded
    assert guarded is not None or isinstance(facet.holds, Unknown)
