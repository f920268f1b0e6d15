from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.generate import write_estate
from tests.bench.manifests import write_manifests

if TYPE_CHECKING:
    from pathlib import Path


def texts(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_the_same_size_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_estate(first, 7)
    write_estate(second, 7)
    assert texts(first) == texts(second)


def test_a_root_calls_every_module_once(tmp_path: Path) -> None:
    write_estate(tmp_path, 45)
    calls = "".join(path.read_text() for path in tmp_path.glob("terraform/services_*.tf"))
    folders = sorted(path.name for path in tmp_path.glob("terraform/modules/*"))
    assert len(folders) == 45
    assert all(calls.count(f'source = "./modules/{name}"') == 1 for name in folders)


def test_the_size_told_is_the_size_written(tmp_path: Path) -> None:
    estate = write_estate(tmp_path, 21)
    written = texts(tmp_path)
    assert (estate.files, estate.size) == (len(written), sum(len(text.encode()) for text in written.values()))


@pytest.mark.parametrize("folder", ["kubernetes/production", "services"])
def test_other_formats_stand_beside_terraform(tmp_path: Path, folder: str) -> None:
    write_estate(tmp_path, 8)
    assert [path for path in texts(tmp_path) if path.startswith(folder)]


def test_no_place_of_a_template_is_left_open(tmp_path: Path) -> None:
    write_estate(tmp_path, 3)
    assert not [path for path, text in texts(tmp_path).items() if "@" in text]


def test_manifests_are_as_many_and_as_large_as_told(tmp_path: Path) -> None:
    size = write_manifests(tmp_path, 12)
    written = texts(tmp_path)
    assert (len(written), sum(len(text.encode()) for text in written.values())) == (12, size)
