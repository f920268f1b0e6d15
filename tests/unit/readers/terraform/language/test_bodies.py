"""Bodies of resources: nested blocks, dynamic blocks, names that are not evaluated, and damaged ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model.node import Missing, Reference, Unresolved
from tests.unit.readers.terraform.trees import at, body_of, emission_of

if TYPE_CHECKING:
    from pathlib import Path


def test_nested_blocks_are_a_list_of_mappings(tmp_path: Path) -> None:
    body = body_of(tmp_path, 'resource "a" "x" {\n  rule {\n    port = 1\n  }\n  rule {\n    port = 2\n  }\n}\n')
    assert [rule["port"].content for rule in body["rule"].each()] == [1, 2]
    assert body["rule"].complete
    second = body["rule"].each()[1]
    assert second.key_at is not None
    assert at(second.key_at) == ("main.tf", 5, 3)


def test_what_is_missing_is_missing_at_the_head(tmp_path: Path) -> None:
    body = body_of(tmp_path, '# head\nresource "a" "x" {\n  v = 1\n}\n')
    missing = body["w"]
    assert isinstance(missing.content, Missing)
    assert (missing.at.start_line, missing.at.start_column, missing.at.end_column) == (2, 1, 17)


def test_a_dynamic_block_with_known_elements_is_expanded(tmp_path: Path) -> None:
    text = """
resource "a" "x" {
  rule {
    port = 1
  }
  dynamic "rule" {
    for_each = { b = 3, a = 2 }
    content {
      name = rule.key
      port = rule.value
    }
  }
  dynamic "other" {
    for_each = toset(["z"])
    iterator = each_one
    content {
      name = each_one.value
      dynamic "inner" {
        for_each = [1, 2]
        content {
          v = "${each_one.key}${inner.value}"
        }
      }
    }
  }
}
"""
    body = body_of(tmp_path, text)
    assert [rule["port"].content for rule in body["rule"].each()] == [1, 2, 3]
    assert at(body["rule"].each()[2]["port"].at) == ("main.tf", 7, 22)
    (other,) = body["other"].each()
    assert other["name"].content == "z"
    assert [inner["v"].content for inner in other["inner"].each()] == ["z1", "z2"]


def test_a_dynamic_block_without_elements_is_an_empty_list(tmp_path: Path) -> None:
    text = 'resource "a" "x" {\n  dynamic "rule" {\n    for_each = []\n    content {}\n  }\n}\n'
    body = body_of(tmp_path, text)
    assert (body["rule"].each(), body["rule"].complete) == ((), True)


def test_a_dynamic_block_that_cannot_be_told_leaves_the_list_open_and_keeps_its_references(tmp_path: Path) -> None:
    text = """
resource "a" "x" {
  rule {
    port = 1
  }
  dynamic "rule" {
    for_each = var.open
    content {
      port  = rule.value
      group = b.y.id
    }
  }
}
variable "open" {}
resource "b" "y" {}
"""
    body = body_of(tmp_path, text)
    assert (len(body["rule"].each()), body["rule"].open) == (1, True)
    assert body.mentions == ("b.y",)


def test_ignored_changes_are_names(tmp_path: Path) -> None:
    text = 'resource "a" "x" {\n  lifecycle {\n    ignore_changes = [desired_count, tags["x"]]\n  }\n}\n'
    lifecycle = body_of(tmp_path, text)["lifecycle"].each()[0]
    assert [each.content for each in lifecycle["ignore_changes"].each()] == ["desired_count", 'tags["x"]']
    every = body_of(tmp_path, 'resource "a" "x" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n')
    assert every["lifecycle"].each()[0]["ignore_changes"].content == "all"


def test_dependencies_are_references_and_the_provider_is_a_name(tmp_path: Path) -> None:
    text = 'resource "a" "x" {\n  provider = aws.west\n  depends_on = [b.y]\n}\nresource "b" "y" {}\n'
    body = body_of(tmp_path, text)
    assert body["provider"].content == "aws.west"
    assert [each.content for each in body["depends_on"].each()] == [Reference("b.y")]


def test_a_damaged_body_holds_perhaps_more(tmp_path: Path) -> None:
    body = body_of(tmp_path, 'resource "a" "x" {\n  v = 1\n  w = \n}\n')
    assert body["v"].content == 1
    assert isinstance(body["other"].content, Unresolved)


def test_a_block_of_which_only_the_head_is_read_is_there_and_open(tmp_path: Path) -> None:
    emission = emission_of(tmp_path, {"main.tf": 'resource "a" "x" {\n  v = "\n\nresource "a" "y" {\n  v = 1\n}\n'})
    bodies = {resource.address: resource.body for resource in emission.resources}
    assert list(bodies) == ["a.x", "a.y"]
    assert isinstance(bodies["a.x"]["other"].content, Unresolved)
    assert bodies["a.y"]["v"].content == 1
