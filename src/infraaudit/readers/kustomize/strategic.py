"""Merges a strategic patch into an object: maps by key, lists by their merge key where Kubernetes gives them one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import Node, known_value
from infraaudit.model.node import Missing, Unresolved
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.resource import identity_of
from infraaudit.readers.kustomize.trees import with_child

if TYPE_CHECKING:
    from collections.abc import Iterable

DIRECTIVE = "$patch"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a merge stands: the kind of the object, empty for one whose schema is not known, and the last fields."""

    kind: str
    fields: tuple[str, ...] = ()

    def into(self, field: str) -> _Place:
        return _Place(self.kind, (*self.fields, field))

    def merge_keys(self) -> tuple[str, ...]:
        if not self.kind:
            return ()
        columns = table("kustomize")["merge_keys"]
        own = self.fields[-1]
        above = self.fields[-2] if len(self.fields) > 1 else ""
        for name in (f"{above}/{own}", f"{self.kind}/{own}", own):
            found = columns.get(name)
            if found is not None:
                return tuple(found)
        return ()

    def merges_scalars(self) -> bool:
        return bool(self.kind) and self.fields[-1] in fact("kustomize", "merged_lists", "fields").value


def merge(body: Node, patch: Node) -> Node | None:
    """Return the body with a patch merged into it; ``None`` where the patch deletes the object.

    Raises ``BuildError`` for a directive that is not known.
    """
    identity = identity_of(body)
    native = "." not in identity.group or identity.group.endswith(".k8s.io")
    return _merge(body, patch, _Place(identity.kind if native else ""))


def _merge(old: Node, new: Node, place: _Place) -> Node | None:
    if new.content is None:
        return None
    if new.is_mapping:
        return _merge_mapping(old, new, place)
    if new.is_list and old.is_list:
        return _merge_list(old, new, place)
    if new.is_list:
        return _cleaned_list(new, place)
    return replace(new, key_at=new.key_at or old.key_at)


def _merge_mapping(old: Node, new: Node, place: _Place) -> Node | None:
    directive = known_value(new[DIRECTIVE].string())
    if directive == "delete":
        return None
    written = with_child(new, DIRECTIVE, None)
    if directive == "replace" or not old.is_mapping:
        base = replace(written, content={}, key_at=old.key_at if old.is_mapping else new.key_at)
    elif old.is_mapping:
        base = old
    entries = dict(base.items())
    for key, child in written.items():
        if key.startswith("$"):
            message = f"the directive {key} of a patch is not supported"
            raise BuildError(message, child.at)
        merged = _merge(entries.get(key, Node(Missing(), child.at)), child, place.into(key))
        if merged is None:
            entries.pop(key, None)
        else:
            entries[key] = merged
    return replace(base, content=entries, open=base.open or new.open)


def _cleaned_list(new: Node, place: _Place) -> Node:
    """Return the list of a patch where nothing stood before: elements to delete and nulls in it mean nothing."""
    return replace(new, content=tuple(_cleaned(new.each(), place)))


def _cleaned(items: Iterable[Node], place: _Place) -> list[Node]:
    absent = (_merge(Node(Missing(), item.at), item, place) if item.is_mapping else item for item in items)
    return [each for each in absent if each is not None]


def _merge_list(old: Node, new: Node, place: _Place) -> Node:
    keys = place.merge_keys()
    if keys:
        return _merge_by_keys(old, new, place, keys)
    if place.merges_scalars():
        seen = {item.content for item in new.each() if item.is_scalar}
        return replace(old, content=(*new.each(), *(item for item in old.each() if item.content not in seen)))
    return _cleaned_list(new, place)


def _merge_by_keys(old: Node, new: Node, place: _Place, keys: tuple[str, ...]) -> Node:
    """Merge lists of mappings. The elements of the patch come first, as in the output of Kustomize."""
    if any(known_value(item[DIRECTIVE].string()) == "replace" for item in new.each()):
        kept = [item for item in new.each() if item[DIRECTIVE].is_absent]
        return replace(new, content=tuple(_cleaned(kept, place)), key_at=old.key_at)
    elements = (*old.each(), *new.each())
    used = tuple(key for key in keys if any(not item[key].is_absent for item in elements))
    if not all(item.is_mapping and all(item[key].is_scalar for key in used) for item in elements):
        words = " and ".join(used or keys)
        why = f"the elements of {place.fields[-1]} do not all state {words}, by which they are merged"
        return Node(Unresolved(why), new.at, old.key_at)
    waiting = {_value(item, used): item for item in old.each()}
    merged: dict[tuple[str, ...], Node | None] = {}
    for item in new.each():
        value = _value(item, used)
        before = waiting.get(value, Node(Missing(), item.at))
        merged[value] = _with_keys_of(before, _merge(before, item, place), used)
    rest = [item for item in old.each() if _value(item, used) not in merged]
    return replace(
        old, content=(*(each for each in merged.values() if each is not None), *rest), open=old.open or new.open
    )


def _with_keys_of(old: Node, merged: Node | None, keys: tuple[str, ...]) -> Node | None:
    """Let an element keep the place of what names it: the patch repeats that only to find it."""
    if merged is None or not old.is_mapping:
        return merged
    entries = {**dict(merged.items()), **{key: old[key] for key in keys if not old[key].is_absent}}
    return replace(merged, content=entries)


def _value(item: Node, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(known_value(item[key].string()) or "" for key in keys)
