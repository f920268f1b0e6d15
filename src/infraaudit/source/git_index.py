"""Reads which files Git tracks from its index, without starting Git and without leaving the scanned folder."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_INDEX = 64 * 1024 * 1024
"""Bytes above which an index is not read; that of a repository with 100,000 files has about 10 MB."""

_SIGNATURE = b"DIRC"
_HEAD = 12
_FIXED = 62
_EXTENDED = 0x4000
_VERSIONS = (2, 3, 4)


def tracked_paths(root: Path) -> frozenset[str] | None:
    """Return the paths that Git tracks below a folder, ``None`` where that cannot be told.

    Only an index inside the folder itself is read. That of a repository above it, or of a linked work tree that is kept
    elsewhere, lies outside of what was given to be scanned.
    """
    index = root / ".git" / "index"
    try:
        if (root / ".git").is_symlink() or index.is_symlink() or not index.is_file():
            return None
        if index.stat().st_size > LARGEST_INDEX:
            return None
        return _paths_of(index.read_bytes())
    except (OSError, struct.error, IndexError, ValueError):
        return None


def _paths_of(data: bytes) -> frozenset[str] | None:
    if data[:4] != _SIGNATURE:
        return None
    version, count = struct.unpack_from(">II", data, 4)
    if version not in _VERSIONS or _has_link(data):
        return None
    paths: list[str] = []
    position, before = _HEAD, b""
    for _ in range(count):
        start = position
        (flags,) = struct.unpack_from(">H", data, start + _FIXED - 2)
        position = start + _FIXED + (2 if flags & _EXTENDED else 0)
        if version == _VERSIONS[-1]:
            stripped, position = _variable_length(data, position)
            end = data.index(b"\0", position)
            before = before[: len(before) - stripped] + data[position:end]
            position = end + 1
        else:
            end = data.index(b"\0", position)
            before = data[position:end]
            position = start + (end - start + 8) // 8 * 8
        paths.append(before.decode(errors="surrogateescape"))
    return frozenset(paths)


def _has_link(data: bytes) -> bool:
    """Tell a split index: its other half lies in a file of its own, so this one does not hold all paths."""
    return b"link\0\0" in data[-4096:]


def _variable_length(data: bytes, position: int) -> tuple[int, int]:
    """Read a number of Git's offset encoding: seven bits a byte, one added for each byte that follows."""
    byte = data[position]
    value = byte & 0x7F
    while byte & 0x80:
        position += 1
        byte = data[position]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, position + 1
