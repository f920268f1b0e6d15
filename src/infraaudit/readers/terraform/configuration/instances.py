"""Which instances ``count`` and ``for_each`` make of a resource or a module call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.configuration.addresses import instance_suffix
from infraaudit.readers.terraform.configuration.deciding import deciding, speaking
from infraaudit.readers.terraform.language.bodies import body_node
from infraaudit.readers.terraform.language.convert import as_text, to_primitive
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.readers.terraform.language.values import elements, first_unknown, key_of, unresolved, why_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraaudit.readers.terraform.language.scope import Scope
    from infraaudit.source.hcl_tree import Body, Expression
    from infraaudit.source.span import Span

MOST_INSTANCES = 20_000
"""Instances of one block beyond which nothing is told of them."""

MOST_TOLD_APART = 1_000
"""Keys of a ``for_each`` beyond which instances that differ in names alone are one.

Those of a ``count`` that differ in names alone always are.
"""

MOST_MODULES_TOLD_APART = 50
"""Instances of a module call beyond which those of a ``count`` are one."""

_INDEX = "count.index"


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance, or several equal ones. ``suffix`` goes behind the address; ``names`` are ``each`` or ``count``.

    ``others`` are the further keys of a ``for_each`` whose instances are equal but for their names, ``indexes`` the
    numbers of the instances of a ``count``. One that is not ``certain`` stands for those that may be there.
    """

    suffix: str = ""
    multiplicity: int = 1
    names: Mapping[str, Node] = field(default_factory=dict)
    key: str | None = None
    others: tuple[str, ...] = ()
    indexes: Sequence[int] = ()
    certain: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of a ``for_each`` that it stands for."""
        return (self.key or "", *self.others)


@dataclass(frozen=True, slots=True)
class Expansion:
    """The instances of one block. ``why`` is told where not all of them can be; the last one stands for the rest then.

    ``counted`` is the number of instances of a ``count``, ``keyed`` marks those of a ``for_each``. ``collection`` is
    what a ``for_each`` that cannot be told walks.
    """

    instances: tuple[Instance, ...]
    why: str = ""
    counted: int | None = None
    keyed: bool = False
    collection: Node | None = None

    @property
    def surely(self) -> tuple[Instance, ...]:
        """The instances that are surely there."""
        return tuple(each for each in self.instances if each.certain)

    @property
    def untold(self) -> bool:
        """Whether nothing is known of the instances."""
        return bool(self.why) and not self.surely

    @property
    def by_index(self) -> tuple[Instance, ...]:
        """The instance that stands for each number of a ``count``, in their order."""
        if len(self.instances) == 1:
            return self.instances * (self.counted or 0)
        found = {index: each for each in self.instances for index in each.indexes}
        return tuple(found[index] for index in sorted(found))

    @property
    def certain(self) -> bool:
        """Whether all instances are known."""
        return not self.why


def expand(body: Body, scope: Scope, *, grouping: bool = False) -> Expansion:
    """Return the instances of a block. Those of a resource may be grouped; a module can look closer at a name."""
    if "count" in body.attributes:
        return _counted(body, scope, grouping=grouping)
    if "for_each" in body.attributes:
        expansion = _keyed(body.attributes["for_each"].value, scope)
        many = expansion.certain and len(expansion.instances) > MOST_TOLD_APART
        return _grouped(expansion) if many and grouping and not _any(deciding(body, "each.")) else expansion
    return Expansion((Instance(),))


def _any(body: Body) -> bool:
    return bool(body.attributes or body.blocks)


def _counted(body: Body, scope: Scope, *, grouping: bool) -> Expansion:
    expression = body.attributes["count"].value
    count = to_primitive(evaluate(expression, scope), "number")
    at = expression.at.span
    number = count.content
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        if number == 0:
            return Expansion((), counted=0)
        differing = deciding(body, _INDEX) if grouping else speaking(body, _INDEX)
        if number == 1 or not _any(differing):
            return Expansion((_alike(number, Node(0, at)),), counted=number)
        if number > (MOST_TOLD_APART if grouping else MOST_MODULES_TOLD_APART):
            return Expansion((_alike(number, _one_of_several(at)),), counted=number)
        return Expansion(_told_apart(number, differing, scope, at), counted=number)
    index = unresolved("count.index depends on a count that cannot be told", at)
    rest = Instance(names=numbered(index), certain=False)
    return Expansion((rest,), why=_reason("the count", count))


def _alike(number: int, index: Node) -> Instance:
    """Return the one instance that stands for all of a count."""
    return Instance(multiplicity=number, names=numbered(index), indexes=range(number))


def numbered(index: Node) -> Mapping[str, Node]:
    """Return the names that an instance of a count sees."""
    return {"count": Node({"index": index}, index.at)}


def _one_of_several(at: Span) -> Node:
    return unresolved("count.index is another in each instance", at)


def _told_apart(number: int, differing: Body, scope: Scope, at: Span) -> tuple[Instance, ...]:
    """Return one instance for all of a count that are the same in everything that the index decides."""
    groups: dict[str, list[int]] = {}
    for index in range(number):
        inner = scope.with_names(numbered(Node(index, at)))
        outline = _outline(body_node(differing, inner, at, at))
        groups.setdefault(outline, []).append(index)
    if len(groups) == 1:
        return (_alike(number, Node(0, at)),)
    return tuple(
        Instance(f"[{indexes[0]}]", len(indexes), numbered(Node(indexes[0], at)), indexes=indexes)
        for indexes in groups.values()
    )


def _outline(node: Node) -> str:
    """Return a text that two values share where nothing that is known of them differs."""
    content = node.content
    if isinstance(content, Mapping):
        return "{" + ",".join(f"{name}:{_outline(child)}" for name, child in sorted(content.items())) + "}"
    if isinstance(content, tuple):
        return "[" + ",".join(map(_outline, content)) + "]"
    return "?" if isinstance(content, Unresolved) else repr(content)


def _keyed(expression: Expression, scope: Scope) -> Expansion:
    """Return the instances of a ``for_each``: one for each key that is known, and one for those that are not."""
    collection = evaluate(expression, scope)
    at = expression.at.span
    known: list[Instance] = []
    told = (collection.is_mapping or collection.is_list) and collection.complete
    if collection.is_mapping or collection.is_list:
        instances = [_instance(key, value, collection) for key, value in elements(collection)]
        known = [instance for instance in instances if instance is not None]
        told = told and len(known) == len(instances)
    if len(known) > MOST_INSTANCES:
        known, told = [], False
    if told:
        return Expansion(tuple(known), keyed=True)
    element = unresolved("each depends on a for_each that cannot be told", at, collection)
    names = {"each": Node({"key": element, "value": element}, at)}
    why = _reason("the for_each", collection)
    rest = Instance(names=names, certain=False)
    return Expansion((*known, rest), why=why, keyed=True, collection=collection)


def planned_expansion(keys: Sequence[str | int | None] | None, expansion: Expansion, at: Span) -> Expansion:
    """Return the instances that a plan has of a block whose own cannot be told; as they were where it has none."""
    if keys is None or (keys and isinstance(keys[0], str) is not expansion.keyed):
        return expansion
    if not keys:
        return Expansion((), counted=None if expansion.keyed else 0, keyed=expansion.keyed)
    if not expansion.keyed:
        index = Node(0, at) if len(keys) == 1 else _one_of_several(at)
        return Expansion((_alike(len(keys), index),), counted=len(keys))
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


def _instance(key: Node, value: Node, collection: Node) -> Instance | None:
    named = key if collection.is_mapping else value
    text = as_text(named.content) if isinstance(named.content, str | int | float | bool) else None
    if text is None:
        return None
    names = {"each": Node({"key": Node(text, named.at), "value": value}, value.at)}
    return Instance(instance_suffix(text), names=names, key=text)


def _reason(what: str, node: Node) -> str:
    return f"{what} cannot be told: {why_unknown(node)}" if node.is_unknown or node.open else f"{what} is not valid"
