"""Laws of reading: a broken file loses only itself, and the order of files changes nothing."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit, read
from infraaudit.joins import join
from infraaudit.model import Estate
from infraaudit.readers.reading import FileState
from infraaudit.source.file import SourceTree, find_files
from tests.golden.outputs import SHOP, TODAY

if TYPE_CHECKING:
    from pathlib import Path

FILES = find_files(SHOP).paths
CANDIDATES = (".yaml", ".yml", ".tf", ".tfvars", "Dockerfile")


def _copy_of_shop(folder: Path) -> None:
    for path in FILES:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((SHOP / path).read_bytes())


@pytest.mark.parametrize("seed", range(40))
def test_a_file_that_is_cut_off_never_ends_the_scan_and_is_never_unread_in_silence(seed: int, tmp_path: Path) -> None:
    _copy_of_shop(tmp_path)
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice, not a secret
    path = chance.choice([each for each in FILES if each.endswith(CANDIDATES)])
    whole = (tmp_path / path).read_bytes()
    (tmp_path / path).write_bytes(whole[: chance.randrange(len(whole))])
    result = audit(tmp_path, Settings(today=TODAY))
    assert not [row for row in result.ledger.policies if row.why]
    rows = {row.path: row for row in result.ledger.files}
    assert path in rows
    assert rows[path].state is FileState.PARSED or rows[path].why


def test_a_broken_file_takes_nothing_from_its_neighbours(tmp_path: Path) -> None:
    _copy_of_shop(tmp_path)
    before = {(each.policy.id, each.at.order) for each in audit(tmp_path, Settings(today=TODAY)).findings}
    (tmp_path / "terraform" / "broken.tf").write_text(
        'resource "aws_s3_bucket" "x" {\n  bucket = "a\n  acl =\n', "utf-8"
    )
    result = audit(tmp_path, Settings(today=TODAY))
    assert before <= {(each.policy.id, each.at.order) for each in result.findings}
    assert not result.is_complete


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_files_changes_nothing(seed: int) -> None:
    shuffled = list(FILES)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a repeatable order, not a secret
    assert _estate(SourceTree(SHOP, tuple(shuffled))) == _estate(SourceTree(SHOP, FILES))


def _estate(tree: SourceTree) -> Estate:
    reading = read(tree, TODAY)
    return join(Estate.of_parts(reading.entities, reading.edges))
