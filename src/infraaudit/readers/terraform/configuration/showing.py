"""Shows at its call what stands in a module that nobody edits in place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.configuration.installed import is_installed
from infraaudit.readers.terraform.configuration.published import is_published
from infraaudit.readers.terraform.language.values import MapOf
from infraaudit.source.span import Step

if TYPE_CHECKING:
    from infraaudit.model.node import Node
    from infraaudit.source.span import Span

_BY_THE_MODULE = "the module sets it"


def is_edited_elsewhere(folder: str) -> bool:
    """Tell whether a folder is that of a module that ``terraform init`` left, or of the portrait of one."""
    return is_installed(f"{folder}/") or is_published(folder)


def shown_at(node: Node, at: Span) -> Node:
    """Return a value with what such a module itself wrote placed at the call.

    Where it stands in the module is the first step of its trail; of a portrait, which nobody can look at, the call.
    """
    content = node.content
    if isinstance(content, dict):
        kind = MapOf if isinstance(content, MapOf) else dict
        content = kind({name: shown_at(child, at) for name, child in content.items()})
    elif isinstance(content, tuple):
        content = type(content)(shown_at(child, at) for child in content)
    key_at = node.key_at if node.key_at is None else span_shown_at(node.key_at, at)
    structure = node.structure if node.structure is None else shown_at(node.structure, at)
    return replace(node, content=content, at=span_shown_at(node.at, at), key_at=key_at, structure=structure)


def span_shown_at(span: Span, at: Span) -> Span:
    """Return a place inside such a module as the place of its call, and any other as it is."""
    if is_installed(span.path):
        return at.via(_BY_THE_MODULE, span)
    if is_published(span.path):
        here = replace(at, trail=())
        steps = (Step(step.what, here) if is_published(step.at.path) else step for step in span.trail)
        return replace(at, trail=(*at.trail, Step(_BY_THE_MODULE, here), *steps))
    if any(is_published(step.at.path) for step in span.trail):
        return replace(span, trail=tuple(step for step in span.trail if not is_published(step.at.path)))
    return span
