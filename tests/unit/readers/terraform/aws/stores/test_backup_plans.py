from __future__ import annotations

import pytest

from infraaudit.model import Absent, BackupPlan, BackupVault, Datastore, Known, Maybe, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

PLAN = """\
aws_backup_vault.main: {name: main}
aws_backup_plan.nightly:
  rule:
    - rule_name: nightly
      target_vault_name: ref(aws_backup_vault.main.name)
      schedule: cron(0 3 * * ? *)
      lifecycle: [{delete_after: 35}]
      copy_action: [{destination_vault_arn: "arn:aws:backup:eu-central-1:1:backup-vault:far"}]
aws_backup_selection.all:
  plan_id: ref(aws_backup_plan.nightly.id)
  resources: [ref(aws_rds_cluster.orders.arn)]
aws_rds_cluster.orders: {engine: aurora-postgresql}
"""


def test_a_plan_has_rules_and_protects_what_it_selects() -> None:
    plan = only(PLAN, BackupPlan)
    (rule,) = plan.rules
    assert (known_value(rule.interval), known_value(rule.retention)) == (86400, 35)
    assert known_value(rule.vault) == "aws_backup_vault.main"
    assert [known_value(each) for each in rule.copies] == ["far"]
    assert [address for address, _ in plan.protects] == ["aws_rds_cluster.orders"]
    assert plan.complete


def test_a_selection_that_cannot_be_told_leaves_the_plan_open() -> None:
    plan = only(PLAN.replace("[ref(aws_rds_cluster.orders.arn)]", "unknown(var.resources)"), BackupPlan)
    assert plan.protects == ()
    assert not plan.complete


def kept(text: str) -> tuple[Maybe[int], Maybe[int]]:
    store = only(text, Datastore)
    assert store.recovery is not None
    return store.recovery.interval, store.recovery.retention


def test_a_plan_keeps_copies_for_longer_than_the_store_itself() -> None:
    interval, retention = kept(PLAN)
    assert (known_value(interval), known_value(retention)) == (300, 35)


def test_without_an_end_copies_are_kept_for_ever() -> None:
    assert isinstance(kept(PLAN.replace("      lifecycle: [{delete_after: 35}]\n", ""))[1], Absent)
    assert isinstance(kept(PLAN.replace("delete_after: 35", "delete_after: unknown(var.days)"))[1], Unknown)


def test_a_store_without_copies_of_its_own_has_those_of_the_plan() -> None:
    text = PLAN.replace(
        "aws_rds_cluster.orders: {engine: aurora-postgresql}", "aws_db_instance.orders: {engine: postgres}"
    )
    interval, retention = kept(text.replace("aws_rds_cluster.orders.arn", "aws_db_instance.orders.arn"))
    assert (known_value(interval), known_value(retention)) == (86400, 35)


@pytest.mark.parametrize(("name", "kind"), [("main", Known), ("other", Absent), ("unknown(var.vault)", Unknown)])
def test_a_lock_keeps_the_points_of_its_vault(name: str, kind: type) -> None:
    text = (
        f"aws_backup_vault.main: {{name: main}}\naws_backup_vault_lock_configuration.a: {{backup_vault_name: {name}}}\n"
    )
    assert isinstance(only(text, BackupVault).locked, kind)
