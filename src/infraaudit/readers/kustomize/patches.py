"""Applies the patches of a layer: strategic ones and those of operations, from files and inline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.operations import apply_operations
from infraaudit.readers.kustomize.resource import identity_of
from infraaudit.readers.kustomize.selectors import Selector
from infraaudit.readers.kustomize.strategic import merge
from infraaudit.readers.kustomize.trees import edit, placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Node
    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.readers.kustomize.resource import Resource
    from infraaudit.source.span import Span


_GUARDED = (
    ("allowNameChange", ("metadata", "name")),
    ("allowKindChange", ("kind",)),
    ("allowKindChange", ("apiVersion",)),
)
"""What a patch changes only where an option says so."""


@dataclass(frozen=True, slots=True)
class _Patch:
    """One document of a patch, and what it is aimed at; ``target`` is absent where the patch names its object."""

    document: Node
    target: Node
    options: Node
    at: Span


def apply_strategic(layer: Layer, resources: Sequence[Resource], *, gaps: bool) -> tuple[Resource, ...]:
    """Apply ``patchesStrategicMerge``; with ``gaps`` a patch may be aimed at an object that was not read."""
    return _all(resources, _strategic(layer), gaps=gaps)


def apply_patches(layer: Layer, resources: Sequence[Resource], *, gaps: bool) -> tuple[Resource, ...]:
    """Apply ``patches``."""
    return _all(resources, _entries(layer, "patches"), gaps=gaps)


def apply_json_patches(layer: Layer, resources: Sequence[Resource], *, gaps: bool) -> tuple[Resource, ...]:
    """Apply ``patchesJson6902``."""
    return _all(resources, _entries(layer, "patchesJson6902"), gaps=gaps)


def _strategic(layer: Layer) -> Iterator[_Patch]:
    absent = layer.body["patchesStrategicMerge"]["target"]
    for written, node in layer.named("patchesStrategicMerge"):
        is_text = "\n" in written or (layer.joined(written) not in layer.tree.known and ":" in written)
        documents = layer.inline(node) if is_text else layer.documents(layer.file(written, node.at))
        for document in documents:
            if document.is_mapping:
                yield _Patch(_marked(document, layer, node.at), _nothing(absent), _nothing(absent), node.at)


def _nothing(node: Node) -> Node:
    return node["nothing"]


def _entries(layer: Layer, field: str) -> Iterator[_Patch]:
    for entry in layer.body[field].each():
        path = known_value(entry["path"].string())
        node = entry["path"] if path else entry["patch"]
        documents = layer.documents(layer.file(path, node.at)) if path else layer.inline(node)
        for document in documents:
            if not document.is_absent:
                yield _Patch(_marked(document, layer, node.at), entry["target"], entry["options"], node.at)


def _marked(document: Node, layer: Layer, at: Span) -> Node:
    """Note on every value of a patch which layer brings it in."""
    step = f"a patch of {layer.words}"
    return placed(document, lambda span: span.via(step, at))


def _all(resources: Sequence[Resource], patches: Iterator[_Patch], *, gaps: bool) -> tuple[Resource, ...]:
    current = tuple(resources)
    for patch in patches:
        current = _one(current, patch, gaps=gaps)
    return current


def _one(resources: tuple[Resource, ...], patch: _Patch, *, gaps: bool) -> tuple[Resource, ...]:
    if patch.target.is_mapping:
        selector = Selector(patch.target)
        chosen = {index for index, each in enumerate(resources) if selector.matches(each)}
    elif patch.document.is_mapping:
        chosen = _addressed(resources, patch, gaps=gaps)
    else:
        message = "a patch of operations has no target"
        raise BuildError(message, patch.at)
    changed = (_patched(each, patch) if index in chosen else each for index, each in enumerate(resources))
    return tuple(each for each in changed if each is not None)


def _addressed(resources: tuple[Resource, ...], patch: _Patch, *, gaps: bool) -> set[int]:
    wanted = identity_of(patch.document)
    now = {index for index, each in enumerate(resources) if each.identity.same(wanted)}
    found = now or {index for index, each in enumerate(resources) if any(one.same(wanted) for one in each.identities())}
    if len(found) == 1 or (gaps and not found):
        return found
    number = "several objects" if found else "no object"
    message = f"the patch of {wanted.kind} {wanted.name} fits {number}"
    raise BuildError(message, patch.document["metadata"]["name"].at)


def _patched(resource: Resource, patch: _Patch) -> Resource | None:
    if patch.document.is_list:
        return resource.with_body(apply_operations(resource.body, patch.document))
    merged = merge(resource.body, patch.document)
    if merged is None:
        return None
    for option, path in _GUARDED:
        if known_value(patch.options[option].boolean()) is not True:
            merged = _kept(merged, path, resource.body.path(*path))
    old_namespace = resource.body["metadata"]["namespace"]
    if patch.target.is_mapping and not old_namespace.is_absent:
        merged = _kept(merged, ("metadata", "namespace"), old_namespace)
    return resource.with_body(merged)


def _kept(body: Node, path: tuple[str, ...], old: Node) -> Node:
    return edit(body, path, lambda _: old)
