"""Reads archives (``.tgz``) in memory: never unpacked to disk, and only up to a size and a number of members."""

from __future__ import annotations

import io
import posixpath
import re
import tarfile
import zlib

LARGEST = 32 * 1024 * 1024
"""Bytes that an archive may hold; the largest chart seen in a public repository holds 6 MB."""

MOST_MEMBERS = 10_000

_INSIDE = re.compile(r"(?:.*/)?[^/]+\.(?:tgz|tar\.gz)(?=/)")


class ArchiveError(Exception):
    """What was read is no archive, or one beyond the limits."""

    def __init__(self, message: str, *, too_large: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.too_large = too_large


def is_archive(path: str) -> bool:
    """Tell whether a path is named like an archive."""
    return path.endswith((".tgz", ".tar.gz"))


def archive_around(path: str) -> str | None:
    """Return the path of the innermost archive that a path leads into, if it does."""
    found = _INSIDE.match(path)
    return None if found is None else found[0]


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the regular files of an archive by their paths. Raises ``ArchiveError``."""
    found: dict[str, bytes] = {}
    size = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(_inflated(data)), mode="r:") as archive:
            for number, member in enumerate(archive):
                size += member.size
                if number >= MOST_MEMBERS or size > LARGEST:
                    message = f"it holds more than {MOST_MEMBERS:,} files or {LARGEST:,} bytes"
                    raise ArchiveError(message, too_large=True)
                path = posixpath.normpath(member.name)
                content = archive.extractfile(member) if member.isreg() and not member.issparse() else None
                if content is not None and not path.startswith(("/", "..")):
                    found[path] = content.read()
    except (tarfile.TarError, OSError, ValueError, OverflowError) as error:
        message = f"not an archive that can be read: {error}"
        raise ArchiveError(message) from error
    return found


def _inflated(data: bytes) -> bytes:
    parts: list[bytes] = []
    size = 0
    while data.startswith(b"\x1f\x8b"):
        inflate = zlib.decompressobj(wbits=31)
        try:
            parts.append(inflate.decompress(data, LARGEST - size + 1))
        except zlib.error as error:
            message = f"not an archive that can be read: {error}"
            raise ArchiveError(message) from error
        size += len(parts[-1])
        if size > LARGEST:
            message = f"it holds more than {LARGEST:,} bytes"
            raise ArchiveError(message, too_large=True)
        if not inflate.eof:
            message = "not an archive that can be read: it ends too early"
            raise ArchiveError(message)
        data = inflate.unused_data
    if not parts:
        message = "not an archive that can be read: it is not compressed with gzip"
        raise ArchiveError(message)
    return b"".join(parts)
