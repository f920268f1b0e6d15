"""What is built, under which names: a target of a build definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildTarget(Entity):
    """A target of ``docker buildx bake``, with what it inherits.

    ``context`` is a folder below the root, absent for one that is no folder of the tree; ``file`` the Dockerfile below
    the root, absent for one that is written in the definition. ``stage`` is absent where the last one is built.
    ``tags`` are the names that the image gets, ``platforms`` those that it is built for, ``None`` where it is built for
    that of the builder. ``arguments`` are the build arguments, ``groups`` the names of those that it is built with.
    """

    context: Maybe[str]
    file: Maybe[str]
    stage: Maybe[str]
    tags: tuple[Value[str], ...] = ()
    platforms: tuple[Value[str], ...] | None = None
    arguments: tuple[tuple[str, Maybe[str]], ...] = ()
    groups: tuple[str, ...] = ()
