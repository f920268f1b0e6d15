"""Values given beside the tree reach the roots that declare their variables, by Terraform's precedence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.terraform.configuration.emission import emit
from infraaudit.readers.terraform.configuration.given import given_values
from infraaudit.readers.terraform.configuration.inputs import InputError, TerraformInputs, settings_of
from infraaudit.readers.terraform.configuration.roots import root_folders, root_module
from infraaudit.readers.terraform.configuration.syntax import Sources
from infraaudit.readers.terraform.reader import read
from tests.unit.readers.terraform.trees import at, tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Node

MAIN = """\
variable "size" { type = number }
variable "names" { type = list(string) }
variable "free" {}
resource "aws_x" "y" {
  size  = var.size
  names = var.names
  free  = var.free
}
"""


def _body(tmp_path: Path, files: dict[str, str], inputs: TerraformInputs) -> Node:
    sources = Sources(tree_of(tmp_path, {"main.tf": MAIN, **files}))
    given = given_values(inputs.settings, sources, root_folders(sources))
    return emit(root_module(sources, "", given), deployment_of("terraform", "")).resources[0].body


def _inputs(tmp_path: Path, files: tuple[str, ...], *words: str) -> TerraformInputs:
    return TerraformInputs(settings=settings_of([*(tmp_path / file for file in files), *words], tmp_path))


def test_a_value_has_the_type_of_its_variable(tmp_path: Path) -> None:
    body = _body(tmp_path, {}, _inputs(tmp_path, (), "size=3", 'names=["a"]', "free=[1]"))
    assert body["size"].content == 3
    assert [name.content for name in body["names"].each()] == ["a"]
    assert body["free"].content == "[1]"


def test_what_is_given_later_wins(tmp_path: Path) -> None:
    files = {
        "terraform.tfvars": 'size = 1\nfree = "loaded"\n',
        "one.tfvars": 'size = 2\nfree = "one"\nnames = ["one"]\n',
        "two.tfvars": 'size = 3\nnames = ["two"]\n',
    }
    tree_of(tmp_path, files)
    body = _body(tmp_path, files, _inputs(tmp_path, ("one.tfvars", "two.tfvars"), "size=4", "size=5"))
    assert (body["size"].content, body["free"].content) == (5, "one")
    assert [name.content for name in body["names"].each()] == ["two"]


def test_a_value_of_a_file_of_the_tree_stands_there(tmp_path: Path) -> None:
    files = {"env/prod.tfvars": "size = 2\n"}
    tree_of(tmp_path, files)
    size = _body(tmp_path, files, _inputs(tmp_path, ("env/prod.tfvars",)))["size"]
    assert at(size.at) == ("env/prod.tfvars", 1, 8)
    assert [step.what for step in size.at.trail] == ["var.size", "prod.tfvars sets var.size"]


def test_a_value_from_elsewhere_stands_at_its_declaration(tmp_path: Path) -> None:
    (tmp_path / "prod.json").write_text('{"names": ["a"]}', encoding="utf-8")
    tree = tmp_path / "tree"
    tree.mkdir()
    body = _body(tree, {}, TerraformInputs(settings=settings_of([tmp_path / "prod.json", "size=2"], tree)))
    assert at(body["size"].at) == ("main.tf", 1, 1)
    assert at(body["names"].each()[0].at) == ("main.tf", 2, 1)
    assert [step.what for step in body["size"].at.trail] == ["var.size", "--var sets var.size"]


def test_a_value_is_for_the_roots_that_declare_its_variable(tmp_path: Path) -> None:
    files = {
        "a/main.tf": 'variable "n" {}\nresource "aws_x" "y" {\n  n = var.n\n}\n',
        "b/main.tf": 'variable "m" {\n  default = 1\n}\nresource "aws_x" "y" {\n  n = var.m\n}\n',
    }
    sources = Sources(tree_of(tmp_path, files))
    given = given_values((("n", "7"),), sources, ["a", "b"])
    values = [emit(root_module(sources, each, given), deployment_of("t", each)).resources[0] for each in ("a", "b")]
    assert [resource.body["n"].content for resource in values] == ["7", 1]


@pytest.mark.parametrize(
    ("file", "word", "message"),
    [
        ("", "sise=1", "no Terraform root declares the variable 'sise'"),
        ("sise = 1\n", "", "no Terraform root declares the variable 'sise'"),
        ("size = \n", "", "cannot use the variable file"),
        ("locals {}\n", "", "it holds a block"),
        ("", "names=[", "its type needs an expression"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, file: str, word: str, message: str) -> None:
    files = {"main.tf": MAIN, "x.tfvars": file} if file else {"main.tf": MAIN}
    tree = tree_of(tmp_path, files)
    inputs = _inputs(tmp_path, ("x.tfvars",) if file else (), *([word] if word else []))
    with pytest.raises(InputError, match=message) as raised:
        read(tree, inputs)
    assert not raised.value.word or "size" in raised.value.known
