"""The path that a command is given, and the hint for one where there is nothing to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.cli.exits import UsageError
from infraaudit.cli.streams import tell

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.engine.result import Result


def existing(path: Path) -> Path:
    """Return the path. Raises :class:`UsageError` where nothing is there."""
    if not path.exists():
        message = f"no such file or folder: {path}"
        raise UsageError(message)
    return path


def hint_at_gaps(result: Result, path: Path) -> None:
    """Say on stderr that a result is incomplete, or that nothing was there to read."""
    if result.ledger.read_nothing:
        tell(f"nothing was read at {path}: a scan looks for Dockerfiles, Compose files, Kubernetes and Terraform files")
    elif not result.is_complete:
        tell("the result is incomplete: the ledger of the report says what was not covered")
