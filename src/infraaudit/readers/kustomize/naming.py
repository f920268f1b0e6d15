"""Puts prefixes, suffixes and a namespace to the objects of a layer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import known_value
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.resource import paths_of
from infraaudit.readers.kustomize.trees import edit, text_node, with_child

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraaudit.model import Node
    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.readers.kustomize.resource import Resource


def apply_affixes(layer: Layer, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Apply ``namePrefix`` and ``nameSuffix``."""
    prefix, suffix = layer.text("namePrefix"), layer.text("nameSuffix")
    if not prefix and not suffix:
        return tuple(resources)
    written = layer.body["namePrefix" if prefix else "nameSuffix"]
    what = f"the {'namePrefix' if prefix else 'nameSuffix'} of {layer.words}"
    unprefixed = fact("kustomize", "unprefixed", "kinds").value
    return tuple(
        replace(
            each if each.identity.kind in unprefixed
            else each.named(f"{prefix}{each.identity.name}{suffix}", written.at, what),
            affixes=(*each.affixes, f"{prefix}*{suffix}"),
        )
        for each in resources
    )  # fmt: skip


def apply_namespace(layer: Layer, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Apply ``namespace``. Raises ``BuildError`` where it makes two objects one."""
    name = layer.text("namespace")
    if not name:
        return tuple(resources)
    moved = tuple(_in_namespace(each, name, layer) for each in resources)
    seen: set[tuple[str, str, str]] = set()
    for each in moved:
        key = (each.identity.group, each.identity.kind, each.identity.name)
        if key in seen and not each.identity.cluster_scoped:
            message = f"its namespace gives two objects {each.identity.kind} {each.identity.name} one address"
            raise BuildError(message, layer.body["namespace"].at)
        seen.add(key)
    return moved


def _in_namespace(resource: Resource, name: str, layer: Layer) -> Resource:
    written = layer.body["namespace"]
    at = written.at

    def renamed(node: Node) -> Node:
        place = at if node.is_absent else at.via(f"the namespace of {layer.words} instead", node.at)
        return replace(text_node(name, place), key_at=node.key_at)

    identity = resource.identity
    body = resource.body
    if identity.kind == "Namespace":
        return resource.named(name, at, f"the namespace of {layer.words}")
    if not identity.cluster_scoped:
        body = edit(body, ("metadata", "namespace"), renamed, at)
    for path in paths_of("namespace_fields", identity.kind):
        body = edit(body, path, renamed)
    if identity.kind in {"RoleBinding", "ClusterRoleBinding"}:
        body = edit(body, ("subjects[]",), lambda subject: _subject(subject, renamed))
    return resource.with_body(body)


def _subject(subject: Node, renamed: object) -> Node:
    words = (known_value(subject["kind"].string()), known_value(subject["name"].string()))
    if words != ("ServiceAccount", "default") or not callable(renamed):
        return subject
    return with_child(subject, "namespace", renamed(subject["namespace"]))
