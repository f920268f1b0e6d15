"""Lifts one document of monitoring, wherever it was kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, node_from_yaml
from infraaudit.readers.prometheus.recognition import FileKind, kind_of, may_be_monitoring
from infraaudit.readers.prometheus.routing import routing_file_of
from infraaudit.readers.prometheus.rules import dashboard_rule_file_of, rule_file_of
from infraaudit.readers.prometheus.scraping import scrape_file_of
from infraaudit.source.embedded import embedded
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from infraaudit.model import MonitoringFile
    from infraaudit.readers.prometheus.head import Head
    from infraaudit.source.span import Span


def monitoring_file_of(
    root: Node, head: Head, paths: Iterable[str], open_neighbour: Callable[[str], Node | None]
) -> MonitoringFile | None:
    """Return what a document says of monitoring, ``None`` for a document of anything else."""
    kind = kind_of(root)
    if kind is None:
        return None
    named = replace(head, kind=kind.value)
    match kind:
        case FileKind.SCRAPING:
            return scrape_file_of(root, named, paths, open_neighbour)
        case FileKind.RULES:
            return rule_file_of(root, named)
        case FileKind.DASHBOARD_RULES:
            return dashboard_rule_file_of(root, named)
        case FileKind.ROUTING:
            return routing_file_of(root, named)


def kept_file_of(text: str, at: Span, head: Head) -> MonitoringFile | None:
    """Return what a text says of monitoring that an object of the cluster keeps under a key."""
    if not may_be_monitoring(text):
        return None
    inner = embedded(text, at)
    documents = parse_yaml(inner.file).documents
    if len(documents) != 1:
        return None
    root = node_from_yaml(documents[0], Dialect.CORE)
    return monitoring_file_of(root if inner.exact else _at_one_place(root, at), head, (), lambda _: None)


def _at_one_place(node: Node, at: Span) -> Node:
    """Return a tree whose every part is where the whole of it is."""
    key_at = at if node.key_at is not None else None
    if node.is_mapping:
        return replace(node, content={key: _at_one_place(part, at) for key, part in node.items()}, at=at, key_at=key_at)
    if node.is_list:
        return replace(node, content=tuple(_at_one_place(part, at) for part in node.each()), at=at, key_at=key_at)
    return replace(node, at=at, key_at=key_at)
