"""What copies disks and clusters, who is told, what asks from outside, and how secrets and keys are kept."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    AccessKey,
    BackupPlan,
    BackupVault,
    ObjectStore,
    Queue,
    StoredSecret,
    Subscription,
    Topic,
    Unknown,
    UptimeCheck,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import only

DISK = """\
google_compute_resource_policy.daily:
  name: daily
  snapshot_schedule_policy:
    - {schedule: [SCHEDULE], retention_policy: [{max_retention_days: 14}]}
google_compute_disk.data: {name: data, zone: europe-west1-b}
google_compute_disk_resource_policy_attachment.data: {name: POLICY, disk: data, zone: europe-west1-b}
"""


@pytest.mark.parametrize(
    ("schedule", "interval"),
    [
        ("{daily_schedule: [{days_in_cycle: 1, start_time: '04:00'}]}", 86_400),
        ("{hourly_schedule: [{hours_in_cycle: 4, start_time: '04:00'}]}", 14_400),
        ("{weekly_schedule: [{day_of_weeks: [{day: MONDAY}]}]}", 604_800),
        ("unknown(var.schedule has no default)", None),
    ],
)
def test_a_schedule_of_snapshots(schedule: str, interval: int | None) -> None:
    plan = only(DISK.replace("SCHEDULE", schedule).replace("POLICY", "daily"), BackupPlan)
    assert known_value(plan.rules[0].interval) == interval
    assert known_value(plan.rules[0].retention) == 14
    assert [address for address, _ in plan.protects] == ["google_compute_disk.data"]


@pytest.mark.parametrize(
    ("policy", "disks"),
    [
        ("ref(google_compute_resource_policy.daily.name)", 1),
        ("weekly", 0),
        ("unknown(var.policy has no default)", 0),
    ],
)
def test_which_disks_a_schedule_is_attached_to(policy: str, disks: int) -> None:
    plan = only(DISK.replace("SCHEDULE", "{}").replace("POLICY", policy), BackupPlan)
    assert len(plan.protects) == disks


CLUSTER = """\
google_container_cluster.shop: {name: shop, location: europe-west1}
google_gke_backup_backup_plan.shop:
  cluster: CLUSTER
  retention_policy: [{backup_retain_days: 30}]
  backup_schedule: [SCHEDULE]
"""


@pytest.mark.parametrize(
    ("cluster", "schedule", "interval"),
    [
        ("ref(google_container_cluster.shop.id)", "{cron_schedule: '0 9 * * 1'}", 604_800),
        ("projects/p/locations/l/clusters/shop", "{cron_schedule: '0 9 * * *'}", 86_400),
        ("shop", "{cron_schedule: '0 */6 * * *'}", 21_600),
        ("shop", "{rpo_config: [{target_rpo_minutes: 60}]}", 3_600),
        ("shop", "{cron_schedule: '0 9 1-5 * *'}", None),
    ],
)
def test_a_plan_copies_a_cluster(cluster: str, schedule: str, interval: int | None) -> None:
    plan = only(CLUSTER.replace("CLUSTER", cluster, 1).replace("SCHEDULE", schedule), BackupPlan)
    assert known_value(plan.rules[0].interval) == interval
    assert [address for address, _ in plan.protects] == ["google_container_cluster.shop"]
    assert plan.complete


def test_a_paused_plan_copies_nothing() -> None:
    text = CLUSTER.replace("CLUSTER", "shop", 1).replace("SCHEDULE", "{cron_schedule: '0 9 * * *', paused: true}")
    assert isinstance(only(text, BackupPlan).rules[0].interval, Absent)


def test_plans_of_backup_and_dr() -> None:
    text = """\
google_sql_database_instance.main: {name: main}
google_backup_dr_backup_vault.main: {backup_vault_id: main, backup_minimum_enforced_retention_duration: 100000s}
google_backup_dr_backup_plan.daily:
  backup_plan_id: daily
  backup_vault: ref(google_backup_dr_backup_vault.main.id)
  backup_rules: [{rule_id: r, backup_retention_days: 7, standard_schedule: [{recurrence_type: DAILY}]}]
google_backup_dr_backup_plan_association.main:
  backup_plan: ref(google_backup_dr_backup_plan.daily.name)
  resource: unknown(it is a path; google_sql_database_instance.main)
"""
    plan = only(text, BackupPlan)
    assert [address for address, _ in plan.protects] == ["google_sql_database_instance.main"]
    assert known_value(plan.rules[0].vault) == "google_backup_dr_backup_vault.main"
    assert (known_value(plan.rules[0].interval), known_value(plan.rules[0].retention)) == (86_400, 7)
    locked = only(text, BackupVault).locked
    assert locked is not None
    assert known_value(locked) is True


def test_a_channel_is_a_topic_with_its_receiver() -> None:
    text = "google_monitoring_notification_channel.ops: {type: email, display_name: ops, enabled: false}\n"
    topic, receiver = only(text, Topic), only(text, Subscription)
    assert topic.delivers is not None
    assert known_value(topic.delivers) is False
    assert (known_value(receiver.topic), known_value(receiver.protocol)) == (topic.address, "email")


CHECK = """\
google_monitoring_uptime_check_config.shop:
  period: 60s
  http_check: [{use_ssl: true, validate_ssl: true}]
  monitored_resource: [{type: TYPE, labels: {host: HOST}}]
"""


@pytest.mark.parametrize(
    ("kind", "host", "asked"),
    [
        ("uptime_url", "Shop.Example", "shop.example"),
        ("gce_instance", "shop.example", None),
        ("uptime_url", "unknown(var.host has no default)", None),
    ],
)
def test_a_check_from_outside(kind: str, host: str, asked: str | None) -> None:
    check = only(CHECK.replace("TYPE", kind).replace("HOST", host), UptimeCheck)
    assert known_value(check.host) == asked
    assert (known_value(check.period), known_value(check.watches_certificate)) == (60, 0)


MANAGED = """\
google_sql_user.shop: {name: shop}
google_secret_manager_secret.shop: {secret_id: shop, ROTATION}
google_secret_manager_secret_version.shop: {secret: SECRET, secret_data: ref(google_sql_user.shop.password)}
"""


@pytest.mark.parametrize(
    ("rotation", "days"),
    [
        ("rotation: [{rotation_period: 7776000s, next_rotation_time: '2027-01-01T00:00:00Z'}]", 90),
        ("labels: {}", None),
        ("rotation: [{rotation_period: unknown(var.period has no default)}]", None),
    ],
)
def test_a_secret_of_a_manager(rotation: str, days: int | None) -> None:
    text = MANAGED.replace("ROTATION", rotation).replace("SECRET", "ref(google_secret_manager_secret.shop.id)")
    secret = only(text, StoredSecret)
    assert secret.rotation is not None
    assert known_value(secret.rotation) == days
    assert secret.sources == ("google_sql_user.shop",)


@pytest.mark.parametrize("named", ["ref(google_service_account.ci.name)", "ci"])
def test_a_key_of_a_service_account(named: str) -> None:
    account = "google_service_account.ci: {account_id: ci}\n"
    text = f"{account}google_service_account_key.ci: {{service_account_id: {named}}}\n"
    key = only(text, AccessKey)
    assert known_value(key.identity) == "google_service_account.ci"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("name: a", 31 * 86_400),
        ("expiration_policy: [{ttl: 86400s}]", 86_400),
        ("expiration_policy: [{ttl: ''}]", None),
    ],
)
def test_a_subscription_that_nobody_uses(written: str, seconds: int | None) -> None:
    queue = only(f"google_pubsub_subscription.a: {{topic: t, {written}}}\n", Queue)
    assert queue.idle_expiry is not None
    assert known_value(queue.idle_expiry) == seconds
    assert not isinstance(queue.idle_expiry, Unknown)


@pytest.mark.parametrize(
    ("written", "locked", "old"),
    [
        ("retention_policy: [{retention_period: 86400, is_locked: true}]", True, None),
        ("retention_policy: [{retention_period: 86400}]", None, None),
        ("lifecycle_rule: [{action: [{type: Delete}], condition: [{days_since_noncurrent_time: 30}]}]", None, 30),
        ("lifecycle_rule: [{action: [{type: Delete}], condition: [{num_newer_versions: 3}]}]", None, 0),
        ("lifecycle_rule: [{action: [{type: Delete}], condition: [{age: 9, with_state: ARCHIVED}]}]", None, 9),
    ],
)
def test_how_long_a_bucket_keeps(written: str, *, locked: bool | None, old: int | None) -> None:
    bucket = only(f"google_storage_bucket.a: {{name: a, {written}}}\n", ObjectStore)
    assert bucket.locked is not None
    assert bucket.old_versions is not None
    assert (known_value(bucket.locked), known_value(bucket.old_versions)) == (locked, old)
