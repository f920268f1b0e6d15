"""Which configuration a run follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.cli.exits import UsageError
from infraaudit.config import Config, find_config, load_config

if TYPE_CHECKING:
    from pathlib import Path


def configuration_for(path: Path, named: Path | None) -> tuple[Config, Path]:
    """Return the configuration of the named file, or of the nearest one above ``path``, or the defaults.

    With it comes the folder that its paths are seen from. Raises ``ConfigError`` for a file that cannot be used.
    """
    folder = path.resolve()
    folder = folder if folder.is_dir() else folder.parent
    found = named if named is not None else find_config(folder)
    return (load_config(found), found.parent) if found is not None else (Config(), folder)


_RELEASE = re.compile(r"v?(1\.\d{1,3})(?:\.\d+)?")


def release_of(written: str) -> str:
    """Return the minor release of Kubernetes in a version (``1.33``, ``v1.33.2``), nothing where none is given.

    Raises ``UsageError`` for what is no version of Kubernetes.
    """
    match = _RELEASE.fullmatch(written)
    if written and match is None:
        message = f"{written!r} is no version of Kubernetes: write 1.33, for example"
        raise UsageError(message)
    return match[1] if match is not None else ""
