"""The reader as a whole: entities, ledger and problems of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Opaque, Queue
from infraaudit.readers.reading import FileState, UnitState
from infraaudit.readers.terraform.reader import read
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.terraform.trees import at, tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading


def reading_of(root: Path, files: dict[str, str]) -> Reading:
    return read(tree_of(root, files))


def opaque(reading: Reading) -> dict[str, Opaque]:
    return {entity.address: entity for entity in reading.entities if isinstance(entity, Opaque)}


def test_known_types_are_lifted_and_all_others_stay_opaque(tmp_path: Path) -> None:
    text = """
        resource "aws_sqs_queue" "jobs" {}
        resource "null_resource" "n" {
          triggers = { q = aws_sqs_queue.jobs.arn }
        }
        data "aws_partition" "base" {}
        resource "aws_sqs_queue" "perhaps" { count = var.open }
        variable "open" {}
        """
    reading = reading_of(tmp_path, {"prod/main.tf": text})
    (queue,) = [entity for entity in reading.entities if isinstance(entity, Queue)]
    assert queue.address == "aws_sqs_queue.jobs"
    assert queue.deployment.id == "terraform:prod"
    others = opaque(reading)
    assert list(others) == ["null_resource.n", "data.aws_partition.base", "aws_sqs_queue.perhaps"]
    assert others["null_resource.n"].mentions == ("aws_sqs_queue.jobs",)
    assert (others["null_resource.n"].type, others["null_resource.n"].name) == ("null_resource", "n")
    assert at(others["data.aws_partition.base"].at) == ("prod/main.tf", 6, 1)


def test_every_candidate_file_has_one_row(tmp_path: Path) -> None:
    files = {
        "main.tf": 'resource "a" "x" {}\n',
        "bad.tf": 'resource "a" "y" {\n  = 1\n}\n',
        "lost.tf": "%%%\n",
        "x.tf.json": "{}",
        "prod.tfvars": "a = 1\n",
        "prod.tfvars.example": "a = 1\n",
        "live/terragrunt.hcl": 'include "root" {}\n',
        ".terraform.lock.hcl": "",
        "readme.md": "",
    }
    reading = reading_of(tmp_path, files)
    assert {row.path: row.state for row in reading.files} == {
        "main.tf": FileState.PARSED,
        "bad.tf": FileState.PARTLY,
        "lost.tf": FileState.FAILED,
        "x.tf.json": FileState.PARSED,
        "prod.tfvars": FileState.PARSED,
        "live/terragrunt.hcl": FileState.UNKNOWN_KIND,
    }
    assert all(row.why for row in reading.files if row.state is not FileState.PARSED)
    kinds = {problem.at.path: problem.kind for problem in reading.problems}
    assert kinds == {
        "bad.tf": ProblemKind.SYNTAX,
        "lost.tf": ProblemKind.SYNTAX,
        "live/terragrunt.hcl": ProblemKind.UNSUPPORTED,
    }


def test_a_file_that_cannot_be_decoded_fails_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "cipher.tf").write_bytes(b"\0GITCRYPT\0abc")
    reading = reading_of(tmp_path, {"main.tf": 'resource "a" "x" {}\n'})
    assert {row.path: row.state for row in reading.files}["cipher.tf"] is FileState.FAILED
    assert list(opaque(reading)) == ["a.x"]


def test_module_calls_are_units_and_missing_modules_opaque(tmp_path: Path) -> None:
    text = """
        module "here" { source = "./here" }
        module "there" {
          source = "a/b/c"
          v      = module.here.id
        }
        """
    reading = reading_of(
        tmp_path, {"main.tf": text, "here/main.tf": 'resource "a" "x" {}\noutput "id" { value = a.x.id }\n'}
    )
    assert {(unit.name, unit.state) for unit in reading.units} == {
        ("module.here", UnitState.RESOLVED),
        ("module.there", UnitState.MISSING),
    }
    missing = opaque(reading)["module.there"]
    assert (missing.type, missing.mentions) == ("module", ("module.here.a.x",))
    assert [problem.kind for problem in reading.problems] == [ProblemKind.MISSING_MODULE]


def test_a_missing_module_is_reported_once_for_all_its_callers(tmp_path: Path) -> None:
    files = {
        "a/main.tf": 'module "m" {\n  source = "../m"\n}\nmodule "n" {\n  source = "../m"\n}\n',
        "b/main.tf": 'module "m" {\n  source = "../m"\n}\n',
        "m/main.tf": 'module "far" {\n  source = "x/y/z"\n}\n',
    }
    assert len(reading_of(tmp_path, files).problems) == 1


def test_other_blocks_are_no_error(tmp_path: Path) -> None:
    text = """
        terraform {}
        provider "aws" {}
        moved {
          from = a.x
          to   = a.y
        }
        import {
          to = a.y
          id = "1"
        }
        removed {
          from = a.z
        }
        check "c" {
          assert {
            condition     = true
            error_message = "no"
          }
        }
        ephemeral "e" "f" {}
        resource "a" "y" {}
        """
    reading = reading_of(tmp_path, {"main.tf": text})
    assert reading.problems == ()
    assert list(opaque(reading)) == ["a.y"]


def test_a_resource_that_is_declared_twice_is_noted(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"a.tf": 'resource "a" "x" {}\n', "b.tf": 'resource "a" "x" {}\n'})
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOTE]
    assert len(opaque(reading)) == 1


def test_the_same_tree_gives_the_same_reading(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n  for_each = { b = 1, a = 2 }\n}\nresource "a" "z" {}\n',
        "b.tf": 'resource "a" "b" {}\n',
        "m/main.tf": 'resource "a" "x" {}\n',
    }
    tree = tree_of(tmp_path, files)
    assert read(tree) == read(tree)


def test_an_empty_tree_has_nothing(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"readme.md": ""})
    assert (reading.entities, reading.problems, reading.files, reading.units) == ((), (), (), ())
