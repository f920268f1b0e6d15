"""Scalars are what kubectl makes of them: recorded in fixtures/readers/kubernetes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infraaudit.model import node_from_yaml
from infraaudit.source.file import SourceFile, find_files
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

FOLDER = Path(__file__).parents[4] / "fixtures" / "readers" / "kubernetes"
RECORDED: dict[str, Any] = json.loads((FOLDER / "scalars.json").read_text(encoding="utf-8"))["spec"]


def _read() -> dict[str, object]:
    file = find_files(FOLDER).open("scalars.yaml")
    assert isinstance(file, SourceFile)
    (document,) = parse_yaml(file).documents
    spec = node_from_yaml(document, Dialect.KUBERNETES)["spec"]
    return {name: node.content for name, node in spec.items()}


def test_no_key_is_another_one() -> None:
    assert _read().keys() == RECORDED.keys()


@pytest.mark.parametrize("name", RECORDED)
def test_a_scalar_is_what_kubectl_makes_of_it(name: str) -> None:
    ours = _read()[name]
    assert ours == RECORDED[name]
    assert isinstance(ours, str) is isinstance(RECORDED[name], str)
    assert isinstance(ours, bool) is isinstance(RECORDED[name], bool)
