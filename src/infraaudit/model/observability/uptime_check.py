"""What asks a public address from outside, over and over, whether it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeCheck(Entity):
    """A check from outside. ``host`` is the name that it asks, in lower case, and ``period`` the seconds between two.

    ``watches_certificate`` is for how many days the certificate has to hold, absent where it does not look at that.
    """

    host: Maybe[str]
    enabled: Value[bool]
    period: Maybe[int]
    watches_certificate: Maybe[int]
