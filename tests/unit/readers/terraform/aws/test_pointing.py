from __future__ import annotations

from dataclasses import replace

from infraaudit.model import Absent, Known, Unknown
from infraaudit.model.node import Reference
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, last_segment, pointed
from tests.unit.readers.terraform.aws.builder import resources_of

TEXT = """\
module.a.aws_sqs_queue.jobs["x"]: {}
aws_sqs_queue.one: {}
aws_thing.user:
  target: %s
"""


def test_an_index_that_the_resource_does_not_show_is_left_away() -> None:
    resources = resources_of(TEXT % "x")
    assert address_of(resources, "aws_sqs_queue.one[0]") == "aws_sqs_queue.one"
    assert address_of(resources, "module.a.aws_sqs_queue.jobs") == 'module.a.aws_sqs_queue.jobs["x"]'
    assert address_of(resources, "aws_sqs_queue.elsewhere") == "aws_sqs_queue.elsewhere"


def test_a_target_is_an_address_or_the_name_at_the_end_of_an_arn() -> None:
    for written, expected in (
        ("ref(aws_sqs_queue.one.arn)", "aws_sqs_queue.one"),
        ("arn:aws:sqs:eu-west-1:1:jobs", "jobs"),
        ("arn:aws:dynamodb:eu-west-1:1:table/orders", "orders"),
        ("ops@example.com", "ops@example.com"),
    ):
        resources = resources_of(TEXT % written)
        target = pointed(resources, argument(resources.members[2], "target"))
        assert isinstance(target, Known)
        assert target.value == expected


def test_a_known_text_that_was_read_of_a_resource_points_at_it() -> None:
    resources = resources_of(TEXT % "jobs-live")
    node = replace(argument(resources.members[2], "target"), reads=Reference("aws_sqs_queue.one", "name"))
    target = pointed(resources, node)
    assert isinstance(target, Known)
    assert target.value == "aws_sqs_queue.one"


def test_an_unknown_target_keeps_what_it_mentions() -> None:
    resources = resources_of(TEXT % "unknown(a condition; aws_sqs_queue.one[0])")
    target = pointed(resources, argument(resources.members[2], "target"))
    assert isinstance(target, Unknown)
    assert (target.why, target.mentions) == ("a condition", ("aws_sqs_queue.one",))


def test_nothing_points_at_nothing() -> None:
    resources = resources_of(TEXT % "null")
    assert isinstance(pointed(resources, argument(resources.members[2], "other")), Absent)


def test_one_resource_is_behind_an_expression_only_if_it_is_the_only_one() -> None:
    one = resources_of(TEXT % "unknown(x; aws_sqs_queue.one)")
    two = resources_of(TEXT % "unknown(x; aws_sqs_queue.one, module.a.aws_sqs_queue.jobs)")
    found = behind(one, argument(one.members[2], "target"), "aws_sqs_queue")
    assert found is not None
    assert found.address == "aws_sqs_queue.one"
    assert behind(two, argument(two.members[2], "target"), "aws_sqs_queue") is None


def test_the_last_segment_of_an_arn_is_its_name() -> None:
    assert last_segment("arn:aws:s3:::media/uploads") == "uploads"
    assert last_segment("https://example.com/a:b") == "https://example.com/a:b"
