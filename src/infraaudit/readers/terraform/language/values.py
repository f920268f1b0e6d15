"""What evaluation adds to a node: kinds of collections, failures, trails, and the way to plain Python and back.

The kinds are subclasses of what a ``Node`` holds anyway: to lifting a set is a tuple and a map a mapping.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from infraaudit.model.node import Missing, Node, Reference, Unresolved
from infraaudit.source.span import Span, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.source.yaml_tree import Scalar

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]
"""A wholly known value in plain Python."""

MOST_ELEMENTS = 20_000
"""Elements beyond which a function does not build a list or a text: ``range(1e9)`` is no configuration."""

MOST_PARTS = 200_000
"""Parts of one value, counted as often as they occur, beyond which it is not looked at."""

_MOST_FOLLOWED = 32
"""Elements of a list beyond which their trails are not kept."""

_TOO_LARGE = f"a value of more than {MOST_PARTS:,} parts is not evaluated"
_EXACT_DIGITS = 15


class ListOf(tuple[Node, ...]):
    """A list: all elements of one type. A plain tuple is Terraform's tuple."""

    __slots__ = ()


class SetOf(tuple[Node, ...]):
    """A set, its elements distinct and sorted."""

    __slots__ = ()


class MapOf(dict[str, Node]):
    """A map: all elements of one type. A plain mapping is Terraform's object."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Failed(Unresolved):
    """An evaluation that Terraform refuses: ``try`` goes on to its next argument, everything else is unresolved."""


def unresolved(why: str, at: Span, *parts: Node) -> Node:
    """Return a value that cannot be told, keeping what its parts refer to."""
    return Node(Unresolved(why, mentions=mentions_of(parts)), at)


def failed(why: str, at: Span, *parts: Node) -> Node:
    """Return the result of an expression that Terraform refuses."""
    return Node(Failed(why, mentions=mentions_of(parts)), at)


def mentions_of(parts: Iterable[Node]) -> tuple[str, ...]:
    """Return the addresses that some values refer to, without repetition."""
    return tuple(dict.fromkeys(address for part in parts for address in part.mentioned()))


def is_failed(node: Node) -> bool:
    """Whether Terraform refuses the expression behind this value."""
    return isinstance(node.content, Failed)


def why_unknown(node: Node) -> str:
    """Return the reason of a value that cannot be told."""
    told = node.why()
    if not told and isinstance(node.content, Missing):
        return "the value is not there"
    return told or node.why_open or "a part of it cannot be told"


def why_open(*parts: Node) -> str:
    """Return why what is made of these values may hold more than can be told, an empty text where it does not."""
    culprit = next((found for part in parts if (found := first_unknown(part)) is not None), None)
    return why_unknown(culprit) if culprit is not None else ""


def bounded(node: Node) -> Node:
    """Return a value, unresolved where it has more parts than any configuration needs.

    Values that share parts can be built that double with every step.
    """
    waiting = [node]
    count = 0
    while waiting:
        content = waiting.pop().content
        count += 1
        if count > MOST_PARTS:
            return Node(Unresolved(_TOO_LARGE), node.at)
        if isinstance(content, Mapping):
            waiting.extend(content.values())
        elif isinstance(content, tuple):
            waiting.extend(content)
    return node


def first_unknown(node: Node) -> Node | None:
    """Return the first part of a value that is not wholly known, the value itself included.

    A value of too many parts is returned as unknown itself.
    """
    waiting = [node]
    count = 0
    while waiting:
        part = waiting.pop()
        content = part.content
        count += 1
        if count > MOST_PARTS:
            return Node(Unresolved(_TOO_LARGE), node.at)
        if part.open or isinstance(content, Unresolved | Reference | Missing):
            return part
        if isinstance(content, Mapping):
            waiting.extend(reversed(list(content.values())))
        elif isinstance(content, tuple):
            waiting.extend(reversed(content))
    return None


def unknown_of(parts: Iterable[Node], at: Span) -> Node | None:
    """Return one unresolved value for parts of which one is not known; a failure stays a failure."""
    kept = tuple(parts)
    for part in kept:
        culprit = first_unknown(part)
        if culprit is not None:
            make = failed if is_failed(culprit) else unresolved
            return make(why_unknown(culprit), at, *kept)
    return None


def through(node: Node, what: str, at: Span) -> Node:
    """Return a value as it is used at ``at``: the use stands first on its trail, and on those of a list's elements."""
    step = Step(what, replace(at, trail=()))
    content = node.content
    if isinstance(content, tuple) and len(content) <= _MOST_FOLLOWED:
        content = type(content)(_with_step(child, step) for child in content)
        return _with_step(replace(node, content=content), step)
    return _with_step(node, step)


def _with_step(node: Node, step: Step) -> Node:
    return replace(node, at=replace(node.at, trail=(step, *node.at.trail)))


def placed(node: Node, at: Span) -> Node:
    """Return a value with every part of it at one place."""
    content = node.content
    if isinstance(content, Mapping):
        kind = MapOf if isinstance(content, MapOf) else dict
        content = kind({name: placed(child, at) for name, child in content.items()})
    elif isinstance(content, tuple):
        content = type(content)(placed(child, at) for child in content)
    return replace(node, content=content, at=at, key_at=None)


# -- plain values --------------------------------------------------------------------------------------------------


def plain(node: Node) -> Plain:
    """Return a wholly known value in plain Python; call ``first_unknown`` before."""
    content = node.content
    if isinstance(content, Mapping):
        return {key: plain(child) for key, child in content.items()}
    if isinstance(content, tuple):
        return [plain(child) for child in content]
    if isinstance(content, str | int | float | bool):
        return content
    return None


def from_plain(value: Plain, at: Span) -> Node:
    """Return a node for a plain value, every part of it at one place."""
    if isinstance(value, dict):
        return Node({key: from_plain(child, at) for key, child in value.items()}, at)
    if isinstance(value, list):
        return Node(tuple(from_plain(child, at) for child in value), at)
    return scalar_node(value, at)


def scalar_node(value: Scalar, at: Span) -> Node:
    """Return a node for a scalar."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_EXACT_DIGITS:
        value = int(value)
    return Node(value, at, text=number_text(value) if isinstance(value, float) else None)


def number_text(number: float) -> str | None:
    """Return the text that Terraform makes of a number; ``None`` for a fraction that has no short exact text."""
    if isinstance(number, int):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    digits = text.replace("-", "").replace(".", "").strip("0")
    return text if len(digits) <= _EXACT_DIGITS else None


def elements(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield keys and values of a known collection, in the order in which ``for`` walks it."""
    content = node.content
    if isinstance(content, Mapping):
        for key in sorted(content):
            child = content[key]
            yield Node(key, child.key_at or child.at), child
    elif isinstance(content, SetOf):
        yield from ((child, child) for child in content)
    elif isinstance(content, tuple):
        for index, child in enumerate(content):
            yield Node(index, child.at), child


def set_of(items: Iterable[Node]) -> SetOf:
    """Return a set: known scalars distinct and sorted, then known collections, then what is unknown, distinct too."""
    scalars: dict[str, Node] = {}
    collections: dict[str, Node] = {}
    others: list[Node] = []
    for item in items:
        if item.is_scalar:
            scalars.setdefault(key_of(item), item)
        elif first_unknown(item) is None:
            collections.setdefault(key_of(item), item)
        else:
            others.append(item)
    return SetOf((*sorted(scalars.values(), key=_set_order), *collections.values(), *others))


def key_of(node: Node) -> str:
    """Return a text that two wholly known values share exactly where they are equal."""
    return json.dumps(plain(node), sort_keys=True, ensure_ascii=False)


def _set_order(node: Node) -> tuple[int, float, str]:
    value = node.content
    if isinstance(value, str):
        return (1, 0, value)
    return (0, float(value) if isinstance(value, int | float) else 0, "")


__all__ = [
    "MOST_ELEMENTS",
    "MOST_PARTS",
    "Failed",
    "ListOf",
    "MapOf",
    "Plain",
    "SetOf",
    "bounded",
    "elements",
    "failed",
    "first_unknown",
    "from_plain",
    "is_failed",
    "key_of",
    "mentions_of",
    "number_text",
    "placed",
    "plain",
    "scalar_node",
    "set_of",
    "through",
    "unknown_of",
    "unresolved",
    "why_unknown",
]
