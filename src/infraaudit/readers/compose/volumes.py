"""The volumes of a service in one form: a mapping each, with type, source, target and read_only."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.model.node import Unresolved

if TYPE_CHECKING:
    from infraaudit.readers.compose.texts import Texts

_DRIVE = re.compile(r"[A-Za-z]")
_NOT_A_VOLUME = "what is written here is not a volume"


def canonical_volumes(node: Node, texts: Texts, folder: str) -> Node:
    """Return the volumes of a service in the long form, with relative host paths as paths below the root."""
    if not isinstance(node.content, tuple):
        return texts.tree(node)
    entries = [
        _long(texts.tree(item), folder) if item.is_mapping else _short(item, texts, folder)
        for item in node.content
        if item.is_mapping or item.is_scalar
    ]
    return Node(tuple(entries), node.at, node.key_at, node.open)


def _long(item: Node, folder: str) -> Node:
    source = item["source"]
    if item["type"].content != "bind" or not isinstance(source.content, str) or not isinstance(item.content, dict):
        return item
    return Node({**item.content, "source": _on_host(source, folder)}, item.at)


def _short(item: Node, texts: Texts, folder: str) -> Node:
    """Read ``[source:]target[:mode]``."""
    parts = _with_drives(texts.parts(item, ":"))
    if len(parts) > 3:  # noqa: PLR2004 - source, target and mode
        return Node({"target": Node(Unresolved(_NOT_A_VOLUME), item.at)}, item.at)
    if len(parts) == 1:
        return Node({"type": _word("volume", item), "target": parts[0]}, item.at)
    source, target, *modes = parts
    entry = {"type": _kind(source), "source": _on_host(source, folder), "target": target}
    if modes:
        options = (modes[0].text or "").split(",")
        entry["read_only"] = Node("ro" in options, modes[0].at)
    return Node(entry, item.at)


def _with_drives(parts: list[Node]) -> list[Node]:
    """Join the letter of a Windows drive with the path behind it."""
    joined: list[Node] = []
    for part in parts:
        before = joined[-1] if joined else None
        if before is not None and _DRIVE.fullmatch(before.text or "") and (part.text or "").startswith(("\\", "/")):
            text = f"{before.text}:{part.text}"
            joined[-1] = Node(text, before.at, text=text)
        else:
            joined.append(part)
    return joined


def _word(text: str, item: Node) -> Node:
    return Node(text, item.at, text=text)


def _kind(source: Node) -> Node:
    """Return the type of a mount by its source; a variable at the beginning leaves it open."""
    text = source.text or ""
    if text.startswith((".", "/", "~", "\\")) or text[1:2] == ":":
        return _word("bind", source)
    if isinstance(source.content, Unresolved) and text.startswith("$"):
        return Node(source.content, source.at)
    return _word("volume", source)


def _on_host(source: Node, folder: str) -> Node:
    """Return a host path; one that is relative to the project is given below the root as ``./path``."""
    if not isinstance(source.content, str) or not source.content.startswith("."):
        return source
    path = posixpath.normpath(posixpath.join(folder, source.content))
    text = path if path.startswith("..") or path == "." else f"./{path}"
    return Node(text, source.at, text=text)
