"""Functions on maps and on several values: they keep the places of what they hand on, and work on half-known values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Reference, Unresolved
from infraaudit.readers.terraform.language.convert import as_text, to_primitive
from infraaudit.readers.terraform.language.functions.strings import characters
from infraaudit.readers.terraform.language.operators import equal
from infraaudit.readers.terraform.language.traverse import get_index
from infraaudit.readers.terraform.language.unify import are_of_a_kind, unified
from infraaudit.readers.terraform.language.values import (
    ListOf,
    MapOf,
    SetOf,
    failed,
    first_unknown,
    is_failed,
    mentions_of,
    scalar_node,
    unknown_of,
    unresolved,
    why_unknown,
)

if TYPE_CHECKING:
    from infraaudit.readers.terraform.language.functions.declare import Arguments, Function

_MAP_KEY_DEFAULT = 3
_ALWAYS_WRITTEN = frozenset({"id", "arn", "name", "dns_name", "endpoint", "address", "url", "key_id", "bucket"})
"""Attributes that no provider leaves null or empty once the resource is there."""


def _merge(arguments: Arguments) -> Node:
    at = arguments.at
    entries: dict[str, Node] = {}
    uncertain: Node | None = None
    kinds: list[bool] = []
    for value in arguments.values:
        if value.content is None:
            continue
        if is_failed(value) or not (value.is_mapping or value.is_unknown):
            return failed("merge takes maps and objects", at, *arguments.values)
        if value.is_unknown or value.open:
            uncertain = value
            entries = {name: _may_be_replaced(child, value) for name, child in entries.items()}
        kinds.append(isinstance(value.content, MapOf))
        entries.update(value.items())
    if uncertain is not None and not entries:
        return unresolved(why_unknown(uncertain), at, *arguments.values)
    kind = MapOf if kinds and all(kinds) else dict
    why = why_unknown(uncertain) if uncertain is not None else ""
    drawn_from = mentions_of(value for value in arguments.values if value.is_unknown or value.open)
    return Node(kind(entries), at, open=uncertain is not None, why_open=why, drawn_from=drawn_from)


def _may_be_replaced(child: Node, by: Node) -> Node:
    why = f"a later argument of merge may replace it, and {why_unknown(by)}"
    return unresolved(why, child.at, child) if not isinstance(child.content, Unresolved) else child


def _lookup(arguments: Arguments) -> Node:
    values = arguments.values
    if not 2 <= len(values) <= _MAP_KEY_DEFAULT:  # noqa: PLR2004 - a map and a key
        return failed("lookup takes a map, a key and a default", arguments.at, *values)
    if len(values) == _MAP_KEY_DEFAULT and values[0].is_mapping and values[0].complete and not values[0].items():
        return values[2]
    found = get_index(values[0], to_primitive(values[1], "string"), arguments.at)
    if is_failed(found) and len(values) == _MAP_KEY_DEFAULT and values[0].is_mapping and values[1].is_scalar:
        return _default_of(values[0], values[2])
    if isinstance(found.content, Unresolved) and not is_failed(found):
        return replace(found, content=replace(found.content, candidates=_with_default(found.content, values)))
    return found


def _default_of(map_: Node, default: Node) -> Node:
    """Return the default in the type of a map's elements."""
    if isinstance(map_.content, MapOf) and isinstance(default.content, str):
        for child in map_.content.values():
            if isinstance(child.content, bool | int | float):
                return to_primitive(default, "bool" if isinstance(child.content, bool) else "number")
    return default


def _with_default(content: Unresolved, values: tuple[Node, ...]) -> tuple[str | int | float | bool | None, ...]:
    """Return the candidates of an element under an unknown key, the default among them."""
    if len(values) < _MAP_KEY_DEFAULT or not content.candidates:
        return content.candidates
    default = values[2].content
    return (*content.candidates, default) if isinstance(default, str | int | float | bool) else ()


def _names(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if not value.is_mapping:
        return unknown_of((value,), arguments.at) or failed("keys takes a map or an object", arguments.at)
    names = tuple(Node(name, child.key_at or child.at) for name, child in sorted(value.items()))
    content = ListOf(names) if isinstance(value.content, MapOf) else names
    return Node(content, arguments.at, open=value.open, why_open=value.why_open)


def _members(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if not value.is_mapping:
        return unknown_of((value,), arguments.at) or failed("values takes a map or an object", arguments.at)
    members = tuple(child.under(None) for _, child in sorted(value.items()))
    content = ListOf(members) if isinstance(value.content, MapOf) else members
    return Node(content, arguments.at, open=value.open, why_open=value.why_open)


def _zipmap(arguments: Arguments) -> Node:
    at = arguments.at
    names, values = arguments.values[0], arguments.values[1]
    unknown = unknown_of((names,), at)
    if unknown is not None or not values.is_list or values.open:
        return unknown or unknown_of((values,), at) or failed("zipmap takes two lists", at)
    if len(names.each()) != len(values.each()) or isinstance(values.content, SetOf):
        return failed("zipmap takes two lists of one length", at)
    if not all(name.is_scalar for name in names.each()):
        return failed("zipmap takes texts for names", at)
    entries = {
        str(to_primitive(name, "string").content): value
        for name, value in zip(names.each(), values.each(), strict=True)
    }
    return Node(entries, at)


def _length(arguments: Arguments) -> Node:
    value = arguments.values[0]
    at = arguments.at
    if value.open:
        return unresolved("how many elements there are cannot be told", at, value)
    if isinstance(value.content, str):
        try:
            return scalar_node(len(characters(value.content)), at)
        except Exception as error:  # noqa: BLE001 - only "not computed" is raised, and it carries its reason
            return unresolved(str(error), at)
    if isinstance(value.content, tuple | Mapping):
        return scalar_node(len(value.content), at)
    return unknown_of((value,), at) or failed("length takes a collection or a text", at)


def _coalesce(arguments: Arguments) -> Node:
    if all(_has_a_type(value) for value in arguments.values) and not are_of_a_kind(arguments.values):
        return failed("the arguments of coalesce have no common type", arguments.at, *arguments.values)
    for index, value in enumerate(arguments.values):
        if value.content is None or value.content == "":
            continue
        if isinstance(value.content, Reference) and value.content.attribute in _ALWAYS_WRITTEN:
            return value
        if isinstance(value.content, Unresolved | Reference):
            return unresolved(why_unknown(value), arguments.at, *arguments.values[index:])
        return unified(value, arguments.values)
    return failed("all arguments of coalesce are null or empty", arguments.at)


def _has_a_type(value: Node) -> bool:
    """Whether the type of a value is told by it: beside a null, or what is not known, any types go together."""
    return not value.is_absent and not value.is_unknown


def _coalescelist(arguments: Arguments) -> Node:
    for index, value in enumerate(arguments.values):
        if value.content is None or isinstance(value.content, SetOf):
            return failed("an argument is no list", arguments.at)
        if value.is_list and value.each():
            return value
        if not value.is_absent and not value.complete:
            return unresolved(why_unknown(value), arguments.at, *arguments.values[index:])
    return failed("all arguments of coalescelist are empty", arguments.at)


def _one(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if value.open or value.is_unknown:
        return unknown_of((value,), arguments.at) or value
    if not value.is_list or len(value.each()) > 1:
        return failed("one takes a list of one element or none", arguments.at)
    return value.each()[0] if value.each() else Node(None, arguments.at)


def _index_of(arguments: Arguments) -> Node:
    values = arguments.values
    unknown = unknown_of(values, arguments.at)
    if unknown is not None:
        return unknown
    for position, item in enumerate(values[0].each()):
        same = equal(item, values[1])
        if same is None:
            return unresolved("collections of different kinds are not compared", arguments.at, *values)
        if same:
            return scalar_node(position, arguments.at)
    return failed("the list does not hold the value", arguments.at)


def _transpose(arguments: Arguments) -> Node:
    value = arguments.values[0]
    unknown = unknown_of((value,), arguments.at)
    if unknown is not None or not value.is_mapping:
        return unknown or failed("transpose takes a map of lists", arguments.at)
    groups: dict[str, list[Node]] = {}
    for name, child in sorted(value.items()):
        if not child.is_list:
            return failed("transpose takes a map of lists", arguments.at)
        for item in child.each():
            text = as_text(item.content) if isinstance(item.content, str | int | float | bool) else None
            if text is None:
                return failed("transpose takes a map of lists of texts", arguments.at)
            groups.setdefault(text, []).append(Node(name, arguments.at))
    entries = {name: Node(ListOf(names), arguments.at) for name, names in sorted(groups.items())}
    return Node(MapOf(entries), arguments.at)


def _try(arguments: Arguments) -> Node:
    for index, value in enumerate(arguments.values):
        if is_failed(value):
            continue
        culprit = first_unknown(value)
        if culprit is not None and is_failed(culprit):
            continue
        if isinstance(value.content, Unresolved):
            return unresolved(why_unknown(value), arguments.at, *arguments.values[index:])
        return value
    return failed("every argument of try fails", arguments.at, *arguments.values)


def _can(arguments: Arguments) -> Node:
    value = arguments.values[0]
    culprit = first_unknown(value)
    if culprit is None or isinstance(value.content, Reference):
        return Node(content=True, at=arguments.at)
    if is_failed(culprit):
        return Node(content=False, at=arguments.at)
    return unresolved(why_unknown(culprit), arguments.at, value)


def counted(count: int, function: Function) -> Function:
    """Refuse a call with another number of arguments."""

    def checked(arguments: Arguments) -> Node:
        if len(arguments.values) != count:
            return failed("the function does not take this number of arguments", arguments.at, *arguments.values)
        return sound(function)(arguments)

    return checked


def sound(function: Function) -> Function:
    """Let a call fail with the first of its arguments that fails."""

    def checked(arguments: Arguments) -> Node:
        failure = next((value for value in arguments.values if is_failed(value)), None)
        return failure if failure is not None else function(arguments)

    return checked


COLLECTIONS: dict[str, Function] = {
    "coalesce": sound(_coalesce),
    "coalescelist": sound(_coalescelist),
    "can": lambda arguments: _can(arguments) if len(arguments.values) == 1 else failed("can takes one", arguments.at),
    "index": counted(2, _index_of),
    "keys": counted(1, _names),
    "length": counted(1, _length),
    "lookup": sound(_lookup),
    "merge": _merge,
    "one": counted(1, _one),
    "transpose": counted(1, _transpose),
    "try": _try,
    "values": counted(1, _members),
    "zipmap": counted(2, _zipmap),
}
