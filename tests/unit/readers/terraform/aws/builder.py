"""Builds evaluated resources from YAML: one key a resource, ``<type>.<name>``, and its body below.

``ref(aws_sqs_queue.dlq.arn)`` stands for a reference, ``unknown(why)`` for a value that cannot be told, and
``unknown(why; aws_sqs_queue.dlq)`` for one that mentions an address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from infraaudit.model import Deployment, Entity, Node, node_from_yaml
from infraaudit.model.node import Reference, Unresolved
from infraaudit.readers.terraform.clouds import lifts_for
from infraaudit.readers.terraform.configuration.resource import Resource, Resources
from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from infraaudit.source.span import Span

E = TypeVar("E", bound=Entity)

DEPLOYMENT = Deployment("terraform:infra", "infra")
_REFERENCE = re.compile(r"ref\((.+)\)")
_UNKNOWN = re.compile(r"unknown\(([^;]+)(?:; (.+))?\)")


def resources_of(text: str, provider_major: int | None = None) -> Resources:
    parsed = parse_yaml(SourceFile("main.tf", text))
    assert not parsed.problems
    document = _evaluated(node_from_yaml(parsed.documents[0], Dialect.CORE))
    return Resources(tuple(_resource(key, body, provider_major) for key, body in document.items()))


def _resource(key: str, body: Node, provider_major: int | None) -> Resource:
    is_data = key.startswith("data.")
    type_, _, name = key.removeprefix("data.").rpartition(".")
    type_ = type_.rpartition(".")[2]
    head = body.key_at
    assert head is not None
    return Resource(
        address=key,
        type=type_,
        name=name.partition("[")[0],
        body=Node(body.content or {}, body.at),
        at=head,
        block=head.until(body.at),
        deployment=DEPLOYMENT,
        provider_major=provider_major,
        data=is_data,
    )


def _evaluated(node: Node) -> Node:
    content = node.content
    if isinstance(content, str):
        return _text(node, content)
    if isinstance(content, tuple):
        return replace(node, content=tuple(_evaluated(each) for each in content))
    if isinstance(content, dict):
        return replace(node, content={key: _evaluated(child) for key, child in content.items()})
    return node


def _text(node: Node, text: str) -> Node:
    reference = _REFERENCE.fullmatch(text)
    if reference is not None:
        target, _, attribute = reference[1].rpartition(".")
        return replace(node, content=Reference(target, attribute))
    unknown = _UNKNOWN.fullmatch(text)
    if unknown is not None:
        mentions = tuple(unknown[2].split(", ")) if unknown[2] else ()
        return replace(node, content=Unresolved(unknown[1], mentions=mentions))
    return node


def lifted(text: str, kind: type[E], provider_major: int | None = None) -> tuple[E, ...]:
    """Return all entities of a type that any lift makes of the resources."""
    resources = resources_of(text, provider_major)
    return tuple(entity for lift in lifts_for(resources) for entity in lift(resources) if isinstance(entity, kind))


def only(text: str, kind: type[E], provider_major: int | None = None) -> E:
    """Return the single entity of a type."""
    found = lifted(text, kind, provider_major)
    assert len(found) == 1, found
    return found[0]


def start(at: Span) -> tuple[int, int]:
    """Return line and column of a place."""
    return at.start_line, at.start_column
