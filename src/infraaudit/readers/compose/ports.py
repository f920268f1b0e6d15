"""The ports of a service in one form: a mapping each, with target, published, host_ip and protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Node
from infraaudit.model.node import Unresolved

if TYPE_CHECKING:
    from infraaudit.readers.compose.texts import Texts

MOST_PORTS = 50
"""Ports that one range is expanded to."""

_NOT_A_PORT = "what is written here is not a port mapping"
_PROTOCOLS = ("/tcp", "/udp", "/sctp")


def canonical_ports(node: Node, texts: Texts) -> Node:
    """Return the ports of a service in the long form, ranges expanded."""
    if not isinstance(node.content, tuple):
        return texts.tree(node)
    entries: list[Node] = []
    for item in node.content:
        if item.is_mapping:
            entries.append(texts.tree(item))
        elif item.is_scalar:
            entries.extend(_short(item, texts))
    return Node(tuple(entries), node.at, node.key_at, node.open)


def _short(item: Node, texts: Texts) -> list[Node]:
    """Read ``[[address:]published:]target[/protocol]``."""
    text = item.text or ""
    host: Node | None = None
    if text.startswith("[") and "]:" in text:
        end = text.index("]:")
        host = texts.part(item, 1, end)
        rest = Node(text[end + 2 :], texts.part(item, end + 2, len(text)).at, text=text[end + 2 :])
        parts = texts.parts(rest, ":")
    else:
        parts = texts.parts(item, ":")
    if len(parts) > 3 or (host is not None and len(parts) > 2):  # noqa: PLR2004 - the parts of the short form
        return [_entry(item, Node(Unresolved(_NOT_A_PORT), item.at), None, host, "")]
    target, protocol = _without_protocol(parts[-1])
    published = parts[-2] if len(parts) > 1 and parts[-2].content != "" else None
    if len(parts) == 3:  # noqa: PLR2004 - address, published and target
        host = parts[0]
    return _expanded(item, target, published, host, protocol)


def _without_protocol(part: Node) -> tuple[Node, str]:
    text = part.text or ""
    protocol = next((each for each in _PROTOCOLS if text.lower().endswith(each)), "")
    if not protocol:
        return part, ""
    number = text[: -len(protocol)]
    content = number if isinstance(part.content, str) else part.content
    return Node(content, part.at, text=number), protocol[1:]


def _expanded(item: Node, target: Node, published: Node | None, host: Node | None, protocol: str) -> list[Node]:
    targets = _range(target)
    if len(targets) == 1:
        return [_entry(item, target, published, host, protocol)]
    outer = _range(published) if published is not None else []
    if published is not None and len(outer) != len(targets):
        return [_entry(item, Node(Unresolved(_NOT_A_PORT), item.at), published, host, protocol)]
    return [
        _entry(
            item,
            Node(str(number), target.at, text=str(number)),
            Node(str(outer[index]), published.at, text=str(outer[index])) if published is not None else None,
            host,
            protocol,
        )
        for index, number in enumerate(targets[:MOST_PORTS])
    ]


def _range(part: Node) -> list[int | None]:
    """Return the numbers of a range; a single entry for everything else."""
    first, dash, last = (part.text or "").partition("-")
    if not dash or not isinstance(part.content, str) or not (first.isdecimal() and last.isdecimal()):
        return [None]
    numbers = range(int(first), min(int(last), 65535) + 1)
    return list(numbers) or [None]


def _entry(item: Node, target: Node, published: Node | None, host: Node | None, protocol: str) -> Node:
    fields = {"target": target, "published": published, "host_ip": host}
    entry = {name: node for name, node in fields.items() if node is not None}
    if protocol:
        entry["protocol"] = Node(protocol, item.at, text=protocol)
    return Node(entry, item.at)
