"""What no lift knows closer keeps its references, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.joins import join
from infraaudit.model import Edge, EdgeKind, Estate
from infraaudit.readers.terraform.reader import read
from tests.unit.readers.terraform.trees import tree_of

if TYPE_CHECKING:
    from pathlib import Path


def references(root: Path, text: str) -> list[str]:
    estate = join(Estate.of_parts(read(tree_of(root, {"main.tf": text})).entities))
    return [_shown(edge) for edge in estate.edges if edge.kind is EdgeKind.REFERS_TO]


def _shown(edge: Edge) -> str:
    return f"{edge.source.address} > {edge.target.address}"


QUEUE = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n'


def test_a_resource_of_an_unknown_type_refers_to_what_its_blocks_name(tmp_path: Path) -> None:
    rule = 'resource "aws_iot_topic_rule" "r" {\n  sqs {\n    queue_url = aws_sqs_queue.jobs.id\n  }\n}\n'
    assert references(tmp_path, QUEUE + rule) == ["aws_iot_topic_rule.r > aws_sqs_queue.jobs"]


def test_what_is_known_closer_refers_to_a_resource_of_an_unknown_type(tmp_path: Path) -> None:
    text = (
        'resource "aws_iot_thing" "t" {\n}\n'
        'resource "aws_sqs_queue" "jobs" {\n  tags = { thing = aws_iot_thing.t.arn }\n}\n'
    )
    assert references(tmp_path, text) == ["aws_sqs_queue.jobs > aws_iot_thing.t"]


def test_a_resource_that_is_named_as_a_whole_stands_for_all_its_instances(tmp_path: Path) -> None:
    text = (
        'resource "aws_iot_thing" "t" {\n  for_each = toset(["a[0]", "b"])\n}\n'
        'resource "aws_iot_policy" "p" {\n  policy = jsonencode([for t in aws_iot_thing.t : t.arn])\n}\n'
    )
    assert references(tmp_path, text) == [
        'aws_iot_policy.p > aws_iot_thing.t["a[0]"]',
        'aws_iot_policy.p > aws_iot_thing.t["b"]',
    ]


def test_one_instance_that_is_named_is_the_only_end(tmp_path: Path) -> None:
    text = (
        'resource "aws_iot_thing" "t" {\n  for_each = toset(["a", "b"])\n}\n'
        'resource "aws_iot_policy" "p" {\n  policy = aws_iot_thing.t["b"].arn\n}\n'
    )
    assert references(tmp_path, text) == ['aws_iot_policy.p > aws_iot_thing.t["b"]']


def test_a_module_that_is_not_in_the_tree_is_tied_to_its_arguments_and_to_those_who_read_it(tmp_path: Path) -> None:
    text = (
        'module "far" {\n  source = "example/far/aws"\n  queue  = aws_sqs_queue.jobs.arn\n}\n'
        'resource "aws_sqs_queue" "jobs" {\n}\n'
        'resource "aws_sqs_queue" "more" {\n  tags = { from = module.far.name }\n}\n'
    )
    assert references(tmp_path, text) == ["aws_sqs_queue.more > module.far", "module.far > aws_sqs_queue.jobs"]


def test_a_name_of_nothing_in_the_root_is_no_edge(tmp_path: Path) -> None:
    assert not references(tmp_path, 'resource "aws_iot_policy" "p" {\n  policy = aws_iot_thing.gone.arn\n}\n')
