"""Blocks that declare no resource, and forms of files that are not plain, are read or recognised and never an error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraaudit.model import StateBackend
from infraaudit.model.node import Unresolved
from infraaudit.readers.reading import FileState
from infraaudit.readers.terraform.language.values import plain
from infraaudit.readers.terraform.reader import read
from tests.unit.readers.terraform.trees import emission_of, resources_of, tree_of

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = 'resource "aws_sqs_queue" "jobs" {\n  delay_seconds = 5\n}\n'


@pytest.mark.parametrize(
    "block",
    [
        "moved {\n  from = aws_sqs_queue.old\n  to   = aws_sqs_queue.jobs\n}",
        'moved {\n  from = module.a["x"]\n  to   = module.b[0]\n}',
        'import {\n  to = aws_sqs_queue.jobs\n  id = "https://sqs/1/jobs"\n}',
        'import {\n  for_each = { a = "1" }\n  to = aws_sqs_queue.jobs\n  identity = { name = each.value }\n}',
        "removed {\n  from = aws_sqs_queue.old\n  lifecycle {\n    destroy = false\n  }\n}",
        (
            'check "health" {\n  data "http" "page" {\n    url = "https://example.com"\n  }\n  assert {\n'
            '    condition     = data.http.page.status_code == 200\n    error_message = "down"\n  }\n}'
        ),
        'ephemeral "aws_secretsmanager_secret_version" "db" {\n  secret_id = "db"\n}',
        'terraform {\n  cloud {\n    organization = "x"\n  }\n  provider_meta "p" {\n    m = 1\n  }\n}',
        'provider "aws" {\n  alias = "eu"\n  region = "eu-west-1"\n  default_tags {\n    tags = {}\n  }\n}',
        'action "aws_lambda_invoke" "x" {\n  config {\n    payload = "{}"\n  }\n}',
        'list "aws_instance" "x" {\n  provider = aws\n}',
        (
            'output "x" {\n  value = 1\n  ephemeral = true\n  precondition {\n    condition = true\n'
            '    error_message = "x"\n  }\n}'
        ),
        (
            'variable "x" {\n  type = string\n  ephemeral = true\n  nullable = false\n  validation {\n'
            '    condition = length(var.x) > 1\n    error_message = "short"\n  }\n}'
        ),
        'widget "whatever" "comes" "next" {\n}',
    ],
)
def test_a_block_that_declares_no_resource_disturbs_none(tmp_path: Path, block: str) -> None:
    tree = tree_of(tmp_path, {"main.tf": f"{block}\n{QUEUE}"})
    reading = read(tree)
    assert reading.problems == ()
    assert [row.state for row in reading.files] == [FileState.PARSED]
    resources = [each.address for each in reading.entities if not isinstance(each, StateBackend)]
    assert resources == ["aws_sqs_queue.jobs"]


def test_what_only_lives_while_terraform_runs_is_unknown(tmp_path: Path) -> None:
    text = (
        'ephemeral "random_password" "db" {\n  length = 16\n}\nresource "aws_db_instance" "db" {\n'
        "  password_wo = ephemeral.random_password.db.result\n  password_wo_version = 1\n"
        '  tags = { arn = provider::aws::arn_build("aws", "s3", "", "", "b") }\n}\n'
    )
    body = resources_of(tmp_path, {"main.tf": text})["aws_db_instance.db"].body
    for node in (body["password_wo"], body["tags"]["arn"]):
        assert isinstance(node.content, Unresolved)
        assert node.content.why
    assert body["password_wo_version"].content == 1


def test_a_tofu_file_stands_in_place_of_the_tf_file_of_its_name(tmp_path: Path) -> None:
    files = {"main.tf": QUEUE, "main.tofu": QUEUE.replace("5", "6"), "more.tf.json": "{}", "more.tofu.json": "{}"}
    assert resources_of(tmp_path, files)["aws_sqs_queue.jobs"].body["delay_seconds"].content == 6
    assert {row.path: row.state for row in read(tree_of(tmp_path, files)).files} == dict.fromkeys(
        files, FileState.PARSED
    )


@pytest.mark.parametrize("name", ["override.tf", "late_override.tf", "override.tf.json", "a_override.tofu"])
def test_an_override_file_replaces_arguments_and_blocks_of_a_type(tmp_path: Path, name: str) -> None:
    main = (
        'resource "aws_x" "y" {\n  a = 1\n  b = 2\n  in {\n    n = 1\n  }\n  in {\n    n = 2\n  }\n'
        '  out {\n    n = 3\n  }\n}\nvariable "v" {\n  default = 1\n}\nlocals {\n  l = 1\n}\n'
        'resource "aws_x" "z" {\n  v = var.v\n  l = local.l\n}\n'
    )
    override = (
        'resource "aws_x" "y" {\n  b = 3\n  in {\n    n = 9\n  }\n}\nvariable "v" {\n  default = 2\n}\n'
        "locals {\n  l = 2\n}\n"
    )
    as_json = {
        "resource": {"aws_x": {"y": {"b": 3, "in": [{"n": 9}]}}},
        "variable": {"v": {"default": 2}},
        "locals": {"l": 2},
    }
    text = json.dumps(as_json) if name.endswith(".json") else override
    found = resources_of(tmp_path, {"main.tf": main, name: text})
    body = found["aws_x.y"].body
    assert (body["a"].content, body["b"].content) == (1, 3)
    assert [each["n"].content for each in body["in"].each()] == [9]
    assert [each["n"].content for each in body["out"].each()] == [3]
    assert (found["aws_x.z"].body["v"].content, found["aws_x.z"].body["l"].content) == (2, 2)


def test_json_declares_what_the_other_form_does(tmp_path: Path) -> None:
    document = {
        "//": "a comment",
        "terraform": {"required_version": ">= 1.5"},
        "variable": {"n": {"type": "number", "default": 2}},
        "locals": {"names": ["a", "${var.n}"]},
        "module": {"m": {"source": "./m", "n": "${var.n + 1}"}},
        "resource": {
            "aws_x": {
                "y": [
                    {"//": "why", "for_each": "${toset(local.names)}", "name": "x-${each.key}", "lit": "$${kept}"},
                ],
                "z": {"dynamic": {"in": {"for_each": [1, 2], "content": {"n": "${in.value}"}}}},
            }
        },
        "moved": [{"from": "aws_x.a", "to": "aws_x.y"}],
        "output": {"o": {"value": "${module.m.n}"}},
    }
    files = {
        "main.tf.json": json.dumps(document),
        "m/main.tf": 'variable "n" {}\nresource "aws_x" "i" {\n  n = var.n\n}\n',
    }
    emission = emission_of(tmp_path, files)
    found = {each.address: each.body for each in emission.resources}
    assert set(found) == {'aws_x.y["2"]', 'aws_x.y["a"]', "aws_x.z", "module.m.aws_x.i"}
    assert (found['aws_x.y["a"]']["name"].content, found['aws_x.y["a"]']["lit"].content) == ("x-a", "${kept}")
    assert plain(found["aws_x.z"]["in"]) == [{"n": 1}, {"n": 2}]
    assert found["module.m.aws_x.i"]["n"].content == 3
    assert read(tree_of(tmp_path, files)).problems == ()
