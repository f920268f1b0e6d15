"""Replaces images and numbers of replicas as a layer says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value
from infraaudit.model.node import Unresolved
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.resource import paths_of
from infraaudit.readers.kustomize.trees import edit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.readers.kustomize.resource import Resource

_CONTAINERS = ("containers", "initContainers")
_ENDING = re.compile(r"(?P<tag>:[a-zA-Z0-9_.{}-]*)?(?P<digest>@.*)?")


def apply_images(layer: Layer, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Apply ``images``: every container of every object is looked at, of custom kinds too."""
    current = tuple(resources)
    for entry in (*layer.body["images"].each(), *layer.body["imageTags"].each()):
        name = known_value(entry["name"].string())
        if name:
            change = _changer(entry, name, layer)
            current = tuple(
                each if each.identity.kind == "CustomResourceDefinition" else each.with_body(_images(each.body, change))
                for each in current
            )
    return current


def _images(node: Node, change: Callable[[Node], Node]) -> Node:
    """Change the images of all containers below a node."""
    if node.is_list:
        items = tuple(_images(item, change) for item in node.each())
        same = all(new is old for new, old in zip(items, node.each(), strict=True))
        return node if same else replace(node, content=items)
    changed = node
    for field in _CONTAINERS:
        changed = edit(changed, (f"{field}[]", "image"), change)
    entries = {key: _images(child, change) for key, child in changed.items()}
    if changed is node and all(entries[key] is child for key, child in node.items()):
        return node
    return replace(changed, content=entries)


def _changer(entry: Node, name: str, layer: Layer) -> Callable[[Node], Node]:
    digest, tag, new_name, suffix = (entry[field] for field in ("digest", "newTag", "newName", "tagSuffix"))
    source = next((each for each in (digest, tag, new_name, suffix) if not each.is_absent), entry["name"])
    what = f"the images of {layer.words} instead"

    def change(node: Node) -> Node:
        text = known_value(node.string())
        found = _ENDING.fullmatch(text, len(name)) if text and text.startswith(name) else None
        if found is None:
            return node
        at = source.at.via(what, node.at)
        if tag.is_absent and digest.is_absent and not suffix.is_absent:
            return Node(Unresolved("Kustomize puts a tagSuffix on once or twice, as its version goes"), at, node.key_at)
        ending = _ending(found, known_value(tag.string()), known_value(digest.string()))
        image = f"{known_value(new_name.string()) or name}{ending}"
        return node if image == text else replace(node, content=image, text=image, at=at)

    return change


def _ending(found: re.Match[str], tag: str | None, digest: str | None) -> str:
    if tag or digest:
        return f"{':' if tag else ''}{tag or ''}{'@' if digest else ''}{digest or ''}"
    return f"{found['tag'] or ''}{found['digest'] or ''}"


def apply_replicas(layer: Layer, resources: Sequence[Resource], *, gaps: bool) -> tuple[Resource, ...]:
    """Apply ``replicas``; raises ``BuildError`` for a name that no object has, unless some were not read."""
    current = tuple(resources)
    for entry in layer.body["replicas"].each():
        name = known_value(entry["name"].string())
        scaled = tuple(_scaled(each, name, entry, layer) for each in current)
        if not gaps and all(new is old for new, old in zip(scaled, current, strict=True)):
            message = f"its replicas name {name}, which is no object that has any"
            raise BuildError(message, entry["name"].at)
        current = scaled
    return current


def _scaled(resource: Resource, name: str | None, entry: Node, layer: Layer) -> Resource:
    paths = list(paths_of("replicas", resource.identity.kind))
    if not paths or all(each.name != name for each in resource.identities()):
        return resource
    count = entry["count"]
    what = f"the replicas of {layer.words} instead"

    def change(node: Node) -> Node:
        at = count.at if node.is_absent else count.at.via(what, node.at)
        return replace(count, at=at, key_at=node.key_at)

    body = resource.body
    for path in paths:
        body = edit(body, path, change, count.at)
    return resource.with_body(body)
