"""Which configuration a run follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.config import Config, find_config, load_config

if TYPE_CHECKING:
    from pathlib import Path


def configuration_for(path: Path, named: Path | None) -> Config:
    """Return the configuration of the named file, or of the nearest one above ``path``, or the defaults.

    Raises ``ConfigError`` for a file that cannot be used.
    """
    if named is not None:
        return load_config(named)
    folder = path.resolve()
    found = find_config(folder if folder.is_dir() else folder.parent)
    return load_config(found) if found is not None else Config()
