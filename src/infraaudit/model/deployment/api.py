"""The versions of a platform's interface that its objects are written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiUse(Entity):
    """The version in which a deployment writes the objects of one kind, for kinds that had other ones before.

    ``objects`` are the objects, in words, with the places where each states the version. ``removed`` is the release
    that stopped serving this version, empty where all of them serve it, and ``use`` the version that took its place, if
    any did. ``release`` is the release that the manifests are meant for, where the user says so; else the oldest one
    that is still maintained. ``fact`` is where the removal was read.
    """

    version: Value[str]
    objects: tuple[tuple[str, Span], ...]
    removed: str
    use: str
    release: Value[str]
    fact: str
