"""Lifts the vaults and policies of Azure Backup, with what they copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, BackupPlan, BackupRule, BackupVault, Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, block, literals
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_RECOVERY = "azurerm_recovery_services_vault"
_VAULTS = (_RECOVERY, "azurerm_data_protection_backup_vault")
_POLICIES = {
    "azurerm_backup_policy_vm": (("azurerm_backup_protected_vm", "source_vm_id"),),
    "azurerm_backup_policy_file_share": (("azurerm_backup_protected_file_share", "source_storage_account_id"),),
}
"""The types of policies, and for each the resources that put something under one, with the argument that names it."""

_INTERVALS = {"hourly": 3_600, "daily": 86_400, "weekly": 7 * 86_400}


def lift_vaults(resources: Resources) -> Iterator[BackupVault]:
    """Lift the vaults of both kinds."""
    for resource in resources.of_type(*_VAULTS):
        yield BackupVault(
            **resource.head,
            locked=_locked(resource),
            identifiers=literals(argument(resource, "name").string()),
        )


def _locked(vault: Resource) -> Maybe[bool]:
    """Return whether nobody can delete a point before its time; a lock that may be taken off again is none."""
    written = argument(vault, "immutability").string()
    if isinstance(written, Known):
        return Known(value=True, at=written.at) if written.value == "Locked" else Absent(written.at)
    return Unknown(written.why, written.at) if isinstance(written, Unknown) else written


def lift_policies(resources: Resources) -> Iterator[BackupPlan]:
    """Lift the policies for machines and for shares of files."""
    for type_, holders in _POLICIES.items():
        for resource in resources.of_type(type_):
            protects = tuple(_protects(resource, resources, holders))
            yield BackupPlan(**resource.head, rules=(_rule(resource, resources),), protects=protects)


def _rule(policy: Resource, resources: Resources) -> BackupRule:
    backup = block(policy, "backup")
    frequency = backup["frequency"].string()
    interval: Maybe[int] = Unknown("how often copies are made cannot be told", backup.at)
    if isinstance(frequency, Known) and frequency.value.lower() in _INTERVALS:
        interval = frequency.map(lambda word: _INTERVALS[word.lower()])
    return BackupRule(
        interval=interval,
        retention=_retention(policy),
        continuous=Known(value=False, at=policy.at),
        vault=pointed(resources, argument(policy, "recovery_vault_name")),
        copies=(),
        at=policy.at,
    )


def _retention(policy: Resource) -> Maybe[int]:
    """Return for how many days a daily or weekly copy is kept."""
    daily = argument(policy, "retention_daily.count").integer()
    if not isinstance(daily, Absent):
        return daily
    weekly = argument(policy, "retention_weekly.count").integer()
    return weekly.map(lambda weeks: weeks * 7) if not isinstance(weekly, Absent) else daily


def _protects(
    policy: Resource, resources: Resources, holders: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, Span]]:
    for type_, name in holders:
        for holder in resources.of_type(type_):
            if behind(resources, argument(holder, "backup_policy_id"), policy.type) == policy:
                node = argument(holder, name)
                yield from ((each.address, node.at) for each in mentioned(resources, node))
