"""Which instances ``count`` and ``for_each`` make of a resource or a module call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node
from infraaudit.readers.terraform.configuration.addresses import instance_suffix
from infraaudit.readers.terraform.language.convert import as_text, to_primitive
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.readers.terraform.language.values import elements, first_unknown, key_of, unresolved, why_unknown
from infraaudit.source.hcl_tree import (
    Call,
    ForPart,
    GetIndex,
    IfPart,
    Interpolation,
    ObjectExpression,
    Parentheses,
    Template,
    Traversal,
    TupleExpression,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Block, Body, Expression
    from infraaudit.source.span import Span

MOST_INSTANCES = 20_000
"""Instances of one block beyond which nothing is told of them."""

MOST_TOLD_APART = 1_000
"""Keys of a ``for_each`` beyond which instances that differ in names alone are one."""

_BUILD_NAMES = frozenset({"concat", "format", "join", "lower", "merge", "replace", "tolist", "toset", "upper"})
"""Functions that a name goes through without deciding anything."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance, or several equal ones. ``suffix`` goes behind the address; ``names`` are ``each`` or ``count``.

    ``others`` are the further keys of a ``for_each`` whose instances are equal but for their names.
    """

    suffix: str = ""
    multiplicity: int = 1
    names: Mapping[str, Node] = field(default_factory=dict)
    key: str | None = None
    others: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a ``for_each`` that it stands for."""
        return (self.key or "", *self.others)


@dataclass(frozen=True, slots=True)
class Expansion:
    """The instances of one block. ``why`` is told where they cannot be; there is one to stand for them then.

    ``counted`` is the number of instances of a ``count``, ``keyed`` marks those of a ``for_each``. ``collection`` is
    what a ``for_each`` that cannot be told walks.
    """

    instances: tuple[Instance, ...]
    why: str = ""
    counted: int | None = None
    keyed: bool = False
    collection: Node | None = None

    @property
    def certain(self) -> bool:
        """Whether the instances are known."""
        return not self.why


def expand(body: Body, scope: Scope, *, grouping: bool = False) -> Expansion:
    """Return the instances of a block. Those of a resource may be grouped; a module can look closer at a name."""
    if "count" in body.attributes:
        return _counted(body.attributes["count"].value, scope)
    if "for_each" in body.attributes:
        expansion = _keyed(body.attributes["for_each"].value, scope)
        many = expansion.certain and len(expansion.instances) > MOST_TOLD_APART
        return _grouped(expansion) if many and grouping and not _decides(body) else expansion
    return Expansion((Instance(),))


def _counted(expression: Expression, scope: Scope) -> Expansion:
    count = to_primitive(evaluate(expression, scope), "number")
    at = expression.at.span
    number = count.content
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        if number == 0:
            return Expansion((), counted=0)
        names = {"count": Node({"index": Node(0, at)}, at)}
        return Expansion((Instance(multiplicity=number, names=names),), counted=number)
    index = unresolved("count.index depends on a count that cannot be told", at)
    names = {"count": Node({"index": index}, at)}
    return Expansion((Instance(names=names),), why=_reason("the count", count))


def _keyed(expression: Expression, scope: Scope) -> Expansion:
    collection = evaluate(expression, scope)
    at = expression.at.span
    if (collection.is_mapping or collection.is_list) and collection.complete:
        instances = [_instance(key, value, collection) for key, value in elements(collection)]
        known = [instance for instance in instances if instance is not None]
        if len(known) == len(instances) <= MOST_INSTANCES:
            return Expansion(tuple(known), keyed=True)
    element = unresolved("each depends on a for_each that cannot be told", at, collection)
    names = {"each": Node({"key": element, "value": element}, at)}
    why = _reason("the for_each", collection)
    return Expansion((Instance(names=names),), why=why, keyed=True, collection=collection)


def planned_expansion(keys: Sequence[str | int | None] | None, expansion: Expansion, at: Span) -> Expansion:
    """Return the instances that a plan has of a block whose own cannot be told; as they were where it has none."""
    if keys is None or (keys and isinstance(keys[0], str) is not expansion.keyed):
        return expansion
    if not keys:
        return Expansion((), counted=None if expansion.keyed else 0, keyed=expansion.keyed)
    if not expansion.keyed:
        names = {"count": Node({"index": Node(0, at)}, at)}
        return Expansion((Instance(multiplicity=len(keys), names=names),), counted=len(keys))
    texts = [each for each in keys if isinstance(each, str)]
    return Expansion(tuple(_planned(text, expansion, at) for text in texts[:MOST_INSTANCES]), keyed=True)


def _planned(key: str, expansion: Expansion, at: Span) -> Instance:
    collection = expansion.collection
    known = dict(collection.items()).get(key) if collection is not None else None
    walks_set = collection is not None and collection.is_list
    why = "each.value depends on a for_each that cannot be told"
    value = known or (Node(key, at) if walks_set else unresolved(why, at))
    return Instance(instance_suffix(key), names={"each": Node({"key": Node(key, at), "value": value}, at)}, key=key)


def _grouped(expansion: Expansion) -> Expansion:
    """Return one instance for all of one value, where that is not the key itself."""
    groups: dict[str, list[Instance]] = {}
    for instance in expansion.instances:
        value = instance.names["each"]["value"]
        known = first_unknown(value) is None
        same = "" if value.content == instance.key else key_of(value) if known else instance.suffix
        groups.setdefault(same, []).append(instance)
    heads = (
        replace(first, multiplicity=1 + len(rest), others=tuple(each.key or "" for each in rest))
        for first, *rest in groups.values()
    )
    return replace(expansion, instances=tuple(heads))


def _decides(body: Body) -> bool:
    """Tell whether the key of an instance decides more of it than names."""
    attributes = [each.value for name, each in body.attributes.items() if name != "for_each"]
    return any(map(_decides_by_key, attributes)) or any(map(_decides_inside, body.blocks))


def _decides_inside(block: Block) -> bool:
    return any(_decides_by_key(each.value) for each in block.body.attributes.values()) or any(
        map(_decides_inside, block.body.blocks)
    )


def _decides_by_key(expression: Expression) -> bool:
    """Tell whether a key is looked at, and not only put into a text or handed on."""
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        if "each." in current.at.source:
            parts = _parts(current)
            if parts is None:
                return True
            waiting.extend(parts)
    return False


def _parts(expression: Expression) -> list[Expression] | None:
    """Return the parts of an expression that puts them together as they are, ``None`` for one that looks at them."""
    parts: list[Expression] | None = None
    match expression:
        case Traversal() if not any(isinstance(step, GetIndex) for step in expression.steps):
            parts = []
        case Template() if not any(isinstance(part, IfPart | ForPart) for part in expression.parts):
            parts = [part.value for part in expression.parts if isinstance(part, Interpolation)]
        case Parentheses():
            parts = [expression.inner]
        case TupleExpression():
            parts = list(expression.items)
        case ObjectExpression():
            parts = [each for pair in expression.items for each in pair]
        case Call() if expression.name in _BUILD_NAMES:
            parts = list(expression.arguments)
    return parts


def _instance(key: Node, value: Node, collection: Node) -> Instance | None:
    named = key if collection.is_mapping else value
    text = as_text(named.content) if isinstance(named.content, str | int | float | bool) else None
    if text is None:
        return None
    names = {"each": Node({"key": Node(text, named.at), "value": value}, value.at)}
    return Instance(instance_suffix(text), names=names, key=text)


def _reason(what: str, node: Node) -> str:
    return f"{what} cannot be told: {why_unknown(node)}" if node.is_unknown or node.open else f"{what} is not valid"
