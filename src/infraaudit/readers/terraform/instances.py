"""Which instances ``count`` and ``for_each`` make of a resource or a module call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.model.node import Node
from infraaudit.readers.terraform.addresses import instance_suffix
from infraaudit.readers.terraform.convert import as_text, to_primitive
from infraaudit.readers.terraform.evaluate import evaluate
from infraaudit.readers.terraform.values import elements, unresolved, why_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraaudit.readers.terraform.scope import Scope
    from infraaudit.source.hcl_tree import Body, Expression
    from infraaudit.source.span import Span

MOST_INSTANCES = 5_000
"""Instances of one block beyond which they are not told apart."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance, or several equal ones. ``suffix`` goes behind the address; ``names`` are ``each`` or ``count``."""

    suffix: str = ""
    multiplicity: int = 1
    names: Mapping[str, Node] = field(default_factory=dict)
    key: str | None = None


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


def expand(body: Body, scope: Scope) -> Expansion:
    """Return the instances of a block."""
    if "count" in body.attributes:
        return _counted(body.attributes["count"].value, scope)
    if "for_each" in body.attributes:
        return _keyed(body.attributes["for_each"].value, scope)
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


def _instance(key: Node, value: Node, collection: Node) -> Instance | None:
    named = key if collection.is_mapping else value
    text = as_text(named.content) if isinstance(named.content, str | int | float | bool) else None
    if text is None:
        return None
    names = {"each": Node({"key": Node(text, named.at), "value": value}, value.at)}
    return Instance(instance_suffix(text), names=names, key=text)


def _reason(what: str, node: Node) -> str:
    return f"{what} cannot be told: {why_unknown(node)}" if node.is_unknown or node.open else f"{what} is not valid"
