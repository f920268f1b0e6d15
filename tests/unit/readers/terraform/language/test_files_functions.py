"""Functions on files see the scanned tree and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model.node import Unresolved
from tests.unit.readers.terraform.trees import tree_of, value_of

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"main.tf": "", "a.txt": "hi", "b.json": "{}", "sub/c.txt": "", "sub/deep/d.txt": ""}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('join(" ", fileset(".", "*.txt"))', "a.txt"),
        ('join(" ", fileset(".", "**/*.txt"))', "a.txt sub/c.txt sub/deep/d.txt"),
        ('join(" ", fileset("sub", "**"))', "c.txt deep/d.txt"),
        ('join(" ", fileset(path.module, "?.{txt,json}"))', "a.txt b.json"),
        ('filemd5("a.txt") == md5("hi")', True),
        ('filesha1("a.txt") == sha1("hi")', True),
        ('filesha256("a.txt") == sha256(file("a.txt"))', True),
        ('filesha512("a.txt") == sha512("hi")', True),
        ('filebase64("a.txt")', "aGk="),
        ('filebase64sha256("a.txt") == base64sha256("hi")', True),
        ('filebase64sha512("a.txt") == base64sha512("hi")', True),
    ],
)
def test_what_is_in_the_tree_is_known(tmp_path: Path, expression: str, expected: object) -> None:
    assert value_of(expression, tree_of(tmp_path, FILES)).content == expected


@pytest.mark.parametrize(
    "expression",
    [
        'fileset(".", "*.zip")',
        'fileset("..", "*.txt")',
        'fileset(".", "[ab].txt")',
        'filemd5("../secret")',
        'filebase64("made-by-the-build.zip")',
    ],
)
def test_what_is_not_in_the_tree_cannot_be_told(tmp_path: Path, expression: str) -> None:
    assert isinstance(value_of(expression, tree_of(tmp_path, FILES)).content, Unresolved)
