"""Selectors as the API writes them: what is null, what is empty, and what cannot be told stay three things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Operator, Requirement, Selector, Unknown
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node, Value

_WHY = "some of its labels cannot be told"


def selector_of(node: Node) -> Maybe[Selector]:
    """Return a selector with ``matchLabels`` and ``matchExpressions``; null is absent, ``{}`` selects everything."""
    if node.is_absent:
        return Absent(node.key_at or node.at)
    pairs = labels_of(node["matchLabels"])
    conditions = requirements_of(node["matchExpressions"])
    if not node.complete or pairs is None or conditions is None:
        unread = node.string()
        why = unread.why if node.is_unknown and isinstance(unread, Unknown) else _WHY
        return Unknown(why, node.at, mentions=node.mentions)
    return Known(Selector((*_equalities(pairs), *conditions)), node.key_at or node.at)


def plain_selector_of(node: Node) -> Maybe[Selector]:
    """Return a selector that is a mapping of labels alone."""
    if node.is_absent:
        return Absent(node.key_at or node.at)
    pairs = labels_of(node)
    if pairs is None:
        return Unknown(_WHY, node.at, mentions=node.mentions)
    return Known(Selector(_equalities(pairs)), node.key_at or node.at)


def _equalities(pairs: tuple[tuple[str, str], ...]) -> tuple[Requirement, ...]:
    return tuple(Requirement(key, Operator.IN, (value,)) for key, value in pairs)


def requirements_of(node: Node, field: str = "key") -> tuple[Requirement, ...] | None:
    """Return the conditions of ``matchExpressions``; ``None`` where one of them cannot be told."""
    if not node.complete:
        return None
    found: list[Requirement] = []
    for each in node.each():
        requirement = _requirement(each, field)
        if requirement is None:
            return None
        found.append(requirement)
    return tuple(found)


def _requirement(node: Node, field: str) -> Requirement | None:
    key, operator = literal(node[field]), literal(node["operator"])
    values = texts_of(node["values"])
    if values is None or not isinstance(key, Known) or not isinstance(operator, Known):
        return None
    if operator.value not in set(Operator):
        return None
    return Requirement(key.value, Operator(operator.value), values)


def texts_of(node: Node) -> tuple[str, ...] | None:
    """Return the texts of a list; ``None`` where one of them cannot be told."""
    if not node.complete or node.is_mapping:
        return None
    values = [literal(each) for each in node.each()]
    known = [value.value for value in values if isinstance(value, Known)]
    return tuple(known) if len(known) == len(values) else None


def known_texts(node: Node) -> tuple[tuple[Value[str], ...], bool]:
    """Return the texts of a list with their places, and whether these are all; what is empty is left out."""
    values = tuple(value for each in node.each() if not isinstance(value := literal(each), Absent))
    return values, node.complete and not node.is_mapping
