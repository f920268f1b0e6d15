"""A tree of values: what a document says after evaluation, each part knowing its place.

Readers turn YAML, HCL and embedded JSON into this one shape and lift entities out of it, so that a missing key,
an unknown parent and a wrong type are handled here once. Asking an unknown node for a child gives an unknown
node, asking an absent one gives an absent one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from infraaudit.model.values import Absent, Known, Maybe, Unknown, Value, or_default
from infraaudit.source.yaml_scalars import resolve_key, resolve_scalar
from infraaudit.source.yaml_tree import Dialect, Scalar, YamlNode, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from infraaudit.source.span import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Missing:
    """The content of a node that is not there."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """The content of a node that cannot be told; the fields are those of :class:`Unknown`.

    ``begins`` is how the text surely begins, where that much can be told.
    """

    why: str
    candidates: tuple[Scalar, ...] = ()
    mentions: tuple[str, ...] = ()
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """The content of a node that stands for another resource: surely present, though its text is not known.

    ``target`` is the address of the resource, ``attribute`` the attribute that is read of it ("" for the whole).
    """

    target: str
    attribute: str = ""


Content = Scalar | Mapping[str, "Node"] | tuple["Node", ...] | Missing | Unresolved | Reference


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document.

    ``key_at`` is the place of the key under which it stands. ``open`` marks a list or mapping that holds these
    entries and perhaps more that cannot be told, for ``why_open``. ``text`` keeps a scalar as it was written.
    ``structure`` is the value that a JSON or YAML text was encoded from, with the places of its parts, known or not.
    ``reads`` is the attribute of another resource from which a known value was taken, ``drawn_from`` the addresses
    that one was put together from which was told by a plan, and for an open one those behind what cannot be told.
    """

    content: Content
    at: Span
    key_at: Span | None = None
    open: bool = False
    text: str | None = None
    structure: Node | None = None
    reads: Reference | None = None
    drawn_from: tuple[str, ...] = ()
    why_open: str = ""

    # -- what it is ------------------------------------------------------------------------------------------

    @property
    def is_absent(self) -> bool:
        """Whether nothing stands here; an explicit null counts as nothing."""
        return self.content is None or isinstance(self.content, Missing)

    @property
    def is_unknown(self) -> bool:
        """Whether the value cannot be told. A reference's text is unknown too, though its presence is certain."""
        return isinstance(self.content, Unresolved | Reference)

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.content, Mapping)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.content, tuple)

    @property
    def is_scalar(self) -> bool:
        """Whether this is a known scalar other than null."""
        return isinstance(self.content, str | int | float | bool)

    @property
    def mentions(self) -> tuple[str, ...]:
        """The addresses that this value refers to, its parts included, in order and without repetition."""
        return tuple(dict.fromkeys(self.mentioned()))

    def mentioned(self) -> Iterator[str]:
        """Yield each address that this value refers to, as often as it does."""
        if self.reads is not None:
            yield self.reads.target
        yield from self.drawn_from
        if isinstance(self.content, Reference):
            yield self.content.target
        elif isinstance(self.content, Unresolved):
            yield from self.content.mentions
        elif isinstance(self.content, Mapping):
            for child in self.content.values():
                yield from child.mentioned()
        elif isinstance(self.content, tuple):
            for child in self.content:
                yield from child.mentioned()

    # -- its parts -------------------------------------------------------------------------------------------

    def __getitem__(self, key: str) -> Node:
        """Return the child under a key: absent where it is not written, unknown where that cannot be told."""
        if isinstance(self.content, Mapping):
            child = self.content.get(key)
            if child is not None:
                return child
            if self.open:
                return Node(Unresolved(self.why_open or "part of this mapping cannot be told"), self.at)
            return Node(Missing(), self.key_at or self.at)
        return self._beneath()

    def _beneath(self) -> Node:
        if self.is_unknown:
            return Node(Unresolved(self.why(), mentions=self.mentions), self.at)
        if self.is_absent:
            return Node(Missing(), self.key_at or self.at)
        return Node(Unresolved("what is written here is not a mapping"), self.at)

    def why(self) -> str:
        """Return why the value cannot be told, an empty text where it can."""
        if isinstance(self.content, Unresolved):
            return self.content.why
        if isinstance(self.content, Reference):
            attribute = f".{self.content.attribute}" if self.content.attribute else ""
            return f"{self.content.target}{attribute} is known only after apply"
        return ""

    def path(self, *keys: str) -> Node:
        """Follow several keys down."""
        node = self
        for key in keys:
            node = node[key]
        return node

    def items(self) -> tuple[tuple[str, Node], ...]:
        """Return the entries of a mapping; of anything else, none. Look at ``open`` and ``is_unknown`` too."""
        return tuple(self.content.items()) if isinstance(self.content, Mapping) else ()

    def each(self) -> tuple[Node, ...]:
        """Return the elements of a list; of anything else, none. Look at ``open`` and ``is_unknown`` too."""
        return self.content if isinstance(self.content, tuple) else ()

    @property
    def complete(self) -> bool:
        """Whether all entries of this list or mapping are known to be here; an absent one is complete and empty."""
        return not self.open and (self.is_absent or self.is_list or self.is_mapping)

    def under(self, key_at: Span | None) -> Node:
        """Return this value as one that stands under a key, or under none. Often called, and so without ``replace``."""
        if self.key_at is key_at:
            return self
        return Node(
            self.content,
            self.at,
            key_at,
            self.open,
            self.text,
            self.structure,
            self.reads,
            self.drawn_from,
            self.why_open,
        )

    # -- as a typed value ------------------------------------------------------------------------------------

    def value(self, read: Callable[[Scalar], T | None], wanted: str) -> Maybe[T]:
        """Return the scalar as ``read`` understands it; what it answers with ``None`` is not a ``wanted``."""
        if self.is_absent:
            return Absent(self.key_at or self.at)
        if self.is_unknown:
            candidates = self.content.candidates if isinstance(self.content, Unresolved) else ()
            readings = tuple(read(each) for each in candidates)
            usable = tuple(each for each in readings if each is not None)
            return Unknown(self.why(), self.at, usable if len(usable) == len(readings) else (), mentions=self.mentions)
        if isinstance(self.content, str | int | float | bool):
            reading = read(self.content)
            if reading is not None:
                return Known(reading, self.at)
        return Unknown(f"what is written here is not {wanted}", self.at)

    def string(self) -> Maybe[str]:
        """Return the value as text; a number keeps the text in which it was written."""
        return self.value(self._as_text, "text")

    def _as_text(self, scalar: Scalar) -> str | None:
        if isinstance(scalar, bool):
            return self.text if self.text is not None else str(scalar).lower()
        if isinstance(scalar, str):
            return scalar
        return self.text if self.text is not None else str(scalar)

    def integer(self) -> Maybe[int]:
        """Return the value as a whole number; a quoted number counts."""
        return self.value(as_integer, "a whole number")

    def boolean(self) -> Maybe[bool]:
        """Return the value as true or false; the quoted words count."""
        return self.value(as_boolean, "true or false")

    def integer_or(self, fallback: int, fact: str) -> Value[int]:
        """Return the whole number, or the platform's default with the fact that it comes from."""
        return or_default(self.integer(), fallback, fact)

    def boolean_or(self, fallback: bool, fact: str) -> Value[bool]:  # noqa: FBT001 - it is the value itself
        """Return true or false, or the platform's default with the fact that it comes from."""
        return or_default(self.boolean(), fallback, fact)

    def string_or(self, fallback: str, fact: str) -> Value[str]:
        """Return the text, or the platform's default with the fact that it comes from."""
        return or_default(self.string(), fallback, fact)


def as_integer(scalar: Scalar) -> int | None:
    """Read a whole number from a scalar, or ``None``. Python reads more texts as numbers than any platform does."""
    if isinstance(scalar, bool) or scalar is None:
        return None
    if isinstance(scalar, str):
        return int(scalar) if _WHOLE_NUMBER.fullmatch(scalar) else None
    return int(scalar) if isinstance(scalar, int) or scalar.is_integer() else None


_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,100}")


def as_boolean(scalar: Scalar) -> bool | None:
    """Read true or false from a scalar, or ``None``."""
    if isinstance(scalar, bool):
        return scalar
    if isinstance(scalar, str):
        return {"true": True, "false": False}.get(scalar.lower())
    return None


def absent_node(at: Span) -> Node:
    """Return a node that is not there."""
    return Node(Missing(), at)


def node_from_yaml(tree: YamlNode, dialect: Dialect, key_at: Span | None = None) -> Node:
    """Turn a YAML tree into values: scalars resolved, merge keys merged, the last of duplicate keys kept.

    A mapping is open where it merges what is no mapping, or has for a key what the program takes for none: a list, a
    mapping, nothing at all.
    """
    if isinstance(tree, YamlScalar):
        return Node(resolve_scalar(tree, dialect), tree.at, key_at, text=tree.text)
    if isinstance(tree, YamlSequence):
        return Node(tuple(node_from_yaml(item, dialect) for item in tree.items), tree.at, key_at)
    entries: dict[str, Node] = {}
    inherited: dict[str, Node] = {}
    is_open = False
    for key, value in tree.pairs:
        if not isinstance(key, YamlScalar):
            is_open = True
        elif key.text == "<<" and key.plain:
            for each in value.items if isinstance(value, YamlSequence) else (value,):
                merged = node_from_yaml(each, dialect)
                is_open = is_open or not merged.complete or merged.is_list
                for name, child in merged.items():
                    inherited.setdefault(name, child)
        else:
            text = resolve_key(key, dialect)
            is_open = is_open or text is None
            if text is not None:
                entries[text] = node_from_yaml(value, dialect, key.at)
    return Node({**inherited, **entries}, tree.at, key_at, open=is_open)
