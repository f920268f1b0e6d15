"""Which configuration a run follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
