"""Terraform's JSON syntax gives the same bodies as HCL."""

from __future__ import annotations

from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_json import parse_hcl_json, parse_values_json
from infraaudit.source.hcl_tree import Broken, Literal, ObjectExpression, Template, Traversal, TupleExpression


def test_labels_become_labels_and_members_arguments() -> None:
    text = '{"resource": {"aws_sqs_queue": {"jobs": {"name": "x-${var.env}", "delay_seconds": 5}}}}'
    (block,) = parse_hcl_json(SourceFile("main.tf.json", text)).body.blocks
    assert (block.type, [label.text for label in block.labels]) == ("resource", ["aws_sqs_queue", "jobs"])
    name, delay = block.body.attributes["name"].value, block.body.attributes["delay_seconds"].value
    assert isinstance(name, Template)
    assert isinstance(delay, Literal)
    assert delay.value == 5
    assert (delay.at.span.start_column, delay.at.span.end_column) == (text.index("5}") + 1, text.index("5}") + 2)


def test_an_object_is_a_nested_block_and_tags_are_an_argument() -> None:
    text = '{"resource": {"t": {"n": {"lifecycle": {"a": true}, "rule": [{"b": 1}, {"b": 2}], "tags": {"c": "d"}}}}}'
    (block,) = parse_hcl_json(SourceFile("main.tf.json", text)).body.blocks
    assert [nested.type for nested in block.body.blocks] == ["lifecycle", "rule", "rule"]
    assert isinstance(block.body.attributes["tags"].value, ObjectExpression)


def test_a_list_of_bodies_gives_several_blocks() -> None:
    text = '{"provider": {"aws": [{"region": "a"}, {"alias": "b"}]}, "locals": {"x": [1]}}'
    blocks = parse_hcl_json(SourceFile("main.tf.json", text)).body.blocks
    assert [block.type for block in blocks] == ["provider", "provider", "locals"]
    assert isinstance(blocks[2].body.attributes["x"].value, TupleExpression)


def test_a_dynamic_block_keeps_its_label() -> None:
    text = '{"resource": {"t": {"n": {"dynamic": {"rule": {"for_each": "${var.x}", "content": {"a": 1}}}}}}}'
    (nested,) = parse_hcl_json(SourceFile("main.tf.json", text)).body.blocks[0].body.blocks
    assert (nested.type, nested.labels[0].text, nested.body.blocks[0].type) == ("dynamic", "rule", "content")


def test_quotes_inside_of_an_interpolation_belong_to_it() -> None:
    text = '{"locals": {"x": "${var.y[\\"k\\"]}", "z": "say \\"hi\\""}}'
    attributes = parse_hcl_json(SourceFile("main.tf.json", text)).body.blocks[0].body.attributes
    x, z = attributes["x"].value, attributes["z"].value
    assert isinstance(x, Template)
    assert x.wraps
    assert isinstance(z, Literal)
    assert z.value == 'say "hi"'


def test_comments_and_unknown_types_are_left_out() -> None:
    assert parse_hcl_json(SourceFile("a.tf.json", '{"//": "note", "other": {}}')).body.blocks == ()


def test_what_is_no_object_is_reported() -> None:
    assert parse_hcl_json(SourceFile("a.tf.json", "[1]")).problems
    assert parse_hcl_json(SourceFile("a.tf.json", '{"a": ')).problems
    assert parse_hcl_json(SourceFile("a.tf.json", "")).body.damaged is False


def test_an_expression_that_is_not_valid_is_broken() -> None:
    attributes = parse_hcl_json(SourceFile("a.tf.json", '{"locals": {"x": "${1 +}"}}')).body.blocks[0].body.attributes
    assert isinstance(attributes["x"].value, Broken)


def test_values_are_literal() -> None:
    attributes = parse_values_json(SourceFile("a.tfvars.json", '{"x": "${y}", "n": [1]}')).body.attributes
    x = attributes["x"].value
    assert isinstance(x, Literal)
    assert x.value == "${y}"
    assert not isinstance(attributes["n"].value, Traversal)
