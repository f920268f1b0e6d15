"""Every function of Terraform is evaluated, or left open for a reason that is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infraaudit.model.node import Unresolved
from infraaudit.readers.terraform.language.functions import FUNCTIONS, NOT_EVALUATED
from tests.unit.readers.terraform.trees import resources_of, value_of

HERE = Path(__file__).parents[5] / "fixtures" / "readers" / "terraform"
(RECORD,) = HERE.glob("functions-*.json")
NAMES: list[str] = json.loads(RECORD.read_text(encoding="utf-8"))
ASKED = "\n".join(
    row["expression"] for path in HERE.glob("console-*.json") for row in json.loads(path.read_text("utf-8"))
)
ELSEWHERE = {"list": "Terraform 0.11 had it", "urldecode": "OpenTofu has it"}
"""What is evaluated though this Terraform has no such function."""

NOT_ASKED = {
    "plantimestamp", "timestamp", "uuid", "rsadecrypt",  # their answers cannot be recorded
    "filebase64", "filebase64sha256", "filebase64sha512", "filesha1", "filesha256", "filesha512",
    "file", "templatefile", "templatestring",  # what they need does not fit in one expression
}  # fmt: skip


def test_every_function_is_evaluated_or_has_a_reason() -> None:
    assert set(NAMES) == (FUNCTIONS.keys() | NOT_EVALUATED.keys()) - ELSEWHERE.keys()
    assert not FUNCTIONS.keys() & NOT_EVALUATED.keys()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_ASKED])
def test_terraform_was_asked_for_every_function(name: str) -> None:
    assert re.search(rf"\b{name}\(", ASKED)


@pytest.mark.parametrize("name", sorted(NOT_EVALUATED))
def test_a_function_that_is_not_evaluated_says_why(name: str) -> None:
    content = value_of(f'{name}("x")').content
    assert isinstance(content, Unresolved)
    assert content.why == f"the function {name} is not evaluated: {NOT_EVALUATED[name]}"


def test_functions_have_a_namespace_and_providers_have_functions_of_their_own() -> None:
    assert value_of('core::upper("x")').content == "X"
    content = value_of('provider::aws::arn_parse("x")').content
    assert isinstance(content, Unresolved)
    assert content.why == "the function provider::aws::arn_parse is not evaluated"


def test_a_text_is_rendered_as_a_template(tmp_path: Path) -> None:
    text = (
        'locals {\n  text = "$${name} has %%{ for n in ns }$${n};%%{ endfor }"\n}\n'
        'resource "aws_x" "y" {\n  a = templatestring(local.text, { name = "x", ns = [1, 2] })\n'
        "  b = templatestring(local.text, { name = var.no, ns = [] })\n}\n"
    )
    body = resources_of(tmp_path, {"main.tf": text})["aws_x.y"].body
    assert body["a"].content == "x has 1;2;"
    assert (body["a"].at.path, body["a"].at.start_line) == ("main.tf", 5)
    assert body["b"].is_unknown
