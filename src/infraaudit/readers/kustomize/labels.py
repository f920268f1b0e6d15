"""Puts common labels and annotations to the objects of a layer, and labels to what selects by them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.model.node import Missing
from infraaudit.readers.kustomize.resource import paths_of
from infraaudit.readers.kustomize.trees import edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Node
    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.readers.kustomize.resource import Resource

_METADATA = ("metadata", "labels")
_ANNOTATIONS = ("metadata", "annotations")


def apply_labels(layer: Layer, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Apply ``labels``, then ``commonLabels``."""
    current = tuple(resources)
    for entry in layer.body["labels"].each():
        selectors = known_value(entry["includeSelectors"].boolean()) is True
        templates = known_value(entry["includeTemplates"].boolean()) is True
        current = tuple(
            _labelled(each, entry["pairs"], entry["fields"], templates=templates or selectors, selectors=selectors)
            for each in current
        )
    common = layer.body["commonLabels"]
    nothing = common["fields"] if common.is_absent else replace(common, content=Missing())
    return tuple(_labelled(each, common, nothing, templates=True, selectors=True) for each in current)


def apply_annotations(layer: Layer, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Apply ``commonAnnotations``."""
    pairs = layer.body["commonAnnotations"]
    if not pairs.items():
        return tuple(resources)
    return tuple(_annotated(each, pairs) for each in resources)


def _annotated(resource: Resource, pairs: Node) -> Resource:
    body = _with_pairs(resource.body, _ANNOTATIONS, pairs, create=True)
    for path in paths_of("annotation_templates", resource.identity.kind):
        body = _with_pairs(body, path, pairs, create=True)
    return resource.with_body(body)


def _labelled(resource: Resource, pairs: Node, fields: Node, *, templates: bool, selectors: bool) -> Resource:
    if not pairs.items():
        return resource
    kind = resource.identity.kind
    body = _with_pairs(resource.body, _METADATA, pairs, create=True)
    for path, create in _paths(kind, templates=templates, selectors=selectors):
        body = _with_pairs(body, path, pairs, create=create)
    for field in fields.each():
        path = tuple((known_value(field["path"].string()) or "").split("/"))
        if known_value(field["kind"].string()) in {None, "", kind} and path != ("",):
            create = known_value(field["create"].boolean()) is True
            body = _with_pairs(body, path, pairs, create=create)
    return resource.with_body(body)


def _paths(kind: str, *, templates: bool, selectors: bool) -> Iterator[tuple[tuple[str, ...], bool]]:
    if templates:
        yield from ((path, True) for path in paths_of("label_templates", kind))
    if selectors:
        yield from ((path, True) for path in paths_of("label_claim_templates", kind))
        yield from ((path, True) for path in paths_of("label_selectors", kind))
        yield from ((path, False) for path in paths_of("label_selectors_where_written", kind))


def _with_pairs(body: Node, path: tuple[str, ...], pairs: Node, *, create: bool) -> Node:
    def add(node: Node) -> Node:
        entries = dict(node.items())
        for name, value in pairs.items():
            text = known_value(value.string()) or ""
            entries[name] = replace(value, content=text, text=text)
        at = pairs.at if node.is_absent else node.at
        return replace(node, content=entries, at=at)

    return edit(body, path, add, pairs.at if create else None)
