"""What the tree describes beside its deployments: objects that one of them may take in and need not."""

from __future__ import annotations

from dataclasses import dataclass

from infraaudit.model.entity import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class SparePart(Entity):
    """An object of an optional part, such as a component of Kustomize; nothing is judged of it.

    ``part`` are the words for the part: ``the component shopping-assistant``.
    """

    part: str
