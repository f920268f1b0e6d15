"""What a store goes on after: the loss of an instance, of a zone, or of nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Value


class Survives(StrEnum):
    """The largest loss after which a store goes on by itself, without anybody's doing."""

    ZONE = "zone"
    INSTANCE = "instance"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Failover:
    """How a store takes a loss.

    ``setting`` is what decides it, in the words of its format. ``equivalents`` are the checks of other tools that ask
    the same of this kind of store.
    """

    survives: Value[Survives]
    setting: str
    equivalents: tuple[str, ...] = ()
