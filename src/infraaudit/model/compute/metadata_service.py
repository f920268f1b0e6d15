"""The service by which a machine tells programs on it who they are, keys included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataService(Entity):
    """What one machine, or those of one template, may be asked from within, and how.

    ``enabled`` is whether it answers at all. ``sessions`` is whether it answers only those who asked for a session
    before, which a request that somebody else made a program send cannot. ``hops`` is how many hosts its answer
    crosses, containers included; absent where the platform decides. ``public`` is whether the internet reaches the
    machine.
    """

    enabled: Value[bool]
    sessions: Value[bool]
    hops: Maybe[int]
    public: Maybe[bool]
