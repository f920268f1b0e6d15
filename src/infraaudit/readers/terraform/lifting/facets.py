"""Fills the facets of a resource from the rows that the table of its cloud has for its type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Facet, FacetName, Known, Unknown, Value, Weight, default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, may_be_present, reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource


Answers = Mapping[FacetName, Value[bool]]
"""What a lift found elsewhere than in the attribute of a row; it comes before the attribute."""


def facets_from(table_name: str, resource: Resource, answers: Answers | None = None) -> tuple[Facet, ...]:
    """Return the facets of a resource in the order of the table."""
    known = answers or {}
    return tuple(_facet(resource, row, known) for row in _rows(table_name).get(resource.type, ()))


@cache
def _rows(table_name: str) -> Mapping[str, tuple[Row, ...]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in table(table_name).values():
        groups[row["type"]].append(row)
    return {type_: tuple(rows) for type_, rows in groups.items()}


def _facet(resource: Resource, row: Row, answers: Answers) -> Facet:
    name = FacetName(row["facet"])
    answer = answers.get(name)
    weight = str(row.get("weight", Weight.FULL))
    if answer is None:
        answer, weight = _holds(resource, row, weight)
    return Facet(name, answer, row["setting"], Weight(weight), tuple(row.get("equivalents", ())))


def _holds(resource: Resource, row: Row, weight: str) -> tuple[Value[bool], str]:
    if row.get("platform", False):
        return default(bool(row["absent"]), resource.at, row.words), weight
    node = argument(resource, row["setting"])
    stated = _READINGS[row.get("reads", "flag")](node, row)
    if not isinstance(stated, Absent):
        return stated, weight
    for attribute in row.get("inherits", ()):
        if may_be_present(argument(resource, attribute)):
            return Unknown(f"{row['setting']} is not written and follows {attribute}", node.at), weight
    return _when_absent(resource, row, node, weight)


def _when_absent(resource: Resource, row: Row, node: Node, weight: str) -> tuple[Value[bool], str]:
    for case in row.get("cases", ()):
        where = argument(resource, case["where"])
        if where.is_unknown and ("starts" in case or not is_present(where)):
            return Unknown(f"the default follows {case['where']}, and {reason(where)}", where.at), weight
        if _matches(where, case):
            words = f"{case['says']}: {row.words}" if "says" in case else row.words
            return default(bool(case["absent"]), node.at, words), str(case.get("weight", weight))
    before = row.get("before")
    if before is None:
        return default(bool(row["absent"]), node.at, row.words), weight
    major = resource.provider_major
    if major is None:
        words = f"{row.words}; no version of the provider is given, so the newest is assumed"
        return default(bool(row["absent"]), node.at, words), weight
    old = major < before["major"]
    return default(bool(before["absent"] if old else row["absent"]), node.at, row.words), weight


def _matches(node: Node, case: Mapping[str, Any]) -> bool:
    if case.get("missing", False):
        return node.is_absent
    if "starts" not in case:
        return is_present(node)
    text = node.string()
    return isinstance(text, Known) and text.value.lower().startswith(str(case["starts"]))


def _flag(node: Node, _: Row) -> Maybe[bool]:
    return node.boolean()


def _off(node: Node, _: Row) -> Maybe[bool]:
    """Return whether something is not switched on."""
    return node.boolean().map(_negated)


def _negated(on: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not on


def _positive(node: Node, _: Row) -> Maybe[bool]:
    return node.integer().map(_above_zero)


def _above_zero(number: int) -> bool:
    return number > 0


def _presence(node: Node, _: Row) -> Maybe[bool]:
    if is_present(node):
        return Known(node.content != "", node.at)
    return Absent(node.at) if node.is_absent else Unknown(reason(node), node.at)


def _own(node: Node, row: Row) -> Maybe[bool]:
    """Return whether a key is written, and not the one that the platform keeps for everybody's use of a service."""
    text = node.string()
    if isinstance(text, Known) and any(str(each) in text.value for each in row["values"]):
        return Known(value=False, at=node.at)
    return _presence(node, row)


def _choice(node: Node, row: Row) -> Maybe[bool]:
    wanted = {str(each).lower() for each in row["values"]}

    def is_wanted(text: str) -> bool:
        return text.lower() in wanted

    return node.string().map(is_wanted)


def _includes(node: Node, row: Row) -> Maybe[bool]:
    """Return whether a list names all that is wanted."""
    if node.is_absent:
        return Absent(node.key_at or node.at)
    members = [each.string() for each in node.each()]
    missing = set(map(str, row["values"])) - {each.value for each in members if isinstance(each, Known)}
    if missing and (not node.complete or any(isinstance(each, Unknown) for each in members)):
        return Unknown(reason(node) if node.is_unknown else "some of its members cannot be told", node.at)
    return Known(not missing, node.at)


_READINGS: Mapping[str, Callable[[Node, Row], Maybe[bool]]] = {
    "flag": _flag,
    "off": _off,
    "positive": _positive,
    "presence": _presence,
    "own": _own,
    "choice": _choice,
    "includes": _includes,
}
"""How the column ``reads`` of a row turns an attribute into an answer."""
