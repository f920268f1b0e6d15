"""Every expression that Terraform was asked for comes out the same here, or is left unresolved for a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infraaudit.model.node import Unresolved
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_parse import parse_hcl
from tests.unit.readers.terraform.trees import value_of

RECORDS = sorted((Path(__file__).parents[5] / "fixtures" / "readers" / "terraform").glob("console-*.json"))

LEFT_OPEN = {
    "1 / 3": "its text has more digits than are computed",
    'format("%v", 7 / 3)': "its text has more digits than are computed",
    'try(format("%s", 7 / 3), "fallback") == "fallback"': "its text has more digits than are computed",
    'try("x${7 / 3}", "fallback") == "fallback"': "its text has more digits than are computed",
    'format("%v", tostring(null))': "whether a null has a type is not tracked",
    'tolist(["a"]) == ["a"]': "a list and a tuple are not compared",
    'split(",", "a") == ["a"]': "a list and a tuple are not compared",
    'bcrypt("a") == ""': "its result differs with every call",
    'abspath("a") == "a"': "it tells of the machine",
    'pathexpand("a")': "it tells of the machine",
    'yamldecode("a: 0644\\nb: 2024-01-01\\nc: on\\n")': "dates are read differently by different versions",
    "5 % 0": "a division by zero is not computed with",
    'format("%d", -0)': "Terraform tells minus zero from zero",
    '"${-0}x"': "Terraform tells minus zero from zero",
    'base64gzip("a") != ""': "the bytes depend on the compressor",
    'filemd5("main.tf") == ""': "the file is not in the tree of this test",
    'fileexists("nothere.txt")': "the file may be made before Terraform runs",
    'fileset(".", "*.txt")': "files may be made before Terraform runs",
    'fileset("nothere", "*")': "files may be made before Terraform runs",
    'issensitive(sensitive("x"))': "what is sensitive is not tracked",
    'issensitive("x")': "what is sensitive is not tracked",
    'ephemeralasnull("x")': "what is ephemeral is not tracked",
    'length("👨\u200d👩\u200d👧")': "characters that are joined of several are not counted",
    'cidrsubnet("10.0.0.0/8", 8, -1)': "a subnet of a negative number is not computed",
    'regex("\\\\p{L}+", "12é")': "Python has no classes of Unicode",
    'regex("(?i)É", "é")': "the two engines fold letters beyond ASCII differently",
    'can(regex("(", "a"))': "a pattern that Python refuses may be valid in Go",
    "log(50, 10)": "its text has more digits than are computed",
    "pow(1.1, 2)": "its text has more digits than are computed",
    "123456789.123456789": "its text has more digits than are computed",
    "12345678901234567890.5": "its text has more digits than are computed",
    "2 / 3 * 3": "a long fraction is not computed with",
    "1 / 3 * 3": "a long fraction is not computed with",
    "1 - 1e-20": "a long fraction is not computed with",
    "floor(10 / 3 * 3)": "a long fraction is not computed with",
    "1.1 % 0.3": "Terraform rounds in binary",
    "0.3 - 0.1": "Terraform rounds in binary",
    "1.1 - 0.9": "Terraform rounds in binary",
    "1.1 * 1.1": "Terraform rounds in binary",
    "0.1 % 0.03": "Terraform rounds in binary",
    "1.1 + 2.2 - 3.3": "Terraform rounds in binary",
    'yamldecode("base: &b { x: 1 }\\nc:\\n  <<: *b\\n  y: 2\\n")': "merged mappings are not decoded",
    'yamldecode("a: 1\\na: 2\\n")': "a key that stands twice is refused here",
    'yamldecode("on: 1\\nno: 2\\n")': "keys that are no texts are not decoded",
    'yamldecode("1.50: x\\ntrue: y\\n")': "keys that are no texts are not decoded",
    'yamldecode("0x10: x\\n")': "keys that are no texts are not decoded",
    'yamlencode("a\\nb\\n")': "the YAML of a text of several lines is not written",
    "[] == tolist([])": "a list and a tuple are not compared",
    "tomap({ a = 1 }) == { a = 1 }": "a map and an object are not compared",
    "terraform.workspace": "it is chosen when Terraform runs",
}
"""What Terraform evaluates and infraaudit does not, each with the reason."""


BEYOND = {
    'urldecode("a+b%2Fc%3Fd%3D%C3%A9")': "OpenTofu has this function",
    'true || "x"': "since Terraform 1.12 the left side decides alone",
    "false && null": "since Terraform 1.12 the left side decides alone",
    '"$$${"x"}"': "Terraform ends the string at the quote after the escape",
}
"""What Terraform 1.11 refuses and infraaudit evaluates, each with the reason."""


def _recorded() -> list[tuple[str, str | None]]:
    return [(row["expression"], row["json"]) for path in RECORDS for row in json.loads(path.read_text("utf-8"))]


def test_the_record_is_there() -> None:
    assert len(_recorded()) >= 1200


def _is_refused(expression: str) -> bool:
    return bool(parse_hcl(SourceFile("main.tf", f"value = {expression}\n")).problems)


@pytest.mark.parametrize(("expression", "expected"), _recorded())
def test_an_expression_comes_out_as_terraform_has_it(expression: str, expected: str | None) -> None:
    if expression in BEYOND or (expected is None and _is_refused(expression)):
        return
    content = value_of(f"jsonencode({expression}\n)").content
    if expected is None or expression in LEFT_OPEN:
        assert isinstance(content, Unresolved)
        assert content.why
    else:
        assert content == expected


def test_nothing_is_listed_as_open_that_was_not_asked() -> None:
    assert LEFT_OPEN.keys() | BEYOND.keys() <= {expression for expression, _ in _recorded()}
