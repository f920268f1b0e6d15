"""Where images of containers are kept: whether their tags may move, and whether anybody looks into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRepository(Entity):
    """One repository of a registry.

    ``mutable`` is whether a tag may be moved to another image. ``scanned`` is whether images are searched for known
    holes when they come in or later. ``expires`` is whether old images are deleted by a rule. ``mirrors`` is the host
    of the registry whose images it keeps copies of, absent where it keeps its own. ``public`` is whether anybody may
    pull. ``identifiers`` are its literal names.
    """

    mutable: Value[bool]
    scanned: Value[bool]
    expires: Value[bool]
    mirrors: Maybe[str]
    public: Value[bool]
    identifiers: tuple[str, ...] = ()
