"""Puts the defaults of Google Cloud in place of what is not written, and reads the way in which it writes times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.lifting.defaults import Defaults

if TYPE_CHECKING:
    from infraaudit.source.yaml_tree import Scalar

TABLE = "google_defaults"
"""The name of the table."""

_DEFAULTS = Defaults(TABLE)

integer_or_default = _DEFAULTS.integer
boolean_or_default = _DEFAULTS.boolean
string_or_default = _DEFAULTS.string


_SECONDS = re.compile(r"([0-9]{1,12})(?:\.[0-9]+)?s?")


def duration(scalar: Scalar) -> int | None:
    """Return the seconds of a duration as Google writes it (``300s``, ``3.5s``), or of a bare number."""
    match = _SECONDS.fullmatch(str(scalar))
    return None if match is None else int(match[1])
