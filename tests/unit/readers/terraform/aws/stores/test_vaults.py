from __future__ import annotations

import pytest

from infraaudit.model import Absent, BackupVault, Known, RestoreTest, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

VAULT = "aws_backup_vault.main: {name: main}\n"
LOCK = "aws_backup_vault_lock_configuration.a: {backup_vault_name: %s%s}\n"


@pytest.mark.parametrize(
    ("more", "lasting"),
    [("", False), (", changeable_for_days: 3", True), (", changeable_for_days: unknown(var.d)", None)],
)
def test_a_lock_becomes_final_where_days_to_think_are_counted(more: str, lasting: bool | None) -> None:  # noqa: FBT001 - a case
    vault = only(VAULT + LOCK % ("ref(aws_backup_vault.main.name)", more), BackupVault)
    assert vault.locked is not None
    assert vault.lasting is not None
    assert known_value(vault.locked) is True
    assert known_value(vault.lasting) is lasting


def test_without_a_lock_there_is_none_to_take_off() -> None:
    vault = only(VAULT, BackupVault)
    assert isinstance(vault.locked, Absent)
    assert vault.lasting is None


POLICY = """\
aws_backup_vault_policy.a:
  backup_vault_name: %s
  policy: '{"Statement": [{"Effect": "%s", "Principal": %s, "Action": "%s", "Resource": "*"}]}'
"""


@pytest.mark.parametrize(
    ("effect", "principal", "action", "refuses"),
    [
        ("Deny", '"*"', "backup:DeleteRecoveryPoint", True),
        ("Deny", '{"AWS": "*"}', "backup:*", True),
        ("Deny", '{"AWS": "arn:aws:iam::1:role/a"}', "backup:DeleteRecoveryPoint", False),
        ("Deny", '"*"', "backup:StartRestoreJob", False),
        ("Allow", '"*"', "backup:DeleteRecoveryPoint", False),
    ],
)
def test_a_policy_may_refuse_everybody_to_delete(effect: str, principal: str, action: str, *, refuses: bool) -> None:
    vault = only(VAULT + POLICY % ("main", effect, principal, action), BackupVault)
    assert vault.refuses is not None
    assert known_value(vault.refuses) is refuses


def test_a_policy_of_an_unknown_vault_may_be_of_this_one() -> None:
    text = VAULT + POLICY % ("unknown(var.vault)", "Deny", '"*"', "backup:*")
    assert isinstance(only(text, BackupVault).refuses, Unknown)


TEST = """\
aws_backup_restore_testing_plan.monthly: {name: monthly, schedule_expression: "cron(0 5 1 * ? *)"}
aws_backup_restore_testing_selection.a:
  restore_testing_plan_name: %s
  protected_resource_type: Aurora
"""


@pytest.mark.parametrize("name", ["monthly", "ref(aws_backup_restore_testing_plan.monthly.name)"])
def test_a_plan_of_tests_restores_the_kinds_of_its_selections(name: str) -> None:
    test = only(TEST % name, RestoreTest)
    assert isinstance(test.interval, Known)
    assert [known_value(kind) for kind in test.kinds] == ["Aurora"]
    assert test.complete


def test_a_selection_of_an_unknown_plan_leaves_it_open() -> None:
    test = only(TEST % "unknown(var.plan)", RestoreTest)
    assert test.kinds == ()
    assert not test.complete
