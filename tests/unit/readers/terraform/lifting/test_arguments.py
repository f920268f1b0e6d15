from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, Node, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, document, is_present, may_be_present
from tests.unit.readers.terraform.aws.builder import resources_of, start


def read(body: str, path: str) -> Node:
    return argument(resources_of(f"aws_thing.one:\n  {body}\n").members[0], path)


def test_a_path_enters_the_first_block_of_its_kind() -> None:
    node = read("outer: [{inner: [{leaf: 1}, {leaf: 2}]}]", "outer.inner.leaf")
    assert node.integer() == Known(1, node.at)


def test_what_is_missing_stands_at_the_head_of_the_resource() -> None:
    node = read("other: 1", "outer.inner")
    assert node.is_absent
    assert start(node.at) == (1, 1)


def test_what_is_missing_in_a_block_stands_at_the_head_of_the_block() -> None:
    node = read("outer: [{leaf: 1}]", "outer.other")
    assert node.is_absent
    assert start(node.at) == (2, 3)


def test_what_lies_below_the_unknown_is_unknown() -> None:
    value = read("outer: unknown(var.outer)", "outer.leaf").string()
    assert isinstance(value, Unknown)
    assert value.why == "var.outer"


def test_of_an_open_list_of_blocks_not_even_the_first_is_known() -> None:
    resource = resources_of("aws_thing.one:\n  rule: [{port: 1}]\n").members[0]
    written = resource.body["rule"]
    opened = Node(written.content, written.at, written.key_at, open=True)
    assert blocks(opened)[1] is False
    assert len(blocks(opened)[0]) == 1
    body = Node({"rule": opened}, resource.body.at)
    changed = type(resource)(
        resource.address, resource.type, resource.name, body, resource.at, resource.block, resource.deployment
    )
    assert isinstance(argument(changed, "rule.port").integer(), Unknown)
    assert block(changed, "rule").is_unknown


def test_a_list_without_blocks_is_nothing() -> None:
    empty = read("rule: []", "rule")
    assert not is_present(empty)
    assert not may_be_present(empty)
    assert blocks(empty) == ((), True)


@pytest.mark.parametrize(("text", "present", "possible"), [("ref(a.b.id)", True, True), ("unknown(x)", False, True)])
def test_a_reference_is_present_and_an_unknown_value_may_be(text: str, *, present: bool, possible: bool) -> None:
    node = read(f"key: {text}", "key")
    assert (is_present(node), may_be_present(node)) == (present, possible)


def test_a_json_text_is_opened_at_the_place_of_the_argument() -> None:
    node = read("""key: '{"a": [1, {"b": null}]}'""", "key")
    inside = document(node)
    assert inside["a"].each()[0].integer() == Known(1, node.at)
    assert isinstance(inside["a"].each()[1]["b"].string(), Absent)


def test_the_value_behind_an_encoded_text_keeps_its_places() -> None:
    inner = read("key: {a: 1}", "key")
    encoded = Node('{"a":9}', read("key: x", "key").at, structure=inner)
    assert document(encoded) is inner


@pytest.mark.parametrize("text", ["not json", "{", '"' + "[" * 5000 + '"'])
def test_a_text_that_is_no_json_is_unknown(text: str) -> None:
    at = read("key: x", "key").at
    assert document(Node(text.strip('"'), at)).is_unknown
