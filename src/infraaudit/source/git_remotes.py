"""Reads where a repository was cloned from out of its own configuration, without starting Git."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_CONFIG = 1024 * 1024
_SECTION = re.compile(r"^\s*\[(.*)\]\s*$")
_REMOTE = re.compile(r"(?!file:)[a-z+]+://|[^/\s]+:(?!\\)")
"""An address on another machine; a path on this one was given a name by whoever copied it."""

_URL = re.compile(r"^\s*url\s*=\s*(.+?)\s*$")


def remote_names(root: Path) -> frozenset[str] | None:
    """Return the names of the repositories that this one was cloned from; ``None`` where that cannot be told.

    As with its index, only what lies inside the scanned folder is read. A fork keeps its name, and so the owner is left
    out.
    """
    config = root / ".git" / "config"
    try:
        if (root / ".git").is_symlink() or config.is_symlink() or not config.is_file():
            return None
        if config.stat().st_size > LARGEST_CONFIG:
            return None
        text = config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    names: set[str] = set()
    section = ""
    for line in text.splitlines():
        head, url = _SECTION.match(line), _URL.match(line)
        if head is not None:
            section = head[1]
        elif url is not None and section.startswith("remote ") and _REMOTE.match(url[1]):
            names.add(repository_name(url[1]))
    return frozenset(names) or None


def repository_name(url: str) -> str:
    """Return the last part of an address of a repository, without its ending and in small letters."""
    return re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git").lower()
