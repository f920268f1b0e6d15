"""Machines of stores that share their processors with others, and run at full speed only for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Value


@dataclass(frozen=True, slots=True)
class MachineCredit:
    """Whether the machine of a store shares a processor (``burstable``), and under which attribute it is chosen.

    ``unsupported`` tells that the vendor leaves such machines out of its agreement on availability.
    """

    burstable: Value[bool]
    setting: str
    unsupported: bool = False
