"""What a variable says of telemetry by its name, and what a collector is by its image."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from infraaudit.facts.table import table

if TYPE_CHECKING:
    from infraaudit.facts.table import Row


@cache
def telemetry_of(variable: str) -> Row | None:
    """Return the row of a variable that tells a program where its telemetry goes."""
    name = variable.upper()
    return next((row for row in table("telemetry").values() if re.fullmatch(row["variables"], name)), None)


@cache
def collector_of(repository: str) -> Row | None:
    """Return the row of the image of a program that collects telemetry."""
    path = f"/{repository}"
    rows = table("collectors").values()
    return next((row for row in rows if any(path.endswith(f"/{each}") for each in row["repositories"])), None)
