"""The index of Git is read without Git."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from infraaudit.source.git_index import tracked_paths

if TYPE_CHECKING:
    from pathlib import Path


def _entry(path: str, *, extended: bool = False) -> bytes:
    name = path.encode()
    flags = min(len(name), 0xFFF) | (0x4000 if extended else 0)
    body = b"\0" * 60 + struct.pack(">H", flags) + (b"\0\0" if extended else b"") + name
    return body + b"\0" * (8 - len(body) % 8)


def _compressed(paths: list[str]) -> bytes:
    before, written = b"", b""
    for path in paths:
        name = path.encode()
        common = 0
        while common < min(len(before), len(name)) and before[common] == name[common]:
            common += 1
        written += b"\0" * 62 + bytes([len(before) - common]) + name[common:] + b"\0"
        before = name
    return written


def _write(root: Path, data: bytes) -> Path:
    (root / ".git").mkdir()
    (root / ".git" / "index").write_bytes(data)
    return root


PATHS = ["a.tf", "deploy/values.yaml", "deploy/values.yml", "web/ünïcode.env"]


@pytest.mark.parametrize("extended", [False, True])
def test_the_paths_of_an_index_are_those_that_were_written(tmp_path: Path, *, extended: bool) -> None:
    data = b"DIRC" + struct.pack(">II", 3 if extended else 2, len(PATHS))
    data += b"".join(_entry(path, extended=extended) for path in PATHS) + b"\0" * 20
    assert tracked_paths(_write(tmp_path, data)) == frozenset(PATHS)


def test_the_paths_of_a_compressed_index_are_put_together(tmp_path: Path) -> None:
    data = b"DIRC" + struct.pack(">II", 4, len(PATHS)) + _compressed(PATHS) + b"\0" * 20
    assert tracked_paths(_write(tmp_path, data)) == frozenset(PATHS)


def test_a_folder_without_an_index_cannot_tell(tmp_path: Path) -> None:
    assert tracked_paths(tmp_path) is None


@pytest.mark.parametrize("data", [b"", b"DIRC", b"DIRX" + b"\0" * 40, b"DIRC" + struct.pack(">II", 2, 5), b"\xff" * 90])
def test_what_is_no_index_cannot_tell(tmp_path: Path, data: bytes) -> None:
    assert tracked_paths(_write(tmp_path, data)) is None


def test_a_link_to_an_index_elsewhere_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    _write_to = outside / ".git"
    _write_to.mkdir(parents=True)
    (_write_to / "index").write_bytes(b"DIRC" + struct.pack(">II", 2, 0) + b"\0" * 20)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / ".git").symlink_to(_write_to)
    assert tracked_paths(inside) is None
