"""Words in, exit code out: one file a command, and no logic."""

from infraaudit.cli.entry import run

__all__ = ["run"]
