"""A service in one form, whatever short forms it was written in, with its variables filled in."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.readers.compose.ports import canonical_ports
from infraaudit.readers.compose.texts import part_place
from infraaudit.readers.compose.volumes import canonical_volumes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.readers.compose.texts import Texts

_Form = Callable[[Node, "Texts", str], Node]


def canonical_service(node: Node, texts: Texts, folder: str) -> Node:
    """Return a service in one form. ``folder`` is what its relative paths start from."""
    if not isinstance(node.content, dict):
        return texts.tree(node)
    children = {
        key: _FORMS[key](child, texts, folder) if key in _FORMS else texts.tree(child)
        for key, child in node.content.items()
    }
    return Node(children, node.at, node.key_at)


def _pairs(node: Node, texts: Texts, _: str) -> Node:
    """Turn ``NAME=value`` items into a mapping; a name without a value stands with nothing under it."""
    if not isinstance(node.content, tuple):
        return texts.tree(node)
    entries: dict[str, Node] = {}
    complete = True
    for item in node.content:
        name, value = _pair(item, texts)
        if isinstance(name.content, str):
            entries[name.content] = value
        else:
            complete = False
    return Node(entries, node.at, node.key_at, open=not complete)


def _pair(item: Node, texts: Texts) -> tuple[Node, Node]:
    text = item.text or ""
    equals = text.find("=")
    brace = text.find("${")
    if equals < 0 or 0 <= brace < equals:
        whole = texts.part(item, 0, len(text))
        if not isinstance(whole.content, str):
            return whole, whole
        name, separator, value = whole.content.partition("=")
        found = Node(value if separator else None, whole.at, whole.at, text=value if separator else None)
        return Node(name, whole.at, text=name), found
    name_node = texts.part(item, 0, equals)
    value_node = texts.part(item, equals + 1, len(text))
    key_at = part_place(item, 0, equals)
    return name_node, Node(value_node.content, value_node.at, key_at, text=value_node.text)


def _named(node: Node, texts: Texts, _: str) -> Node:
    """Turn a list of names into a mapping from each to nothing."""
    if not isinstance(node.content, tuple):
        return texts.tree(node)
    names = [texts.scalar(item) for item in node.content]
    entries = {name.content: Node(None, name.at, name.at) for name in names if isinstance(name.content, str)}
    return Node(entries, node.at, node.key_at, open=len(entries) < len(names))


def _build(node: Node, texts: Texts, folder: str) -> Node:
    """Return the mapping form with ``context`` as a path below the root."""
    found = texts.tree(node)
    fields: Mapping[str, Node] = found.content if isinstance(found.content, dict) else {"context": found}
    if found.is_absent:
        return found
    context = fields.get("context")
    if context is None:
        context = Node(".", found.at, text=".")
    at_root = Node(_context(context.content, folder), context.at) if isinstance(context.content, str) else context
    return Node({**fields, "context": at_root}, found.at, found.key_at, found.open)


def _context(text: str, folder: str) -> str:
    if _is_remote(text) or text.startswith(("/", "~")):
        return text
    return posixpath.normpath(posixpath.join(folder, text))


def _is_remote(text: str) -> bool:
    return "://" in text or text.startswith(("git@", "github.com/"))


def _environment_files(node: Node, texts: Texts, folder: str) -> Node:
    """Return the list form, a mapping each, with ``path`` below the root."""
    found = texts.tree(node)
    items = found.content if isinstance(found.content, tuple) else (found,)
    if found.is_absent:
        return found
    return Node(tuple(_environment_file(item, folder) for item in items), found.at, found.key_at)


def _environment_file(item: Node, folder: str) -> Node:
    fields: Mapping[str, Node] = item.content if isinstance(item.content, dict) else {"path": item}
    path = fields.get("path")
    if path is None or not isinstance(path.content, str):
        return Node(fields, item.at)
    text = path.content if path.content.startswith("/") else posixpath.normpath(posixpath.join(folder, path.content))
    return Node({**fields, "path": Node(text, path.at, text=text)}, item.at)


def _list(node: Node, texts: Texts, _: str) -> Node:
    found = texts.tree(node)
    return Node((found,), found.at, found.key_at) if found.is_scalar or found.is_unknown else found


def _ports(node: Node, texts: Texts, _: str) -> Node:
    return canonical_ports(node, texts)


_FORMS: Mapping[str, _Form] = {
    "annotations": _pairs,
    "build": _build,
    "depends_on": _named,
    "env_file": _environment_files,
    "environment": _pairs,
    "labels": _pairs,
    "networks": _named,
    "ports": _ports,
    "tmpfs": _list,
    "volumes": canonical_volumes,
}
