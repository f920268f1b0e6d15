from __future__ import annotations

import pytest

from infraaudit.model import Absent, Datastore, FacetName, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

DATABASE = "aws_db_instance.orders: {identifier: orders, engine: postgres, backup_retention_period: 7}\n"


def away(text: str) -> bool | None:
    store = next(each for each in lifted(text, Datastore) if not each.replica)
    assert store.copied_away is not None
    return known_value(store.copied_away)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("ref(aws_db_instance.orders.arn)", True),
        ("arn:aws:rds:eu-west-1:1:db:orders", True),
        ("arn:aws:rds:eu-west-1:1:db:others", False),
        ("unknown(var.arn)", None),
    ],
)
def test_automated_backups_are_replicated(source: str, answer: bool | None) -> None:  # noqa: FBT001 - a case
    text = DATABASE + f'aws_db_instance_automated_backups_replication.a: {{source_db_instance_arn: "{source}"}}\n'
    assert away(text) is answer


def test_a_store_alone_is_nowhere_else() -> None:
    assert away(DATABASE) is False
    assert away("aws_rds_cluster.a: {engine: aurora-mysql, global_cluster_identifier: world}\n") is True
    assert away("aws_rds_cluster.a: {engine: aurora-mysql, global_cluster_identifier: unknown(var.w)}\n") is None
    assert away("aws_redshift_cluster.a: {snapshot_copy: [{destination_region: eu-west-1}]}\n") is True


TABLE = """\
aws_dynamodb_table.orders:
  name: orders
  point_in_time_recovery: [{enabled: true}]
  replica: [{region_name: eu-central-1}, {region_name: eu-west-2, point_in_time_recovery: true}]
aws_dynamodb_table_replica.far: {global_table_arn: ref(aws_dynamodb_table.orders.arn)}
"""


def test_each_replica_of_a_table_has_its_own_switch() -> None:
    store = only(TABLE, Datastore)
    assert [known_value(each.finer) for each in store.elsewhere] == [False, True, False]
    assert [known_value(each.region) for each in store.elsewhere] == ["eu-central-1", "eu-west-2", None]
    assert store.recovery is not None
    assert (known_value(store.recovery.interval), known_value(store.recovery.retention)) == (300, 35)


PLAN = """\
aws_backup_plan.nightly: {rule: [{rule_name: a, schedule: "cron(0 3 * * ? *)", lifecycle: [{delete_after: 10}]}]}
aws_backup_selection.a: {plan_id: ref(aws_backup_plan.nightly.id), resources: [ref(aws_dynamodb_table.a.arn)]}
"""


def test_a_table_that_only_a_plan_copies_has_no_moments() -> None:
    recovery = only("aws_dynamodb_table.a: {name: a}\n" + PLAN, Datastore).recovery
    assert recovery is not None
    assert (known_value(recovery.interval), known_value(recovery.retention)) == (86400, 10)
    alone = only("aws_dynamodb_table.a: {name: a}\n", Datastore).recovery
    assert alone is not None
    assert isinstance(alone.interval, Absent)


NEWEST = """\
aws_db_instance.a: {snapshot_identifier: ref(data.aws_db_snapshot.s.id), lifecycle: [{ignore_changes: [%s]}]}
data.aws_db_snapshot.s: {most_recent: %s}
"""


@pytest.mark.parametrize(
    ("ignored", "latest", "answer"),
    [("tags", "true", True), ("snapshot_identifier", "true", False), ("tags", "unknown(var.l)", None)],
)
def test_what_follows_the_newest_snapshot_is_made_anew(ignored: str, latest: str, answer: bool | None) -> None:  # noqa: FBT001 - a case
    renewed = only(NEWEST % (ignored, latest), Datastore).renewed
    assert renewed is not None
    assert known_value(renewed) is answer


def test_one_snapshot_stays_what_it_is() -> None:
    assert only(NEWEST % ("tags", "false"), Datastore).renewed is None
    assert only("aws_db_instance.a: {snapshot_identifier: orders-2026}\n", Datastore).renewed is None


def test_the_settings_of_a_region_leave_a_kind_out_of_selections_by_tag() -> None:
    text = """\
aws_efs_file_system.a: {tags: {backup: daily}}
aws_backup_selection.a: {plan_id: x, selection_tag: [{type: STRINGEQUALS, key: backup, value: daily}]}
aws_backup_region_settings.a: {resource_type_opt_in_preference: {EFS: %s}}
"""
    for chosen, copied in (("false", False), ("true", True), ("unknown(var.efs)", None)):
        facet = only(text % chosen, Datastore).facet(FacetName.BACKED_UP)
        assert facet is not None
        assert known_value(facet.holds) is copied
