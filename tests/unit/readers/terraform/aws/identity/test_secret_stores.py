from __future__ import annotations

import pytest

from infraaudit.model import Absent, AccessKey, Known, StoredSecret, StoredSetting, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

ROTATED = """\
aws_secretsmanager_secret.orders: {name: orders}
aws_secretsmanager_secret_rotation.orders: {secret_id: %s, rotation_rules: [%s]}
"""


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ("{automatically_after_days: 30}", 30),
        ("{schedule_expression: rate(10 days)}", 10),
        ("{schedule_expression: 'cron(0 16 1,15 * ? *)'}", None),
        ("{automatically_after_days: unknown(var.days)}", None),
    ],
)
@pytest.mark.parametrize(
    "named", ["ref(aws_secretsmanager_secret.orders.id)", "orders", "'arn:aws:secretsmanager:eu:1:secret:orders'"]
)
def test_a_rotation_names_its_secret_by_reference_or_by_name(named: str, rules: str, days: int | None) -> None:
    secret = only(ROTATED % (named, rules), StoredSecret)
    assert known_value(secret.rotation or Absent(secret.at)) == days
    assert isinstance(secret.rotation, Known if days is not None else Unknown)


def test_nothing_changes_a_secret_that_no_rotation_names() -> None:
    secret = only("aws_secretsmanager_secret.orders: {}\n", StoredSecret)
    assert isinstance(secret.rotation, Absent)
    assert secret.deletion_window is not None
    assert known_value(secret.deletion_window) == 30


def test_a_rotation_of_which_the_secret_cannot_be_told_may_be_that_of_any() -> None:
    secret = only(ROTATED % ("unknown(var.secret)", "{automatically_after_days: 30}"), StoredSecret)
    assert isinstance(secret.rotation, Unknown)


def test_what_fills_a_secret_and_what_it_opens_is_followed_without_its_value() -> None:
    secret = only(
        """\
random_password.orders: {length: 32}
aws_db_instance.orders: {password: ref(random_password.orders.result)}
aws_rds_cluster.other: {master_password: ref(random_password.other.result)}
aws_secretsmanager_secret.orders: {name: orders}
aws_secretsmanager_secret_version.orders:
  secret_id: ref(aws_secretsmanager_secret.orders.id)
  secret_string: unknown(known after apply; random_password.orders, aws_db_instance.orders)
""",
        StoredSecret,
    )
    assert secret.sources == ("random_password.orders", "aws_db_instance.orders")
    assert secret.opens == ("aws_db_instance.orders",)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{name: /shop/db_password, type: String, value: unknown(var.password)}", Known),
        ("{name: /shop/key, type: String, value: ref(aws_iam_access_key.a.secret)}", Known),
        ("{name: /shop/key_id, type: String, value: ref(aws_iam_access_key.a.id)}", Absent),
        ("{name: /shop/secret, type: String, value: 'arn:aws:secretsmanager:eu:1:secret:x'}", Absent),
        ("{name: /shop/secret, type: String, value: ref(aws_secretsmanager_secret.x.arn)}", Absent),
        ("{name: /secrets/port, type: String, value: '8000'}", Absent),
        ("{name: /shop/db_password, type: String, insecure_value: x}", Absent),
        ("{name: unknown(var.name), type: String, value: unknown(var.value)}", Unknown),
    ],
)
def test_where_a_value_comes_from_or_its_name_tells_that_it_is_a_secret(body: str, kind: type) -> None:
    settings = lifted(f"aws_iam_access_key.a: {{}}\naws_ssm_parameter.p: {body}\n", StoredSetting)
    assert isinstance(settings[0].secrecy, kind)


@pytest.mark.parametrize(
    ("type_", "encrypted"), [("String", False), ("StringList", False), ("unknown(var.type)", None)]
)
def test_a_parameter_is_plain_unless_its_type_says_otherwise(type_: str, encrypted: bool | None) -> None:  # noqa: FBT001 - a case
    setting = only(f"aws_ssm_parameter.p: {{name: /a, type: {type_}, value: b}}\n", StoredSetting)
    assert known_value(setting.encrypted) is encrypted


def test_an_encrypted_parameter_is_a_secret_and_no_setting() -> None:
    text = "aws_ssm_parameter.p: {name: /a, type: SecureString, value: b}\n"
    assert lifted(text, StoredSetting) == ()
    assert only(text, StoredSecret).deletion_window is None


@pytest.mark.parametrize(
    ("body", "active"),
    [
        ("{user: ref(aws_iam_user.a.name)}", True),
        ("{user: a, status: Inactive}", False),
        ("{user: unknown(var.user), status: unknown(var.status)}", None),
    ],
)
def test_a_key_is_valid_unless_it_is_switched_off(body: str, active: bool | None) -> None:  # noqa: FBT001 - a case
    key = only(f"aws_iam_user.a: {{name: a}}\naws_iam_access_key.k: {body}\n", AccessKey)
    assert known_value(key.active) is active
