"""What data sources find is known as far as the region of their provider decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model.node import Unresolved
from tests.unit.readers.terraform.trees import emission_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Node

SOURCES = """
data "aws_partition" "current" {}
data "aws_region" "current" {}
"""


def _input(root: Path, text: str, expression: str, **more: str) -> Node:
    written = f'{text}{SOURCES}resource "terraform_data" "it" {{\n  input = {expression}\n}}\n'
    files = {"main.tf": written, **{f"{name}/main.tf": each for name, each in more.items()}}
    found = emission_of(root, files).resources
    return next(each.body["input"] for each in found if each.address.endswith("terraform_data.it"))


@pytest.mark.parametrize(
    ("region", "expression", "expected"),
    [
        ("eu-west-1", '"arn:${data.aws_partition.current.partition}:iam::aws:policy/X"', "arn:aws:iam::aws:policy/X"),
        ("cn-north-1", "data.aws_partition.current.partition", "aws-cn"),
        ("cn-north-1", "data.aws_partition.current.dns_suffix", "amazonaws.com.cn"),
        ("us-gov-west-1", "data.aws_partition.current.id", "aws-us-gov"),
        ("us-east-1", "data.aws_region.current.name", "us-east-1"),
        ("us-east-1", "data.aws_region.current.region", "us-east-1"),
    ],
)
def test_the_region_of_the_provider_decides(tmp_path: Path, region: str, expression: str, expected: str) -> None:
    found = _input(tmp_path, f'provider "aws" {{\n  region = "{region}"\n}}\n', expression)
    assert found.content == expected


@pytest.mark.parametrize(
    "provider",
    [
        "",
        'provider "aws" {}\n',
        'variable "region" {}\nprovider "aws" {\n  region = var.region\n}\n',
        'provider "aws" {\n  alias  = "far"\n  region = "eu-west-1"\n}\n',
        'provider "aws" {\n  region = "us-iso-east-1"\n}\n',
        'provider "aws" {\n  region = "somewhere"\n}\n',
    ],
)
def test_without_a_region_nothing_is_decided(tmp_path: Path, provider: str) -> None:
    found = _input(tmp_path, provider, "data.aws_partition.current.partition")
    assert isinstance(found.content, Unresolved)
    assert found.mentions == ("data.aws_partition.current",)


def test_a_source_that_looks_for_another_region_is_open(tmp_path: Path) -> None:
    text = 'provider "aws" {\n  region = "eu-west-1"\n}\ndata "aws_region" "other" {\n  name = var.other\n}\n'
    assert isinstance(_input(tmp_path, text, "data.aws_region.other.id").content, Unresolved)


def test_a_source_of_another_provider_has_the_region_of_that_one(tmp_path: Path) -> None:
    text = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    text += 'provider "aws" {\n  alias  = "china"\n  region = "cn-north-1"\n}\n'
    text += 'data "aws_partition" "china" {\n  provider = aws.china\n}\n'
    assert _input(tmp_path, text, "data.aws_partition.china.partition").content == "aws-cn"


def test_a_module_has_the_region_of_its_caller(tmp_path: Path) -> None:
    text = 'provider "aws" {\n  region = "cn-north-1"\n}\nmodule "inner" {\n  source = "./inner"\n}\n'
    inner = SOURCES + 'output "suffix" {\n  value = data.aws_partition.current.dns_suffix\n}\n'
    assert _input(tmp_path, text, "module.inner.suffix", inner=inner).content == "amazonaws.com.cn"
