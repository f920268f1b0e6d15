"""Lifts the vaults and policies of Azure Backup, of both generations, with what they copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, BackupPlan, BackupRule, BackupVault, FacetName, Known, Unknown
from infraaudit.readers.terraform.azure.durations import days, gap
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, block, literals
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_RECOVERY = "azurerm_recovery_services_vault"
_VAULTS = (_RECOVERY, "azurerm_data_protection_backup_vault")
_OFF = frozenset({"off"})
_POLICIES = {
    "azurerm_backup_policy_vm": (("azurerm_backup_protected_vm", "source_vm_id"),),
    "azurerm_backup_policy_file_share": (("azurerm_backup_protected_file_share", "source_storage_account_id"),),
}
"""The types of policies, and for each the resources that put something under one, with the argument that names it."""

_INTERVALS = {"hourly": 3_600, "daily": 86_400, "weekly": 7 * 86_400}


@dataclass(frozen=True, slots=True)
class _Kind:
    """A policy of a backup vault: what puts something under it, by which argument, and where its retention stands.

    ``continuous`` is the argument that has every moment kept, where there is one.
    """

    policy: str
    instance: str
    source: str
    retention: tuple[str, ...] = ("default_retention_rule.life_cycle.duration",)
    continuous: str = ""


_OF_VAULTS = tuple(
    _Kind(f"azurerm_data_protection_backup_policy_{name}", f"azurerm_data_protection_backup_instance_{name}", *rest)
    for name, *rest in (
        ("disk", "disk_id", ("default_retention_duration",)),
        ("kubernetes_cluster", "kubernetes_cluster_id"),
        ("mysql_flexible_server", "server_id"),
        ("postgresql", "database_id", ("default_retention_duration",)),
        ("postgresql_flexible_server", "server_id"),
        (
            "blob_storage",
            "storage_account_id",
            ("vault_default_retention_duration", "operational_default_retention_duration"),
            "operational_default_retention_duration",
        ),
    )
)


def lift_vaults(resources: Resources) -> Iterator[BackupVault]:
    """Lift the vaults of both kinds."""
    for resource in resources.of_type(*_VAULTS):
        yield BackupVault(
            **resource.head,
            facets=facets_of(resource, resources, _answers(resource)),
            locked=_locked(resource),
            identifiers=literals(argument(resource, "name").string()),
        )


def _answers(vault: Resource) -> dict[FacetName, Value[bool]]:
    """Return whether a vault keeps what was deleted; the newer kind says so by a word."""
    written = argument(vault, "soft_delete").string()
    if isinstance(written, Absent):
        return {}
    return {FacetName.UNDELETED: written.map(lambda word: word.lower() not in _OFF)}


def _locked(vault: Resource) -> Maybe[bool]:
    """Return whether nobody can delete a point before its time; a lock that may be taken off again is none."""
    written = argument(vault, "immutability").string()
    if isinstance(written, Known):
        return Known(value=True, at=written.at) if written.value == "Locked" else Absent(written.at)
    return Unknown(written.why, written.at) if isinstance(written, Unknown) else written


def lift_policies(resources: Resources) -> Iterator[BackupPlan]:
    """Lift the policies for machines, shares of files, disks, blobs, databases and clusters."""
    for type_, holders in _POLICIES.items():
        for resource in resources.of_type(type_):
            protects = tuple(_protects(resource, resources, holders))
            yield BackupPlan(
                **resource.head,
                rules=(_rule(resource, resources),),
                protects=protects,
                complete=_all_told(resources, *(name for name, _ in holders)),
            )
    for kind in _OF_VAULTS:
        for resource in resources.of_type(kind.policy):
            yield BackupPlan(
                **resource.head,
                rules=(_rule_of_vault(resource, resources, kind),),
                protects=tuple(_protects(resource, resources, ((kind.instance, kind.source),))),
                complete=_all_told(resources, kind.instance),
            )


def _all_told(resources: Resources, *holders: str) -> bool:
    """Whether all that is put under policies can be told."""
    sure = all(
        not (node := argument(each, "backup_policy_id")).is_unknown or node.mentions
        for each in resources.of_type(*holders)
    )
    return sure and not any(each.type in holders for each in resources.perhaps)


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


def _rule_of_vault(policy: Resource, resources: Resources, kind: _Kind) -> BackupRule:
    times = argument(policy, "backup_repeating_time_intervals").each()
    interval = times[0].value(gap, "a time that repeats") if times else Absent(policy.at)
    kept = [argument(policy, path).value(days, "a duration") for path in kind.retention]
    moments = argument(policy, kind.continuous) if kind.continuous else None
    return BackupRule(
        interval=interval,
        retention=next((each for each in kept if not isinstance(each, Absent)), Absent(policy.at)),
        continuous=Known(moments is not None and not moments.is_absent, policy.at),
        vault=pointed(resources, argument(policy, "vault_id")),
        copies=(),
        at=policy.at,
    )


def _protects(
    policy: Resource, resources: Resources, holders: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, Span]]:
    for type_, name in holders:
        for holder in resources.of_type(type_):
            if behind(resources, argument(holder, "backup_policy_id"), policy.type) == policy:
                node = argument(holder, name)
                yield from ((each.address, node.at) for each in mentioned(resources, node))
