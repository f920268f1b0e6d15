"""Where words go: reports to stdout or a file, everything else to stderr, colour where it is wanted."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from infraaudit.cli.choices import Colour
from infraaudit.cli.exits import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_PIPED_WIDTH, _PIPED_SOURCE_WIDTH = 80, 120
_NARROWEST, _WIDEST = 40, 120


def tell(message: str) -> None:
    """Write a message to stderr."""
    sys.stderr.write(f"infraaudit: {message}\n")


def write(text: str, target: Path | None) -> None:
    """Write a report to a file, or to stdout. A reader of stdout that has gone away is no error.

    Raises :class:`UsageError` for a file that cannot be written.
    """
    if target is not None:
        try:
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            message = f"cannot write {target}: {error.strerror}"
            raise UsageError(message) from error
        return
    try:
        sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end, which must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def width() -> int:
    """Return the cells that prose is wrapped to."""
    if not sys.stdout.isatty():
        return _PIPED_WIDTH
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def source_width() -> int:
    """Return the cells that a line of source may take: all of a terminal, and more where nothing wraps it."""
    return width() if sys.stdout.isatty() else _PIPED_SOURCE_WIDTH


def wants_colour(choice: Colour, *, to_file: bool = False) -> bool:
    """Decide on colour: the option, then ``NO_COLOR``, then ``FORCE_COLOR``, then whether a terminal reads along."""
    if choice is not Colour.AUTO:
        return choice is Colour.ALWAYS
    if to_file or os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
