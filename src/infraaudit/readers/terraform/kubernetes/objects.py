"""Turns resources that stand for objects of a cluster into those objects, to be lifted like manifests."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value
from infraaudit.model.node import Reference, node_from_yaml
from infraaudit.readers.kubernetes.manifest import Manifest
from infraaudit.readers.terraform.kubernetes.shape import KINDS, entries_of
from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_VERSION = re.compile(r"_v\d\w*$")
_OBJECT = "kubernetes_manifest"
_TEXT = "kubectl_manifest"
_DEFAULT_NAMES = {"kubernetes_default_service_account": "default"}
"""Resources that take over an object which the cluster has already made, with its name."""


def manifests_of(resources: Resources) -> Iterator[Manifest]:
    """Yield an object for each managed resource that stands for one, under the address of the resource."""
    for resource in resources.members:
        if resource.data or not resource.body.is_mapping:
            continue
        body = _object_of(resource)
        if body is not None:
            yield _manifest(resource, body)


def _object_of(resource: Resource) -> Node | None:
    if resource.type == _OBJECT:
        written = resource.body["manifest"]
        return _whole(resource, written.structure if written.structure is not None else written)
    if resource.type == _TEXT:
        return _whole(resource, _read(resource.body["yaml_body"]))
    described = KINDS.get(_VERSION.sub("", resource.type))
    if described is None:
        return None
    version, kind = described
    entries = {"apiVersion": Node(version, resource.at), "kind": Node(kind, resource.at)}
    return Node(
        {**entries, **entries_of(kind, resource.body)},
        resource.block,
        key_at=resource.at,
        open=resource.body.open,
        why_open=resource.body.why_open,
    )


def _whole(resource: Resource, body: Node) -> Node | None:
    """Return an object that is written as one; ``None`` where its kind cannot be told, for it may be of any."""
    if not body.is_mapping or known_value(body["kind"].string()) is None:
        return None
    return replace(body, key_at=resource.at)


def _read(written: Node) -> Node:
    """Return the object that a YAML text holds; everything in it stands at the argument."""
    if written.structure is not None:
        return written.structure
    if not isinstance(written.content, str):
        return written
    documents = parse_yaml(SourceFile("", written.content)).documents
    return _placed(node_from_yaml(documents[0], Dialect.KUBERNETES), written.at) if len(documents) == 1 else written


def _placed(node: Node, at: Span) -> Node:
    content = node.content
    if isinstance(content, tuple):
        content = tuple(_placed(each, at) for each in content)
    elif node.is_mapping:
        content = {name: _placed(child, at) for name, child in node.items()}
    return replace(node, content=content, at=at, key_at=at if node.key_at is not None else None)


def _manifest(resource: Resource, body: Node) -> Manifest:
    metadata = body["metadata"]
    name = metadata["generateName"] if metadata["name"].is_absent else metadata["name"]
    made = _DEFAULT_NAMES.get(_VERSION.sub("", resource.type))
    return Manifest(
        address=resource.address,
        kind=known_value(body["kind"].string()) or "object",
        name=made or known_value(name.string()) or resource.name,
        namespace=_namespace(metadata["namespace"]),
        body=body,
        at=resource.at,
        deployment=resource.deployment,
    )


def _namespace(node: Node) -> str:
    """Return the namespace; one that cannot be told goes by what it refers to, so that equal references agree."""
    if node.is_absent:
        return "default"
    if isinstance(node.content, Reference):
        return node.content.target
    return known_value(node.string()) or next(iter(node.mentions), "?")
