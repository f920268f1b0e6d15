"""Every expression that Terraform was asked for comes out the same here, or is left unresolved for a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infraaudit.model.node import Unresolved
from tests.unit.readers.terraform.trees import value_of

RECORDS = sorted((Path(__file__).parents[4] / "fixtures" / "readers" / "terraform").glob("console-*.json"))

LEFT_OPEN = {
    "1 / 3": "its text has more digits than are computed",
    'tolist(["a"]) == ["a"]': "a list and a tuple are not compared",
    'timeadd("2017-11-22T00:00:00Z", "10m")': "functions of time are not evaluated",
    'formatdate("YYYY", "2018-01-02T23:12:01Z")': "functions of time are not evaluated",
    'bcrypt("a") == ""': "its result differs with every call",
    'textencodebase64("a", "UTF-8")': "encodings other than UTF-8 are not evaluated",
    'abspath("a") == "a"': "it tells of the machine",
    'pathexpand("a")': "it tells of the machine",
    'yamldecode("a: 0644\\nb: 2024-01-01\\nc: on\\n")': "dates are read differently by different versions",
    'format("%e", 1)': "the verb is not evaluated",
    "5 % 0": "a remainder of zero is refused here",
}
"""What Terraform evaluates and infraaudit does not, each with the reason."""


def _recorded() -> list[tuple[str, str | None]]:
    return [(row["expression"], row["json"]) for path in RECORDS for row in json.loads(path.read_text("utf-8"))]


def test_the_record_is_there() -> None:
    assert len(_recorded()) >= 400


@pytest.mark.parametrize(("expression", "expected"), _recorded())
def test_an_expression_comes_out_as_terraform_has_it(expression: str, expected: str | None) -> None:
    content = value_of(f"jsonencode({expression})").content
    if expected is None or expression in LEFT_OPEN:
        assert isinstance(content, Unresolved)
        assert content.why
    else:
        assert content == expected


def test_nothing_is_listed_as_open_that_was_not_asked() -> None:
    assert LEFT_OPEN.keys() <= {expression for expression, _ in _recorded()}
