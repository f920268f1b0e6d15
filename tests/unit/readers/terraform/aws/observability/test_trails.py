from __future__ import annotations

import pytest

from infraaudit.model import Absent, AuditTrail, known_value
from tests.unit.readers.terraform.aws.builder import only


def trail(body: str, more: str = "") -> AuditTrail:
    return only(f"aws_cloudtrail.main: {body}\n{more}", AuditTrail)


def test_a_bare_trail_has_the_defaults_of_the_platform() -> None:
    bare = trail("{name: main, s3_bucket_name: shop-trail}")
    switches = (bare.records, bare.management, bare.every_region, bare.global_services, bare.sealed)
    assert [known_value(each) for each in switches if each is not None] == [True, True, False, True, False]
    assert (known_value(bare.bucket), bare.identifiers) == ("shop-trail", ("main",))
    assert isinstance(bare.log_group, Absent)


def test_a_trail_names_its_bucket_and_group_by_reference() -> None:
    found = trail(
        "{s3_bucket_name: ref(aws_s3_bucket.trail.id),"
        " cloud_watch_logs_group_arn: 'unknown(arn; aws_cloudwatch_log_group.trail)'}",
        "aws_s3_bucket.trail: {}\naws_cloudwatch_log_group.trail: {}\n",
    )
    assert known_value(found.bucket) == "aws_s3_bucket.trail"
    assert known_value(found.log_group) == "aws_cloudwatch_log_group.trail"


def test_the_name_of_a_group_is_taken_out_of_its_arn() -> None:
    found = trail("{cloud_watch_logs_group_arn: 'arn:aws:logs:eu-west-1:1:log-group:/trail/main:*'}")
    assert known_value(found.log_group) == "/trail/main"


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ("{event_selector: [{read_write_type: All}]}", True),
        ("{event_selector: [{include_management_events: false}]}", False),
        ("{event_selector: [{include_management_events: false}, {include_management_events: true}]}", True),
        ("{event_selector: [{include_management_events: unknown(var.x)}]}", None),
        ("{event_selector: unknown(var.x)}", None),
        ("{advanced_event_selector: [{field_selector: [{field: eventCategory, equals: [Management]}]}]}", True),
        ("{advanced_event_selector: [{field_selector: [{field: eventCategory, equals: [Data]}]}]}", False),
        ("{advanced_event_selector: [{field_selector: [{field: eventCategory, equals: unknown(var.x)}]}]}", None),
        ("{advanced_event_selector: [{field_selector: [{field: readOnly, equals: [true]}]}]}", False),
    ],
)
def test_whether_the_management_of_resources_is_recorded(body: str, *, taken: bool | None) -> None:
    assert known_value(trail(body).management) is taken
