"""What the ledger says of charts, apart from what it says of the schemas that their objects were held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.readers.reading import Reading, UnitRow


def charts_of(reading: Reading) -> tuple[UnitRow, ...]:
    """Return the rows of the charts and their dependencies."""
    return tuple(unit for unit in reading.units if unit.kind != "schemas")
