"""Modules that ``terraform init`` left are read as those of the tree are, and shown at their call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraaudit.model.node import Reference
from infraaudit.readers.reading import UnitState
from infraaudit.readers.terraform.configuration.installed import Installed, why_other
from infraaudit.readers.terraform.configuration.versions import satisfies
from infraaudit.readers.terraform.reader import read
from infraaudit.source.file import find_files
from tests.unit.readers.terraform.trees import at, emission_of, module_of, tree_of

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = "registry.terraform.io/acme/queue/aws"
HOME = ".terraform/modules"
CALL = """\
module "jobs" {
  source  = "acme/queue/aws"
  version = "~> 2.1"
  delay   = 30
}
"""
QUEUE = """\
variable "delay" {}
module "letters" {
  source = "./modules/letters"
}
module "remote" {
  source = "git::https://example.com/alarms.git?ref=v3"
}
resource "aws_sqs_queue" "main" {
  visibility_timeout_seconds = var.delay
  message_retention_seconds  = 60
  redrive_policy             = module.letters.arn
  policy                     = file("${path.module}/policy.json")
}
"""
FILES = {
    ".gitignore": ".terraform/\n",
    "main.tf": CALL,
    f"{HOME}/jobs/main.tf": QUEUE,
    f"{HOME}/jobs/policy.json": "{}",
    f"{HOME}/jobs/modules/letters/main.tf": (
        'resource "aws_sqs_queue" "dead" {}\noutput "arn" { value = aws_sqs_queue.dead.arn }\n'
    ),
    f"{HOME}/jobs/examples/all/main.tf": 'resource "aws_sqs_queue" "example" {}\n',
    f"{HOME}/jobs.remote/main.tf": 'resource "aws_cloudwatch_metric_alarm" "alarm" {}\n',
}


def _manifest(*modules: tuple[str, str, str, str]) -> dict[str, str]:
    rows = [{"Key": key, "Source": source, "Version": version, "Dir": dir_} for key, source, version, dir_ in modules]
    return {f"{HOME}/modules.json": json.dumps({"Modules": [{"Key": "", "Source": "", "Dir": "."}, *rows]})}


LETTERS = ("jobs.letters", "./modules/letters", "", f"{HOME}/jobs/modules/letters")
REMOTE = ("jobs.remote", "git::https://example.com/alarms.git?ref=v3", "", f"{HOME}/jobs.remote")
INSTALLED = FILES | _manifest(("jobs", REGISTRY, "2.4.0", f"{HOME}/jobs"), LETTERS, REMOTE)


def test_an_installed_module_is_read_with_all_that_it_calls(tmp_path: Path) -> None:
    module = module_of(tmp_path, INSTALLED)
    assert [each.address for each in module.descendants()] == [
        "",
        "module.jobs",
        "module.jobs.module.letters",
        "module.jobs.module.remote",
    ]
    assert {unit.state for unit in module.root.units.values()} == {UnitState.RESOLVED}


def test_what_an_installed_module_says_is_shown_at_its_call(tmp_path: Path) -> None:
    queue = next(each for each in emission_of(tmp_path, INSTALLED).resources if each.name == "main")
    assert at(queue.at) == ("main.tf", 2, 13)
    assert at(queue.body["visibility_timeout_seconds"].at) == ("main.tf", 4, 13)
    retention = queue.body["message_retention_seconds"]
    assert (retention.content, at(retention.at)) == (60, ("main.tf", 2, 13))
    assert [at(step.at) for step in retention.at.trail] == [(f"{HOME}/jobs/main.tf", 10, 32)]
    assert queue.body["redrive_policy"].content == Reference("module.jobs.module.letters.aws_sqs_queue.dead", "arn")
    assert queue.body["policy"].content == "{}"


def test_nothing_else_of_what_is_installed_is_read(tmp_path: Path) -> None:
    reading = read(tree_of(tmp_path, INSTALLED))
    assert not any("example" in entity.address for entity in reading.entities)
    assert sorted(row.path for row in reading.files) == [
        f"{HOME}/jobs.remote/main.tf",
        f"{HOME}/jobs/main.tf",
        f"{HOME}/jobs/modules/letters/main.tf",
        "main.tf",
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            ("jobs", REGISTRY, "3.0.0", f"{HOME}/jobs"),
            "not in the tree in the version ~> 2.1; terraform init left 3.0.0",
        ),
        (
            ("jobs", "registry.terraform.io/other/queue/aws", "2.4.0", f"{HOME}/jobs"),
            "terraform init left another in its place, registry.terraform.io/other/queue/aws",
        ),
        (("jobs", REGISTRY, "2.4.0", "../elsewhere"), "the module acme/queue/aws is not in the tree"),
        (("jobs", REGISTRY, "2.4.0", f"{HOME}/gone"), "is not in the tree or holds no configuration"),
        (("other", REGISTRY, "2.4.0", f"{HOME}/jobs"), "the module acme/queue/aws is not in the tree"),
    ],
)
def test_a_module_that_is_not_the_one_called_is_missing(
    tmp_path: Path, row: tuple[str, str, str, str], why: str
) -> None:
    emission = emission_of(tmp_path, FILES | _manifest(row))
    assert [each.address for each in emission.missing] == ["module.jobs"]
    assert emission.resources == []
    units = read(find_files(tmp_path)).units
    assert [(unit.name, unit.state) for unit in units] == [("module.jobs", UnitState.MISSING)]
    assert why in units[0].why


def test_an_excluded_folder_is_not_looked_into(tmp_path: Path) -> None:
    tree_of(tmp_path, INSTALLED)
    assert find_files(tmp_path, exclude=(".terraform/",)).installed == ()


def test_a_list_that_is_none_is_a_problem(tmp_path: Path) -> None:
    reading = read(tree_of(tmp_path, FILES | {f"{HOME}/modules.json": '{"Modules": 1}'}))
    assert ("not a list of modules as terraform init writes it", f"{HOME}/modules.json") in [
        (problem.message, problem.at.path) for problem in reading.problems
    ]


@pytest.mark.parametrize(
    ("written", "recorded"),
    [
        ("acme/queue/aws", REGISTRY),
        ("acme/queue/aws//modules/x", f"{REGISTRY}//modules/x"),
        ("app.terraform.io/acme/queue/aws", "app.terraform.io/acme/queue/aws"),
        ("github.com/acme/queue?ref=v1", "git::https://github.com/acme/queue.git?ref=v1"),
        ("git@github.com:acme/queue.git?ref=v1", "git::ssh://git@github.com/acme/queue.git?ref=v1"),
        ("git::https://example.com/q.git//m?ref=v1", "git::https://example.com/q.git//m?ref=v1"),
    ],
)
def test_ways_to_write_one_source_are_the_same(written: str, recorded: str) -> None:
    assert why_other(Installed("x", recorded, ""), written, None) == ""


def test_another_revision_is_another_module() -> None:
    assert why_other(Installed("x", "git::https://e.com/q.git?ref=v1", ""), "git::https://e.com/q.git?ref=v2", None)


@pytest.mark.parametrize(
    ("version", "constraint", "met"),
    [
        ("2.4.1", "~> 2.1", True),
        ("3.0.0", "~> 2.1", False),
        ("2.1.9", "~> 2.1.3", True),
        ("2.2.0", "~> 2.1.3", False),
        ("2.4.1", ">= 2, < 3", True),
        ("2.4.1", ">= 2.5", False),
        ("2.4.1", "2.4.1", True),
        ("2.4.1", "!= 2.4.1", False),
        ("3.9.0", "~> 4", False),
        ("2.4.1", "whatever", True),
    ],
)
def test_versions_meet_constraints_as_for_terraform(version: str, constraint: str, *, met: bool) -> None:
    assert satisfies(version, constraint) is met
