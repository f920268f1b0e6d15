"""Charts give the objects that helm itself renders; where they differ, the value is unknown and listed here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infraaudit.model.node import Unresolved
from infraaudit.readers.helm.cells import Cell, ChartError
from infraaudit.readers.helm.chart import Charts
from infraaudit.readers.helm.documents import documents_of
from infraaudit.readers.helm.places import Lines
from infraaudit.readers.helm.release import Renderer
from infraaudit.readers.helm.values import read_values
from infraaudit.source.file import SourceFile, find_files
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node

CASES = Path(__file__).parents[4] / "fixtures" / "readers" / "helm"
RECORDED = sorted(CASES.glob("*/expected-*.json"))

SCRIPT: dict[str, Any] = {"__file__": str(CASES / "record.py"), "__name__": "record"}
exec((CASES / "record.py").read_text(encoding="utf-8"), SCRIPT)  # noqa: S102 - a script of this project
PREPARED = SCRIPT["prepared"]

UNKNOWN = {
    "nothing": {"/stringData/password", "/stringData/text"},
    "random": {
        "/stringData/encoded",
        "/stringData/password",
        "/stringData/stamp",
        "/stringData/url",
    },
}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_objects_are_those_of_helm(path: Path, tmp_path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))
    case = path.parent
    chart = PREPARED(case, tmp_path)
    if expected is None:
        with pytest.raises(ChartError):
            list(_rendered(chart, path))
        return
    rendered = {_name(plain(each)): each for each in _rendered(chart, path)}
    assert set(rendered) == {_name(each) for each in expected}
    for each in expected:
        unknown = set(_unknown(rendered[_name(each)], each, ""))
        assert unknown == UNKNOWN.get(case.name, set())


def test_each_feature_has_a_case() -> None:
    assert len({path.parent for path in RECORDED}) >= 15


def _rendered(case: Path, recorded: Path) -> Iterator[Node]:
    tree = find_files(case)
    over = Cell({})
    variant = next((path for path in tree.paths if f".{path.rpartition('/')[2]}.json" in recorded.name), None)
    if variant is not None:
        file = tree.open(variant)
        assert isinstance(file, SourceFile)
        values = read_values(file)
        assert isinstance(values, Cell)
        over = values
    release = Renderer(tree, Charts(tree).load("")).render(over)
    if release.engine.lacking:
        message = "helm does not render it without these values"
        raise ChartError(message)
    for output in release.outputs:
        for document in documents_of(output, release, Lines(), everything=True):
            assert not isinstance(document, Problem), document.message
            yield document


def plain(node: Node) -> Any:  # noqa: ANN401 - an object of any shape
    if node.is_mapping:
        return {key: plain(each) for key, each in node.items()}
    if node.is_list:
        return [plain(each) for each in node.each()]
    return None if node.is_absent else node.content


def _name(body: dict[str, Any]) -> tuple[str, str]:
    return body["kind"], body["metadata"]["name"]


def _unknown(node: Node, expected: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - see above
    """Yield the paths that are unknown; everything else must be equal."""
    if isinstance(node.content, Unresolved):
        yield path
    elif isinstance(expected, dict):
        assert {key for key, _ in node.items()} == set(expected), path
        for key, each in node.items():
            yield from _unknown(each, expected[key], f"{path}/{key}")
    elif isinstance(expected, list):
        assert len(node.each()) == len(expected), path
        for index, each in enumerate(node.each()):
            yield from _unknown(each, expected[index], f"{path}/{index}")
    else:
        assert plain(node) == expected, path
        assert type(plain(node)) is type(expected), path
