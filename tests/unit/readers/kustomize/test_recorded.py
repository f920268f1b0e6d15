"""Our building equals what Kustomize makes of each recorded case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infraaudit.readers.kubernetes.kustomizations import find_kustomizations
from infraaudit.readers.kustomize.build import Builder
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.layer import Layer
from infraaudit.readers.kustomize.trees import plain, told
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from infraaudit.readers.kustomize.build import Built

FIXTURES = Path(__file__).parents[4] / "fixtures" / "readers" / "kustomize"
UNKNOWN = {"images-suffix": "Kustomize puts a tagSuffix on once or twice, as its version goes"}
"""Cases that hold what cannot be told, and why."""

RECORDED = sorted(FIXTURES.glob("*/kustomize-*.json"))


def cases() -> dict[str, dict[str, str]]:
    """Read the cases as the recording script does."""
    scope: dict[str, Any] = {"__file__": str(FIXTURES / "record.py"), "__name__": "record"}
    exec((FIXTURES / "record.py").read_text(encoding="utf-8"), scope)  # noqa: S102 - a script of this project
    found: dict[str, dict[str, str]] = scope["cases"]()
    return found


CASES = cases()


def build(root: Path, case: str) -> Built:
    for path, text in CASES[case].items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    tree = find_files(root)
    layers = {each.path: Layer(tree, each.path, each.body) for each in find_kustomizations(tree) if each.body}
    return Builder(tree, layers).build("over/kustomization.yaml")


def address(document: Any) -> tuple[str, ...]:  # noqa: ANN401 - any object
    metadata = document["metadata"]
    return (document["apiVersion"], document["kind"], metadata.get("namespace", ""), metadata["name"])


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_builds_what_kustomize_builds(recorded: Path, tmp_path: Path) -> None:
    case = recorded.parent.name
    wanted = json.loads(recorded.read_text(encoding="utf-8"))
    if wanted is None:
        with pytest.raises(BuildError):
            build(tmp_path, case)
        return
    built = build(tmp_path, case)
    assert built.gaps == ()
    if case in UNKNOWN:
        assert UNKNOWN[case] in repr(built.resources)
        return
    assert all(told(each.body) for each in built.resources)
    found = [plain(each.body) for each in built.resources]
    if "fifo" not in case:
        found.sort(key=address)
        wanted.sort(key=address)
    assert found == wanted


def test_every_case_is_recorded() -> None:
    assert {path.parent.name for path in RECORDED} == CASES.keys()
    assert len(CASES) >= 40
