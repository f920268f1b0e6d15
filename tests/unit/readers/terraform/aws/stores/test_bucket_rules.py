from __future__ import annotations

import pytest

from infraaudit.model import Absent, FacetName, ObjectStore, known_value
from tests.unit.readers.terraform.aws.builder import only

BUCKET = """\
aws_s3_bucket.a: {bucket: a}
aws_s3_bucket_lifecycle_configuration.a:
  bucket: ref(aws_s3_bucket.a.id)
  rule: [{id: x, status: %s, %s}]
"""


@pytest.mark.parametrize(
    ("status", "written", "days"),
    [
        ("Enabled", "abort_incomplete_multipart_upload: [{days_after_initiation: 7}]", 7),
        ("Enabled", "abort_incomplete_multipart_upload: [{days_after_initiation: unknown(var.d)}]", None),
    ],
)
def test_parts_of_unfinished_uploads_are_thrown_away(status: str, written: str, days: int | None) -> None:
    unfinished = only(BUCKET % (status, written), ObjectStore).unfinished
    assert unfinished is not None
    assert known_value(unfinished) == days


def test_a_rule_that_is_off_throws_nothing_away() -> None:
    text = BUCKET % ("Disabled", "abort_incomplete_multipart_upload: [{days_after_initiation: 7}]")
    assert isinstance(only(text, ObjectStore).unfinished, Absent)
    inline = "aws_s3_bucket.a: {lifecycle_rule: [{enabled: true, abort_incomplete_multipart_upload_days: 3}]}\n"
    unfinished = only(inline, ObjectStore).unfinished
    assert unfinished is not None
    assert known_value(unfinished) == 3


@pytest.mark.parametrize(
    ("status", "name", "alone"),
    [
        ("Enabled", "ONEZONE_IA", True),
        ("Disabled", "ONEZONE_IA", False),
        ("Enabled", "GLACIER", False),
        ("Enabled", "unknown(var.class)", None),
    ],
)
def test_a_rule_may_move_objects_into_one_zone(status: str, name: str, alone: bool | None) -> None:  # noqa: FBT001 - a case
    text = BUCKET % (status, f"transition: [{{days: 30, storage_class: {name}}}]")
    facet = only(text, ObjectStore).facet(FacetName.ONE_ZONE)
    assert facet is not None
    assert known_value(facet.holds) is alone
