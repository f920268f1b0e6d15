"""The way in. What asks only for the version must not wait for the rest to load."""

from __future__ import annotations

import gc
import sys

import infraaudit


def run() -> None:
    """Run the program with the words of the command line, and end with its exit code."""
    words = sys.argv[1:]
    if words == ["--version"]:
        sys.stdout.write(f"infraaudit {infraaudit.__version__}\n")
        return
    from infraaudit.cli.app import execute  # noqa: PLC0415 - it loads the parser of options

    # Nearly all that a run makes lives until its end; on large trees the collector spends a third of the time in vain.
    gc.disable()
    sys.exit(execute(words))
