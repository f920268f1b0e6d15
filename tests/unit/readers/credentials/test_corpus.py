"""How many secrets the detector finds, and that it takes nothing else for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import EntryState, SecretMaterial, SecretSite
from infraaudit.readers.credentials.reader import read
from infraaudit.source.file import find_files
from tests.unit.readers.credentials.corpus import Case, negatives, positives

if TYPE_CHECKING:
    from pathlib import Path

FEWEST_POSITIVES, FEWEST_NEGATIVES, LEAST_SHARE = 150, 300, 0.98


def _found(root: Path, cases: list[Case]) -> set[int]:
    """Lay each case out in a folder of its own, read all at once, and return the numbers of those with a secret."""
    for number, case in enumerate(cases):
        target = root / f"c{number}" / case.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(case.text, encoding="utf-8")
    found: set[int] = set()
    for entity in read(find_files(root)).entities:
        places = []
        if isinstance(entity, SecretMaterial) and not entity.example:
            places = list(entity.places)
        elif isinstance(entity, SecretSite) and not entity.example:
            places = [each.at for each in entity.in_state(EntryState.LITERAL, EntryState.WEAK)]
        found.update(int(place.path.partition("/")[0][1:]) for place in places)
    return found


def test_the_detector_finds_secrets_of_every_class(tmp_path: Path) -> None:
    cases = list(positives())
    found = _found(tmp_path, cases)
    missed = [case.title for number, case in enumerate(cases) if number not in found]
    assert len(cases) >= FEWEST_POSITIVES
    assert {case.title.partition(" ")[0] for case in cases} == set("ABCDEFG")
    assert len(missed) <= len(cases) * (1 - LEAST_SHARE), missed


def test_the_detector_takes_nothing_else_for_a_secret(tmp_path: Path) -> None:
    cases = list(negatives())
    found = _found(tmp_path, cases)
    assert len(cases) >= FEWEST_NEGATIVES
    assert not [cases[number].title for number in sorted(found)]
