"""Which image of a disk machines are started from, and whether it is the same one tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class MachineImageUse:
    """Who starts from an image: an address in the same deployment, and the place that names the image there.

    ``replaced`` is whether another image means another machine, at the next change of anything.
    """

    address: str
    at: Span
    replaced: Value[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineImage(Entity):
    """An image that is looked up by what it is called.

    ``newest`` is whether the newest that fits is taken. ``owned`` is whether it must come from a publisher that is
    named, and not from whoever calls his image so. ``users`` start machines from it.
    """

    newest: Value[bool]
    owned: Value[bool]
    users: tuple[MachineImageUse, ...] = ()
