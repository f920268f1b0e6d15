from __future__ import annotations

import pytest

from infraaudit.model import Absent, EncryptionKey, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only


def test_what_is_not_written_is_what_aws_does() -> None:
    key = only("aws_kms_key.data: {}\n", EncryptionKey)
    assert isinstance(key.rotated, Known)
    assert (key.rotated.value, key.rotated.stated) == (False, False)
    assert isinstance(key.deletion_window, Known)
    assert (key.deletion_window.value, key.deletion_window.stated) == (30, False)
    assert known_value(key.enabled) is True
    assert known_value(key.guarded) is False


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("enable_key_rotation: true", Known),
        ("enable_key_rotation: unknown(var.rotate)", Unknown),
        ("customer_master_key_spec: RSA_2048", Absent),
        ("key_usage: GENERATE_VERIFY_MAC", Absent),
        ("key_usage: unknown(var.usage)", Unknown),
    ],
)
def test_rotation_belongs_to_symmetric_keys(body: str, kind: type) -> None:
    assert isinstance(only(f"aws_kms_key.data: {{{body}}}\n", EncryptionKey).rotated, kind)


def test_imported_material_is_not_rotated() -> None:
    assert isinstance(only("aws_kms_external_key.data: {}\n", EncryptionKey).rotated, Absent)


def test_written_settings_are_read() -> None:
    key = only(
        "aws_kms_key.data: {is_enabled: false, deletion_window_in_days: 7, lifecycle: [{prevent_destroy: true}]}\n",
        EncryptionKey,
    )
    assert (known_value(key.enabled), known_value(key.deletion_window), known_value(key.guarded)) == (False, 7, True)
    assert isinstance(
        only("aws_kms_key.data: {deletion_window_in_days: unknown(var.days)}\n", EncryptionKey).deletion_window, Unknown
    )


USED = """\
aws_kms_key.data: {}
aws_kms_alias.data: {name: alias/data, target_key_id: ref(aws_kms_key.data.key_id)}
aws_db_instance.orders: {kms_key_id: ref(aws_kms_key.data.arn)}
aws_s3_bucket_server_side_encryption_configuration.files:
  rule: [{apply_server_side_encryption_by_default: [{kms_master_key_id: ref(aws_kms_alias.data.arn)}]}]
aws_sqs_queue.jobs: {kms_master_key_id: alias/aws/sqs}
"""


def test_whatever_names_a_key_or_its_alias_uses_it() -> None:
    key = only(USED, EncryptionKey)
    assert [each.address for each in key.users] == [
        "aws_db_instance.orders",
        "aws_s3_bucket_server_side_encryption_configuration.files",
    ]
    assert key.identifiers == ("alias/data",)
