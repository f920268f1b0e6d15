"""The disk that a store writes to: how large it is, whether it grows, and how much it bears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that its owner chooses.

    ``size`` is in bytes, as it is made. ``grows`` is whether the platform enlarges it before it is full, ``setting``
    the attribute that decides it, and ``largest`` the bytes up to which it grows, absent where nothing is written.
    ``grows`` is ``None`` where the platform never does that. ``type`` is the platform's word for its kind.
    ``sustained`` is how many reads and writes a second it bears for as long as one likes, ``None`` where that is not
    told by its kind and size.
    """

    size: Maybe[int]
    grows: Value[bool] | None
    setting: str
    largest: Maybe[int]
    type: Maybe[str]
    sustained: Maybe[int] | None = None
