"""The law of unknown values: hiding a value never adds a finding."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import read
from infraaudit.engine.candidates import rewritten
from infraaudit.engine.pack import built_in_folder, load_pack
from infraaudit.engine.run import judge
from infraaudit.engine.verdict import Verdict
from infraaudit.joins import join
from infraaudit.model import Estate, Known, Unknown
from infraaudit.source.file import find_files
from tests.policies.pages import Example, all_examples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLICIES = load_pack(built_in_folder())
TODAY = date(2026, 8, 1)
HIDDEN = "hidden by this test"


def _findings(estate: Estate) -> frozenset[tuple[str, str, str]]:
    """Return what is found of whom: not where, for hiding one value may leave another one to point at."""
    return frozenset(
        (verdict.policy.id, str(verdict.subject.key), finding.part)
        for verdict in judge(POLICIES, estate)
        if isinstance(verdict, Verdict)
        for finding, _, _ in verdict.findings
    )


def _leaves(estate: Estate) -> list[Known[object]]:
    """Return every known value of the estate once, in a fixed order."""
    leaves: dict[int, Known[object]] = {}

    def note(part: object) -> object:
        if isinstance(part, Known):
            leaves.setdefault(id(part), part)
        return part

    for entity in estate.entities:
        rewritten(entity, note)
    return list(leaves.values())


def _hiding(estate: Estate, leaf: Known[object]) -> Estate:
    hidden: Unknown[object] = Unknown(HIDDEN, leaf.at)

    def hide(part: object) -> object:
        return hidden if part is leaf else part

    return Estate.of_parts((rewritten(entity, hide) for entity in estate.entities), estate.edges)


def _each_hidden(estate: Estate) -> Iterator[tuple[Known[object], Estate]]:
    for leaf in _leaves(estate):
        yield leaf, _hiding(estate, leaf)


@pytest.mark.parametrize("example", all_examples(), ids=lambda each: f"{each.policy}: {each.verdict}: {each.title}")
def test_hiding_a_value_of_the_model_never_adds_a_finding(example: Example, tmp_path: Path) -> None:
    example.write_to(tmp_path)
    reading = read(find_files(tmp_path), TODAY)
    estate = join(Estate.of_parts(reading.entities, reading.edges))
    before = _findings(estate)
    for leaf, changed in _each_hidden(estate):
        added = _findings(changed) - before
        assert not added, f"hiding {leaf.value!r} at {leaf.at} adds {sorted(added)}"


@pytest.mark.parametrize("example", all_examples(), ids=lambda each: f"{each.policy}: {each.verdict}: {each.title}")
def test_hiding_a_value_before_the_joins_never_adds_a_finding(example: Example, tmp_path: Path) -> None:
    example.write_to(tmp_path)
    reading = read(find_files(tmp_path), TODAY)
    estate = Estate.of_parts(reading.entities, reading.edges)
    before = _findings(join(estate))
    for leaf, changed in _each_hidden(estate):
        added = _findings(join(changed)) - before
        assert not added, f"hiding {leaf.value!r} at {leaf.at} adds {sorted(added)}"
