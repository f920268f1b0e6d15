"""The logs that a store hands out, and whether its engine writes them at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True)
class LogExport:
    """A kind of log that is exported, and that the engine writes only where it is told to.

    ``name`` is the kind as the platform calls it, ``written`` whether the engine writes it to where it is exported
    from, and ``setting`` what decides that.
    """

    name: str
    written: Value[bool]
    setting: str
