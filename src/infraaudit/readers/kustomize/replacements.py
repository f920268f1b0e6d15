"""Copies a field of one object into fields of others, as the replacements of a layer say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value
from infraaudit.model.node import Unresolved
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.trees import is_too_large, with_child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.readers.kustomize.resource import Resource

_PART = re.compile(r"\[(?P<condition>[^\]]*)\]|(?P<name>(?:\\.|[^.\[\]\\])+)")
_ID_FIELDS = ("group", "version", "kind", "name", "namespace")


def apply_replacements(layer: Layer, resources: Sequence[Resource], *, gaps: bool) -> tuple[Resource, ...]:
    """Apply ``replacements``, inline and from files; raises ``BuildError`` for one that does not fit.

    With ``gaps``, one may take its value from an object that was not read; what it changes cannot be told then.
    """
    current = tuple(resources)
    for entry in _entries(layer):
        value = _source(entry, current, gaps=gaps)
        for target in entry["targets"].each():
            current = _into(current, target, value, layer)
    return current


def _entries(layer: Layer) -> Iterator[Node]:
    for entry in layer.body["replacements"].each():
        path = known_value(entry["path"].string())
        if not path:
            yield entry
            continue
        for document in layer.documents(layer.file(path, entry["path"].at)):
            yield from document.each() if document.is_list else (document,)


def _source(entry: Node, resources: Sequence[Resource], *, gaps: bool) -> Node:
    source = entry["source"]
    if not entry["sourceValue"].is_absent:
        return entry["sourceValue"]
    found = [each for each in resources if _selects(source, each)]
    if not found and gaps:
        return Node(Unresolved("a replacement takes it from an object that was not read"), source.at)
    if len(found) != 1:
        number = "several objects" if found else "no object"
        message = f"the source of a replacement fits {number}"
        raise BuildError(message, source.at)
    path = known_value(source["fieldPath"].string()) or "metadata.name"
    value = _Walk(found[0].body, _parts(path)).first()
    if value is None:
        message = f"the source of a replacement has no field {path}"
        raise BuildError(message, source.at)
    return _part_of(value, source["options"])


def _part_of(value: Node, options: Node) -> Node:
    delimiter = known_value(options["delimiter"].string())
    text = known_value(value.string())
    if not delimiter or text is None:
        return value
    parts = text.split(delimiter)
    index = known_value(options["index"].integer()) or 0
    if not 0 <= index < len(parts):
        message = f"the source of a replacement has no part {index}"
        raise BuildError(message, options.at)
    return replace(value, content=parts[index], text=parts[index])


def _selects(selector: Node, resource: Resource) -> bool:
    for identity in resource.identities():
        values = (identity.group, identity.version, identity.kind, identity.name, identity.effective_namespace)
        wanted = (known_value(selector[field].string()) for field in _ID_FIELDS)
        if all(not text or text == value for text, value in zip(wanted, values, strict=True)):
            return True
    return False


def _into(resources: tuple[Resource, ...], target: Node, value: Node, layer: Layer) -> tuple[Resource, ...]:
    rejected = target["reject"].each()
    return tuple(
        _replaced(each, target, value, layer)
        if _selects(target["select"], each) and not any(_selects(one, each) for one in rejected)
        else each
        for each in resources
    )


def _replaced(resource: Resource, target: Node, value: Node, layer: Layer) -> Resource:
    paths = [each for each in target["fieldPaths"].each() if known_value(each.string())]
    body = resource.body
    options = target["options"]
    create = known_value(options["create"].boolean()) is True
    what = f"a replacement of {layer.words}"
    for node in paths or [target["fieldPaths"]]:
        path = known_value(node.string()) or "metadata.name"

        def change(old: Node) -> Node:
            return _inserted(old, value, options, what)

        body, changed = _change(body, _parts(path), change, create_at=value if create else None)
        if not changed:
            message = f"a replacement finds no field {path} in {resource.identity.kind} {resource.identity.name}"
            raise BuildError(message, node.at)
        if is_too_large(body):
            message = f"replacements make {resource.identity.kind} {resource.identity.name} too large"
            raise BuildError(message, node.at)
    return resource.with_body(body)


def _inserted(old: Node, value: Node, options: Node, what: str) -> Node:
    delimiter = known_value(options["delimiter"].string())
    new = known_value(value.string())
    text = known_value(old.string()) if delimiter else None
    at = value.at if old.is_absent else value.at.via(what, old.at)
    if not delimiter or text is None or new is None:
        # A text stays a text, whatever is copied there.
        content = new if isinstance(old.content, str) and new is not None else value.content
        return replace(value, content=content, at=at, key_at=old.key_at)
    parts = text.split(delimiter)
    index = known_value(options["index"].integer()) or 0
    if index < 0:
        parts.insert(0, new)
    elif index >= len(parts):
        parts.append(new)
    else:
        parts[index] = new
    joined = delimiter.join(parts)
    return replace(old, content=joined, text=joined, at=at)


def _parts(path: str) -> tuple[str, ...]:
    """Split a path at its dots; a part in brackets keeps its bracket in front."""
    parts = []
    for found in _PART.finditer(path):
        if found["condition"] is not None:
            parts.append(f"[{found['condition']}")
        else:
            parts.append(found["name"].replace("\\.", "."))
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Follows a path down a tree."""

    node: Node
    parts: tuple[str, ...]

    def first(self) -> Node | None:
        node = self.node
        for part in self.parts:
            children = list(_children(node, part))
            if not children:
                return None
            node = children[0][1]
        return None if node.is_absent else node


def _children(node: Node, part: str) -> Iterator[tuple[int | str, Node]]:
    """Yield the children that a part of a path means, with their index or key."""
    if node.is_list:
        for index, item in enumerate(node.each()):
            if _is_meant(index, item, part):
                yield index, item
    elif part == "*":
        yield from node.items()
    elif (key := part.removeprefix("[")) in dict(node.items()):
        yield key, node[key]


def _is_meant(index: int, item: Node, part: str) -> bool:
    if part in {"*", str(index), f"[{index}"}:
        return True
    key, sign, wanted = part.removeprefix("[").partition("=")
    return bool(sign) and part.startswith("[") and known_value((item[key] if key else item).string()) == wanted


def _change(
    node: Node, parts: tuple[str, ...], change: Callable[[Node], Node], *, create_at: Node | None
) -> tuple[Node, bool]:
    """Change what a path means; returns the tree and whether there was anything to change."""
    if not parts:
        return change(node), True
    found = list(_children(node, parts[0]))
    if not found and create_at is not None and node.is_mapping:
        key = parts[0].removeprefix("[")
        empty: dict[str, Node] = {}
        found = [(key, Node(empty, create_at.at) if parts[1:] else node[key])]
    any_changed = False
    for where, child in found:
        new, changed = _change(child, parts[1:], change, create_at=create_at)
        any_changed = any_changed or changed
        if isinstance(where, str):
            node = with_child(node, where, new)
        else:
            node = replace(node, content=(*node.each()[:where], new, *node.each()[where + 1 :]))
    return node, any_changed
