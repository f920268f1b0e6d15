"""Which folders are roots, and which versions of providers they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.readers.terraform.configuration.providers import provider_of
from infraaudit.readers.terraform.configuration.roots import root_folders
from infraaudit.readers.terraform.configuration.syntax import Sources, local_folder
from infraaudit.readers.terraform.configuration.versions import major_of
from tests.unit.readers.terraform.trees import resources_of, tree_of

if TYPE_CHECKING:
    from pathlib import Path

CALL = 'module "m" {{\n  source = "{}"\n}}\n'


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        ({"main.tf": ""}, [""]),
        ({"a/main.tf": "", "b/main.tofu": "", "c/main.tf.json": "{}", "d/x.tfvars": ""}, ["a", "b", "c"]),
        ({"main.tf": CALL.format("./m"), "m/main.tf": ""}, [""]),
        ({"main.tf": "", "examples/one/main.tf": CALL.format("../..")}, ["examples/one"]),
        ({"a/main.tf": CALL.format("../b"), "b/main.tf": CALL.format("../a")}, ["a"]),
        ({"a/main.tf": CALL.format("./"), "b/main.tf": CALL.format("../../outside")}, ["a", "b"]),
        ({"a/main.tf": CALL.format("git::https://x/y"), "y/main.tf": ""}, ["a", "y"]),
    ],
)
def test_a_folder_that_nobody_calls_is_a_root(tmp_path: Path, files: dict[str, str], roots: list[str]) -> None:
    assert root_folders(Sources(tree_of(tmp_path, files))) == roots


@pytest.mark.parametrize(
    ("folder", "source", "expected"),
    [
        ("", "./m", "m"),
        ("a/b", "../c", "a/c"),
        ("a", "../..", ".."),
        ("a", "..", ""),
        ("", "hashicorp/consul/aws", None),
        ("", "git::https://x", None),
        ("", None, None),
    ],
)
def test_a_local_source_names_a_folder(folder: str, source: str | None, expected: str | None) -> None:
    assert local_folder(folder, source) == expected


@pytest.mark.parametrize(
    ("constraint", "major"),
    [
        ("~> 5.0", 5),
        ("~> 5.31.0", 5),
        ("5.31.0", 5),
        ("= 4.9", 4),
        (">= 4.0, < 5.0", 4),
        (">= 4.0, < 5.0.0", 4),
        (">= 4.0, <= 4.9", 4),
        (">= 4.0, < 6.0", None),
        (">= 4.0", None),
        ("~> 5", None),
        ("< 5.0", None),
        ("", None),
        ("latest", None),
    ],
)
def test_a_constraint_tells_the_major_version_where_it_allows_one(constraint: str, major: int | None) -> None:
    assert major_of(constraint) == major


def test_the_lock_file_wins_over_the_constraint(tmp_path: Path) -> None:
    files = {
        "main.tf": """
            terraform {
              required_providers {
                aws    = { source = "hashicorp/aws", version = ">= 4.0" }
                google = { source = "hashicorp/google", version = "~> 6.1" }
              }
            }
            resource "aws_sqs_queue" "q" {}
            resource "google_sql_database_instance" "g" {}
            resource "azurerm_x" "z" {}
            resource "aws_thing" "w" { provider = google.other }
            """,
        ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n',
    }
    majors = {address: resource.provider_major for address, resource in resources_of(tmp_path, files).items()}
    assert majors == {
        "aws_sqs_queue.q": 5,
        "aws_thing.w": 6,
        "azurerm_x.z": None,
        "google_sql_database_instance.g": 6,
    }


def test_a_module_uses_the_provider_of_its_root(tmp_path: Path) -> None:
    files = {
        "r/main.tf": 'terraform {\n  required_providers {\n    aws = "~> 4.1"\n  }\n}\n' + CALL.format("../m"),
        "m/main.tf": 'resource "aws_sqs_queue" "q" {}\n',
    }
    assert resources_of(tmp_path, files, "r")["module.m.aws_sqs_queue.q"].provider_major == 4


def test_a_written_provider_wins_over_the_type() -> None:
    assert provider_of("aws_x", None) == "aws"
    assert provider_of("aws_x", "other.west") == "other"
