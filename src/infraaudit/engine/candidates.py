"""Puts one value in place of an unknown one throughout an estate."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from infraaudit.model import Entity, Estate, Known, Unknown
from infraaudit.model.node import Node
from infraaudit.source.span import Span

if TYPE_CHECKING:
    from collections.abc import Callable


def with_candidate(estate: Estate, unknown: Unknown[object], value: object) -> Estate:
    """Return the estate as if ``unknown`` were known to be ``value``."""
    known = Known(value, unknown.at)

    def change(leaf: object) -> object:
        return known if leaf is unknown else leaf

    return Estate.of_parts((rewritten(entity, change) for entity in estate.entities), estate.edges)


def rewritten(entity: Entity, change: Callable[[object], object]) -> Entity:
    """Return an entity with ``change`` applied to every value in it. An entity that does not change stays the same."""
    result: Entity = _rewrite(entity, change)
    return result


def _rewrite(thing: Any, change: Callable[[object], object]) -> Any:  # noqa: ANN401 - any part of the model
    changed = change(thing)
    if changed is not thing:
        return changed
    if isinstance(thing, tuple):
        parts = tuple(_rewrite(part, change) for part in thing)
        return parts if any(new is not old for new, old in zip(parts, thing, strict=True)) else thing
    if not is_dataclass(thing) or isinstance(thing, type | Span | Node):
        return thing
    pairs = ((field.name, getattr(thing, field.name)) for field in fields(thing))
    updates = {name: new for name, old in pairs if (new := _rewrite(old, change)) is not old}
    return replace(thing, **updates) if updates else thing
