"""What is known of half-known expressions, and where the values stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model.node import Reference, Unresolved
from tests.unit.readers.terraform.trees import at, body_of, value_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Node

HEAD = """
variable "open" {}
variable "flag" { type = bool }
locals { queue = aws_sqs_queue.jobs.arn }
resource "aws_sqs_queue" "jobs" { name_prefix = "jobs" }
data "aws_ami" "base" {}
"""


@pytest.fixture
def evaluated(tmp_path: Path) -> Evaluated:
    return Evaluated(tmp_path)


class Evaluated:
    """Evaluates one argument of a resource that stands beside variables without values."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, expression: str) -> Node:
        return body_of(self._root, f'resource "a_first" "x" {{\n  value = {expression}\n}}\n{HEAD}')["value"]


KNOWN = {
    "false && var.open": False,
    "var.open || true": True,
    "length([var.open, 1])": 2,
    "{ a = var.open, b = 2 }.b": 2,
    "merge(var.open, { a = 1 }).a": 1,
    "true ? 1 : var.open": 1,
    "var.flag ? 2 : 2": 2,
    "(var.flag ? 1 : 3) > 0": True,
    "contains([var.open, 1], 1)": True,
    "alltrue([var.open, false])": False,
    'lookup({}, var.open, "d")': "d",
    "length([for v in [1, 2] : var.open])": 2,
    "length(slice(data.aws_ami.base.ids, 0, 3))": 3,
    "try({}.missing, 5)": 5,
    "can(var.open.x) || true": True,
    "jsondecode(jsonencode({ a = var.open, b = 1 })).b": 1,
    "length(aws_sqs_queue.jobs[*].arn)": 1,
    "one([for k, v in { a = var.open } : k])": "a",
    "coalesce(null, 2, var.open)": 2,
    "sensitive(3)": 3,
}


@pytest.mark.parametrize(("expression", "expected"), KNOWN.items())
def test_what_does_not_depend_on_the_unknown_is_known(evaluated: Evaluated, expression: str, expected: object) -> None:
    assert evaluated(expression).content == expected


UNKNOWN = [
    "true && var.open",
    "var.open + 1",
    'length("${var.open}")',
    "merge({ a = 1 }, var.open).a",
    "coalesce(var.open, 1)",
    "try(var.open.x, 1)",
    "length(merge(var.open, { a = 1 }))",
    "length(flatten([var.open]))",
    "contains([var.open], 1)",
    "terraform.workspace",
    "path.cwd",
    "timestamp()",
    "uuid()",
    "nosuch(1)",
    "local.missing",
    "var.missing",
    "aws_sqs_queue.missing.arn",
    "module.missing.x",
    "aws_sqs_queue",
    "null.x",
    "[1][2]",
    "{}.a",
    "1 / 0",
]


@pytest.mark.parametrize("expression", UNKNOWN)
def test_what_depends_on_the_unknown_is_unresolved_with_a_reason(evaluated: Evaluated, expression: str) -> None:
    content = evaluated(expression).content
    assert isinstance(content, Unresolved)
    assert content.why
    assert not content.why.endswith(".")


@pytest.mark.parametrize(
    ("expression", "candidates"),
    [
        ("var.flag ? 1 : 3", (1, 3)),
        ('var.flag ? "a" : (var.open ? "b" : "c")', ("a", "b", "c")),
        ('"x-${var.flag ? "a" : "b"}"', ("x-a", "x-b")),
        ("(var.flag ? 1 : 3) + 1", (2, 4)),
        ("!(var.flag ? true : false)", (False, True)),
        ('upper(var.flag ? "a" : "b")', ("A", "B")),
        ("{ a = 1, b = 2 }[var.open]", (1, 2)),
        ("lookup({ a = 1 }, var.open, 9)", (1, 9)),
        ("var.flag ? 1 : var.open", ()),
        ("var.flag ? [1] : [2]", ()),
    ],
)
def test_candidates_are_listed_where_they_are_all_known(
    evaluated: Evaluated, expression: str, candidates: tuple[object, ...]
) -> None:
    content = evaluated(expression).content
    assert isinstance(content, Unresolved)
    assert content.candidates == candidates


@pytest.mark.parametrize(
    "expression",
    [
        '"${aws_sqs_queue.jobs.arn}:*"',
        'format("%s-x", aws_sqs_queue.jobs.arn)',
        "[aws_sqs_queue.jobs.arn]",
        "{ a = { b = aws_sqs_queue.jobs.arn } }",
        "var.flag ? aws_sqs_queue.jobs.arn : null",
        "jsonencode({ a = aws_sqs_queue.jobs.arn })",
        "nosuch(aws_sqs_queue.jobs.arn)",
        "concat([], [local.queue])",
        "[for q in [aws_sqs_queue.jobs] : q.arn]",
        "<<E\n${aws_sqs_queue.jobs.arn}\nE",
        "coalesce(var.open, aws_sqs_queue.jobs.arn)",
        "aws_sqs_queue.jobs[*].arn",
        "resource.aws_sqs_queue.jobs.arn",
        '"%{ if var.open }${aws_sqs_queue.jobs.arn}%{ endif }"',
    ],
)
def test_references_are_kept_whatever_stands_around_them(evaluated: Evaluated, expression: str) -> None:
    assert "aws_sqs_queue.jobs" in evaluated(expression).mentions


def test_a_reference_names_the_attribute(evaluated: Evaluated) -> None:
    assert evaluated("aws_sqs_queue.jobs.arn").content == Reference("aws_sqs_queue.jobs", "arn")
    assert evaluated("aws_sqs_queue.jobs").content == Reference("aws_sqs_queue.jobs")
    assert evaluated("aws_sqs_queue.jobs.a[0].b").content == Reference("aws_sqs_queue.jobs", "a[0].b")


def test_an_argument_that_is_written_is_known_and_tells_what_it_was_read_from(evaluated: Evaluated) -> None:
    node = evaluated("aws_sqs_queue.jobs.name_prefix")
    assert node.content == "jobs"
    assert node.reads == Reference("aws_sqs_queue.jobs", "name_prefix")
    assert node.mentions == ("aws_sqs_queue.jobs",)
    assert [step.what for step in node.at.trail] == ["aws_sqs_queue.jobs.name_prefix"]


def test_a_data_source_is_unresolved_and_mentioned(evaluated: Evaluated) -> None:
    node = evaluated("data.aws_ami.base.id")
    assert isinstance(node.content, Unresolved)
    assert node.mentions == ("data.aws_ami.base",)


# -- places --------------------------------------------------------------------------------------------------------


def test_a_value_stands_where_it_was_written_and_remembers_where_it_was_used(tmp_path: Path) -> None:
    head = 'resource "a" "x" {\n  size = local.size\n}\nlocals {\n  size = var.size\n}\n'
    text = head + 'variable "size" {\n  default = 7\n}\n'
    node = body_of(tmp_path, text)["size"]
    assert node.content == 7
    assert at(node.at) == ("main.tf", 8, 13)
    assert [(step.what, step.at.start_line) for step in node.at.trail] == [
        ("local.size", 2),
        ("var.size", 5),
        ("the default of var.size", 8),
    ]
    assert node.key_at is not None
    assert at(node.key_at) == ("main.tf", 2, 3)


def test_a_literal_stands_where_it_is_written() -> None:
    assert at(value_of("[1, { a = 22 }][1].a").at) == ("main.tf", 1, 19)
    assert at(value_of("true ? 1 : 2").at) == ("main.tf", 1, 16)
    assert at(value_of("merge({ a = 1 }, { a = 2 }).a").at) == ("main.tf", 1, 32)


def test_an_encoded_text_keeps_its_structure() -> None:
    node = value_of("jsonencode([{ a = terraform.workspace, b = 5 }])")
    assert node.structure is not None
    first = node.structure.each()[0]
    assert first["b"].content == 5
    assert at(first["b"].at) == ("main.tf", 1, 52)
    known = value_of("jsonencode({ a = 1 })")
    assert known.content == '{"a":1}'
    assert known.structure is not None


def test_a_json_text_with_unknown_parts_keeps_its_structure() -> None:
    node = value_of(
        '<<E\n[{"a": "${terraform.workspace}", "n": ${terraform.workspace}, "k": "v", "t": "x-${path.cwd}"}]\nE'
    )
    assert isinstance(node.content, Unresolved)
    assert node.structure is not None
    first = node.structure.each()[0]
    assert first["k"].content == "v"
    assert all(isinstance(first[key].content, Unresolved) for key in ("a", "n", "t"))


def test_a_text_that_is_no_json_has_no_structure() -> None:
    assert value_of('"{ x ${terraform.workspace} }"').structure is None


# -- bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        "[for a in range(10000) : [for b in range(10000) : b]]",
        'join("", [for a in range(19999) : "${join("", [for b in range(19999) : "x"])}"])',
        "setproduct(range(1000), range(1000))",
        "range(1000000000)",
        "pow(10, 100000000)",
        'regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")',
        'format("%1000000000d", 1)',
        'indent(1000000000, "a\\nb")',
        "9" * 390 + " * " + "9" * 390,
    ],
)
def test_what_would_take_long_is_not_evaluated(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infraaudit.readers.terraform.language.scope.MOST_STEPS", 20_000)
    assert isinstance(value_of(f"jsonencode({expression})").content, Unresolved)


@pytest.mark.parametrize(
    "step", ["[local.v{0}, local.v{0}]", '"${{local.v{0}}}${{local.v{0}}}"', "concat(local.v{0}, local.v{0})"]
)
def test_values_that_double_are_given_up(tmp_path: Path, step: str) -> None:
    seed = '"x"' if step.startswith('"') else '["x"]'
    doubled = "".join(f"  v{index + 1} = {step.format(index)}\n" for index in range(60))
    text = f'resource "a" "x" {{\n  value = jsonencode(local.v60)\n}}\nlocals {{\n  v0 = {seed}\n{doubled}}}\n'
    assert isinstance(body_of(tmp_path, text)["value"].content, Unresolved)


def test_locals_in_a_circle_end(tmp_path: Path) -> None:
    text = 'resource "a" "x" {\n  value = local.a\n}\nlocals {\n  a = local.b\n  b = "${local.a}x"\n}\n'
    content = body_of(tmp_path, text)["value"].content
    assert isinstance(content, Unresolved)
    assert content.why == "local.a refers to itself"


def test_a_resource_that_reads_itself_ends(tmp_path: Path) -> None:
    text = 'resource "a" "x" {\n  one = a.x.two\n  two = a.x.one\n}\n'
    assert body_of(tmp_path, text)["one"].content == Reference("a.x", "two")


def test_a_long_chain_of_locals_is_given_up_and_not_followed_forever(tmp_path: Path) -> None:
    chain = "".join(f"  v{index} = local.v{index + 1}\n" for index in range(3000))
    text = f'resource "a" "x" {{\n  value = local.v0\n}}\nlocals {{\n{chain}  v3000 = 1\n}}\n'
    assert isinstance(body_of(tmp_path, text)["value"].content, Unresolved)


def test_what_cannot_be_told_of_a_map_keeps_the_addresses_that_it_refers_to(tmp_path: Path) -> None:
    body = body_of(
        tmp_path,
        """
        resource "aws_autoscaling_group" "nodes" {
          tags = merge({ plain = "x" }, { "kubernetes.io/cluster/${time_sleep.ready.id}" = "owned", other = "y" })

          dynamic "tag" {
            for_each = merge({ plain = "x" }, { "kubernetes.io/cluster/${time_sleep.ready.id}" = "owned", other = "y" })
            content {
              key   = tag.key
              value = tag.value
            }
          }
        }
        resource "time_sleep" "ready" {}
        """,
    )
    assert body["tags"].open
    assert "time_sleep.ready" in body["tags"].mentions
    assert "time_sleep.ready" in body.mentions
