"""How a store is changed while it is in use: at which moment, and to which versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The flags by which changes of a store are let through.

    ``immediate`` is whether changes that restart it are made at once, and not in its ``window``, the weekly time that
    is written for it. ``major`` is whether another major version is let through, ``minor`` whether the platform raises
    the minor one by itself. ``newest`` is whether the version asked for is whichever is the newest on the day of the
    change. ``expired`` names the authority of its certificate where that has ended, absent where it has not. Each is
    ``None`` where its kind has no such flag.
    """

    immediate: Value[bool] | None = None
    major: Value[bool] | None = None
    minor: Value[bool] | None = None
    window: Maybe[str] | None = None
    newest: Value[bool] | None = None
    expired: Maybe[str] | None = None
