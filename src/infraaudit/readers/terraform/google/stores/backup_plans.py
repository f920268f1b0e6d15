"""Lifts what copies disks, clusters and stores of Google by a schedule: snapshot policies and plans of backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, BackupPlan, BackupRule, BackupVault, Known, RestoreTest, Unknown
from infraaudit.readers.terraform.google.defaults import duration
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, first, is_true, literals
from infraaudit.readers.terraform.lifting.pointing import means, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_HOUR, _DAY, _WEEK, _MONTH = 3600, 86_400, 7 * 86_400, 31 * 86_400
SCHEDULE = "google_compute_resource_policy"
"""The type of what may make snapshots by a clock."""

_DISKS = ("google_compute_disk", "google_compute_region_disk")
ATTACHMENTS = (
    "google_compute_disk_resource_policy_attachment",
    "google_compute_region_disk_resource_policy_attachment",
)
"""The types of what attaches a policy to a disk."""

_OF_CLUSTERS = "google_gke_backup_backup_plan"
_PLAN = "google_backup_dr_backup_plan"
ASSOCIATION = "google_backup_dr_backup_plan_association"
"""The type of what ties something to a plan of Backup and DR."""

_VAULT = "google_backup_dr_backup_vault"
_RECURRENCES = {"DAILY": _DAY, "WEEKLY": _WEEK, "MONTHLY": _MONTH, "YEARLY": 366 * _DAY}
_CRON_FIELDS = 5


# -- snapshots of disks ---------------------------------------------------------------------------------------


def lift_snapshot_schedules(resources: Resources) -> Iterator[BackupPlan]:
    """Lift the resource policies that make snapshots, with the disks that they are attached to."""
    for resource in resources.of_type(SCHEDULE):
        schedule = argument(resource, "snapshot_schedule_policy")
        if schedule.is_absent:
            continue
        rule = BackupRule(
            interval=_between_snapshots(first(argument(resource, "snapshot_schedule_policy.schedule"))),
            retention=argument(resource, "snapshot_schedule_policy.retention_policy.max_retention_days").integer(),
            continuous=Known(value=False, at=resource.at),
            vault=Absent(resource.at),
            copies=(),
            at=schedule.key_at or resource.at,
        )
        yield BackupPlan(
            **resource.head,
            rules=(rule,),
            protects=tuple(snapshotted_by(resource, resources)),
            complete=not any(each.type in ATTACHMENTS for each in resources.perhaps),
        )


def snapshotted_by(policy: Resource, resources: Resources) -> Iterator[tuple[str, Span]]:
    """Yield the disks of which a policy makes snapshots, each with the place that ties the two together."""
    for disk in resources.of_type(*_DISKS):
        node = argument(disk, "resource_policies")
        if policy in mentioned(resources, node):
            yield disk.address, node.at
    for attachment in resources.of_type(*ATTACHMENTS):
        if means(resources, argument(attachment, "name"), policy, "name"):
            for disk in resources.of_type(*_DISKS):
                if means(resources, argument(attachment, "disk"), disk, "name"):
                    yield disk.address, attachment.at


def _between_snapshots(schedule: Node) -> Maybe[int]:
    hours = first(schedule["hourly_schedule"])["hours_in_cycle"].integer()
    if not isinstance(hours, Absent):
        return hours.map(_from_hours)
    if not schedule["daily_schedule"].is_absent:
        return Known(_DAY, schedule["daily_schedule"].at)
    if not schedule["weekly_schedule"].is_absent:
        return Known(_WEEK, schedule["weekly_schedule"].at)
    return Unknown("how often snapshots are made cannot be told", schedule.at)


def _from_hours(hours: int) -> int:
    return hours * _HOUR


# -- clusters -------------------------------------------------------------------------------------------------


def lift_cluster_plans(resources: Resources) -> Iterator[BackupPlan]:
    """Lift the plans of Backup for GKE unless they are paused."""
    for resource in resources.of_type(_OF_CLUSTERS):
        paused = any(is_true(argument(resource, path)) for path in ("deactivated", "backup_schedule.paused"))
        node = argument(resource, "cluster")
        clusters = [
            each for each in resources.of_type("google_container_cluster") if means(resources, node, each, "name")
        ]
        rule = BackupRule(
            interval=Absent(resource.at) if paused else _between_copies(resource),
            retention=argument(resource, "retention_policy.backup_retain_days").integer(),
            continuous=Known(value=False, at=resource.at),
            vault=Absent(resource.at),
            copies=(),
            at=resource.at,
        )
        yield BackupPlan(
            **resource.head,
            rules=(rule,),
            protects=tuple((each.address, node.at) for each in clusters),
            complete=bool(clusters),
        )


def _between_copies(plan: Resource) -> Maybe[int]:
    minutes = argument(plan, "backup_schedule.rpo_config.target_rpo_minutes").integer()
    if not isinstance(minutes, Absent):
        return minutes.map(_from_minutes)
    return argument(plan, "backup_schedule.cron_schedule").value(
        lambda text: _gap_of_cron(str(text)), "a schedule that is understood"
    )


def _from_minutes(minutes: int) -> int:
    return minutes * 60


def _gap_of_cron(text: str) -> int | None:
    """Return the most seconds between two times of an expression of five fields; ``None`` for odd ones."""
    fields = text.split()
    if len(fields) != _CRON_FIELDS or fields[3] != "*":
        return None
    _, hour, of_month, _, of_week = fields
    if (of_month, of_week) == ("*", "*"):
        if hour == "*":
            return _HOUR
        if hour.startswith("*/") and hour[2:].isdigit():
            return int(hour[2:]) * _HOUR
        return _DAY if hour.isdigit() else None
    if of_month == "*" and of_week.isalnum():
        return _WEEK
    return _MONTH if of_month.isdigit() and of_week == "*" else None


def lift_restore_plans(resources: Resources) -> Iterator[RestoreTest]:
    """Lift the plans by which copies of a cluster are restored; how often somebody does it, they do not say."""
    for resource in resources.of_type("google_gke_backup_restore_plan"):
        at = resource.at
        yield RestoreTest(
            **resource.head,
            interval=Unknown("how often a restore is started by it is not written", at),
            of_clusters=True,
        )


# -- Backup and DR --------------------------------------------------------------------------------------------


def lift_plans(resources: Resources) -> Iterator[BackupPlan]:
    """Lift the plans of Backup and DR with what is associated with them."""
    for resource in resources.of_type(_PLAN):
        members, complete = blocks(resource.body["backup_rules"])
        ties = [
            each
            for each in resources.of_type(ASSOCIATION)
            if means(resources, argument(each, "backup_plan"), resource, "backup_plan_id")
        ]
        protected = [(argument(each, "resource"), each) for each in ties]
        known = tuple((thing.address, tie.at) for node, tie in protected for thing in mentioned(resources, node)[:1])
        yield BackupPlan(
            **resource.head,
            rules=tuple(_rule(each, resource, resources) for each in members),
            protects=known,
            complete=complete and len(known) == len(protected),
        )


def _rule(node: Node, plan: Resource, resources: Resources) -> BackupRule:
    schedule = first(node["standard_schedule"])
    return BackupRule(
        interval=_recurring(schedule),
        retention=node["backup_retention_days"].integer(),
        continuous=Known(value=False, at=node.key_at or node.at),
        vault=pointed(resources, argument(plan, "backup_vault")),
        copies=(),
        at=node.key_at or node.at,
    )


def _recurring(schedule: Node) -> Maybe[int]:
    kind = schedule["recurrence_type"].string()
    if not isinstance(kind, Known):
        return Unknown("how often it copies cannot be told", kind.at)
    if kind.value == "HOURLY":
        return schedule["hourly_frequency"].integer().map(_from_hours)
    seconds = _RECURRENCES.get(kind.value)
    return Unknown(f"{kind.value} is not understood", kind.at) if seconds is None else Known(seconds, kind.at)


def lift_vaults(resources: Resources) -> Iterator[BackupVault]:
    """Lift the vaults of Backup and DR. Each keeps its points for a least time, and nobody deletes one before."""
    for resource in resources.of_type(_VAULT):
        least = argument(resource, "backup_minimum_enforced_retention_duration").value(duration, "a number of seconds")
        yield BackupVault(
            **resource.head,
            locked=least.map(_above_zero),
            identifiers=literals(argument(resource, "backup_vault_id").string()),
        )


def _above_zero(seconds: int) -> bool:
    return seconds > 0
