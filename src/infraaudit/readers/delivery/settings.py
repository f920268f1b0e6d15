"""The fields of a kustomization that Argo CD and Flux lay over one of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value
from infraaudit.readers.kustomize.trees import text_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def settings_of(node: Node, fields: Iterable[str], images: Callable[[Node], Node] = lambda each: each) -> Node | None:
    """Return the fields that are written as a kustomization, ``None`` where there are none."""
    entries = {field: node[field] for field in fields if not node[field].is_absent}
    if node["images"].each():
        entries["images"] = Node(tuple(images(each) for each in node["images"].each()), node["images"].at)
    return Node(entries, node.at) if entries else None


def image_of(node: Node) -> Node:
    """Return an image that Argo CD writes as one text in the way of a kustomization: ``name=new/name:tag@digest``."""
    written = known_value(node.string())
    if written is None:
        return node
    name, equals, new = written.rpartition("=")
    before, at, digest = new.partition("@")
    head, slash, last = before.rpartition("/")
    image, colon, tag = last.partition(":")
    new_name = f"{head}{slash}{image}"
    entries = {"name": name if equals else new_name, "newName": new_name if equals else ""}
    entries |= {"newTag": tag if colon else "", "digest": digest if at else ""}
    return Node({key: text_node(text, node.at) for key, text in entries.items() if text}, node.at)
