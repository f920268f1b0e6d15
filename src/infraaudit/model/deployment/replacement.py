"""What a change makes anew, while something else still holds on to the old one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement(Entity):
    """The way in which a resource gives way to its successor, where no change reaches it in place.

    ``of`` is the address of the resource. ``successor_first`` is whether the new one is there before the old one goes.
    ``holders`` are the addresses of what holds on to it, each with the place where it names it, and ``happens`` says
    what becomes of a deploy that deletes it first. ``prefix`` is the argument that gives each successor a name of its
    own, empty where there is none.
    """

    of: str
    successor_first: Value[bool]
    holders: tuple[tuple[str, Span], ...]
    happens: str
    prefix: str = ""
