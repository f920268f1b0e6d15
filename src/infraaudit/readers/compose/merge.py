"""Merges services as the Compose Specification says: mappings merge, lists append, commands replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.readers.compose.document import without

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from infraaudit.readers.compose.document import Path

_REPLACED = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})


def merge_services(
    base: Mapping[str, Node], over: Mapping[str, Node], replaced: tuple[Path, ...] = ()
) -> dict[str, Node]:
    """Put services over those of the files before; what stands at a ``replaced`` path before does not count."""
    merged = dict(base)
    for path in replaced:
        match path:
            case ("services",):
                merged = {}
            case ("services", name):
                merged.pop(name, None)
            case ("services", name, *rest) if name in merged:
                merged[name] = without(merged[name], tuple(rest))
            case _:
                pass
    for name, service in over.items():
        merged[name] = merge(merged[name], service) if name in merged else service
    return merged


def merge(base: Node, over: Node, path: Path = ()) -> Node:
    """Put one value over another; ``path`` is where they stand in the service."""
    if path in _REPLACED:
        return over
    if over.is_absent:
        return base
    if isinstance(base.content, dict) and isinstance(over.content, dict):
        entries = dict(base.content)
        for key, child in over.content.items():
            entries[key] = merge(entries[key], child, (*path, key)) if key in entries else child
        return Node(entries, over.at, over.key_at, base.open or over.open)
    if isinstance(base.content, tuple) and isinstance(over.content, tuple):
        items = _unique((*base.content, *over.content), _IDENTITIES.get(path))
        return Node(items, over.at, over.key_at, base.open or over.open)
    return over


def _unique(items: tuple[Node, ...], identity: Callable[[Node], Hashable] | None) -> tuple[Node, ...]:
    """Keep the last of the items with one identity, at the place of the first."""
    if identity is None:
        return items
    kept: dict[Hashable, Node] = {}
    for item in items:
        kept[identity(item)] = item
    return tuple(kept.values())


def _text(item: Node) -> str:
    return item.text if item.text is not None else str(item.content)


def _port(item: Node) -> Hashable:
    return (
        _text(item["host_ip"]) if not item["host_ip"].is_absent else "0.0.0.0",  # noqa: S104 - the client's default
        _text(item["published"]),
        _text(item["target"]),
        _text(item["protocol"]) if not item["protocol"].is_absent else "tcp",
    )


def _target(item: Node) -> Hashable:
    return _text(item["target"])


def _path(item: Node) -> Hashable:
    return _text(item["path"])


_IDENTITIES: Mapping[Path, Callable[[Node], Hashable]] = {
    ("cap_add",): _text,
    ("cap_drop",): _text,
    ("env_file",): _path,
    ("expose",): _text,
    ("ports",): _port,
    ("profiles",): _text,
    ("tmpfs",): _text,
    ("volumes",): _target,
}
