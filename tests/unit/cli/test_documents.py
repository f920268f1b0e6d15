"""``infraaudit explain``, ``policies`` and ``model``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraaudit.cli.app import execute

if TYPE_CHECKING:
    from pathlib import Path

PACK = '''"""A topic."""

from infraaudit.model import Workload
from infraaudit.policy import Effort, Findings, Severity, policy


@policy(Severity.LOW, effort=Effort.SMALL, holds="it holds")
def house_rule(workload: Workload) -> Findings:
    """A workload breaks the rule of the house.

    Why: the house says so.

    Fix: keep the rule.
    """
    yield from ()
'''


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with one policy."""
    topic = tmp_path / "pack" / "house" / "rules.py"
    topic.parent.mkdir(parents=True)
    topic.write_text(PACK, encoding="utf-8")
    return tmp_path / "pack"


def test_a_policy_of_a_given_folder_is_explained(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["explain", "house/house-rule", "--policies", str(pack)]) == 0
    assert "Why: the house says so." in capsys.readouterr().out

    assert execute(["explain", "house-rule", "--policies", str(pack), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["fix"] == "keep the rule."


def test_an_unknown_policy_ends_with_two_and_a_hint(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["explain", "house/hose-rule", "--policies", str(pack)]) == 2
    assert "did you mean 'house/house-rule'?" in capsys.readouterr().err


def test_policies_are_listed_by_area(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["policies", "--policies", str(pack), "--area", "house", "--format", "json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)] == ["house/house-rule"]

    assert execute(["policies", "--policies", str(pack), "--area", "hose"]) == 2
    assert "did you mean 'house'?" in capsys.readouterr().err


def test_the_model_is_printed_in_both_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    image: web:1\n", encoding="utf-8")

    assert execute(["model", str(tmp_path)]) == 0
    entities = json.loads(capsys.readouterr().out)["entities"]
    assert "Workload" in {each["type"] for each in entities}

    assert execute(["model", str(tmp_path), "--format", "mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart LR\n  subgraph d0[")

    assert execute(["model", str(tmp_path), "--format", "mermaid", "--deployment", "compse:."]) == 2
    assert "unknown deployment 'compse:.'" in capsys.readouterr().err


def test_a_model_of_nothing_ends_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["model", str(tmp_path)]) == 3
    assert "nothing was read" in capsys.readouterr().err
