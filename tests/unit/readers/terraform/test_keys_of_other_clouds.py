"""Keys of Google Cloud and Azure, and the vaults and policies of Azure Backup."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, BackupPlan, BackupVault, EncryptionKey, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

GOOGLE = """\
google_kms_crypto_key.main: {name: main, rotation_period: 7776000s, destroy_scheduled_duration: 2592000s}
google_kms_crypto_key_iam_member.reader: {crypto_key_id: ref(google_kms_crypto_key.main.id)}
google_sql_database_instance.main: {encryption_key_name: ref(google_kms_crypto_key.main.id)}
"""


def test_a_key_of_google_with_what_it_encrypts() -> None:
    key = only(GOOGLE, EncryptionKey)
    assert known_value(key.rotated) is True
    assert (known_value(key.deletion_window), known_value(key.guarded)) == (30, False)
    assert [use.address for use in key.users] == ["google_sql_database_instance.main"]
    assert key.identifiers == ("main",)


@pytest.mark.parametrize(
    ("written", "rotated"),
    [("name: a", False), ("purpose: ASYMMETRIC_SIGN", Absent), ("rotation_period: unknown(var.period)", Unknown)],
)
def test_what_a_key_of_google_says_of_its_rotation(written: str, rotated: bool | type) -> None:  # noqa: FBT001 - a case
    key = only(f"google_kms_crypto_key.main: {{{written}}}\n", EncryptionKey)
    assert known_value(key.rotated) is rotated if isinstance(rotated, bool) else isinstance(key.rotated, rotated)
    assert isinstance(key.deletion_window, Unknown)


AZURE = """\
azurerm_key_vault.main: {purge_protection_enabled: true}
azurerm_key_vault.open: {}
azurerm_key_vault_key.main:
  name: main
  key_vault_id: ref(azurerm_key_vault.main.id)
  rotation_policy: [{automatic: [{time_after_creation: P30D}]}]
  lifecycle: [{prevent_destroy: true}]
azurerm_key_vault_key.loose: {key_vault_id: ref(azurerm_key_vault.open.id)}
azurerm_key_vault_key.foreign: {key_vault_id: unknown(var.vault has no default)}
azurerm_role_assignment.reader: {scope: ref(azurerm_key_vault_key.main.id)}
azurerm_postgresql_flexible_server.main:
  customer_managed_key: [{key_vault_key_id: ref(azurerm_key_vault_key.main.id)}]
"""


def test_the_vault_says_what_the_deletion_of_a_key_leaves() -> None:
    keys = {each.name: each for each in lifted(AZURE, EncryptionKey)}
    windows = [known_value(keys[name].deletion_window) for name in ("main", "loose", "foreign")]
    assert windows == [90, 0, None]
    assert [known_value(keys[name].rotated) for name in ("main", "loose")] == [True, False]
    assert known_value(keys["main"].guarded) is True
    assert [use.address for use in keys["main"].users] == ["azurerm_postgresql_flexible_server.main"]


BACKUPS = """\
azurerm_recovery_services_vault.main: {name: vault, immutability: Locked}
azurerm_data_protection_backup_vault.other: {immutability: unknown(var.lock has no default)}
azurerm_linux_virtual_machine.web: {size: Standard_D2s_v5}
azurerm_backup_policy_vm.nightly:
  recovery_vault_name: ref(azurerm_recovery_services_vault.main.name)
  backup: [{frequency: Daily, time: "23:00"}]
  retention_daily: [{count: 14}]
azurerm_backup_protected_vm.web:
  source_vm_id: ref(azurerm_linux_virtual_machine.web.id)
  backup_policy_id: ref(azurerm_backup_policy_vm.nightly.id)
azurerm_backup_policy_file_share.rare:
  backup: [{frequency: unknown(var.often has no default)}]
  retention_weekly: [{count: 4}]
"""


def test_a_policy_copies_what_is_put_under_it() -> None:
    plans = {each.name: each for each in lifted(BACKUPS, BackupPlan)}
    assert [address for address, _ in plans["nightly"].protects] == ["azurerm_linux_virtual_machine.web"]
    (rule,) = plans["nightly"].rules
    assert (known_value(rule.interval), known_value(rule.retention)) == (86_400, 14)
    assert known_value(rule.vault) == "azurerm_recovery_services_vault.main"
    (rare,) = plans["rare"].rules
    assert isinstance(rare.interval, Unknown)
    assert (known_value(rare.retention), plans["rare"].protects) == (28, ())


def test_a_vault_is_locked_or_not() -> None:
    main, other = lifted(BACKUPS, BackupVault)
    assert main.locked is not None
    assert known_value(main.locked) is True
    assert isinstance(other.locked, Unknown)
    bare = only("azurerm_recovery_services_vault.main: {immutability: Unlocked}\n", BackupVault)
    assert isinstance(bare.locked, Absent)
