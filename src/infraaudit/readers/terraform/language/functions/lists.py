"""Functions on lists and sets that keep the places of the elements and work on lists that are known in part."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.language.convert import to_primitive
from infraaudit.readers.terraform.language.functions.collections import counted
from infraaudit.readers.terraform.language.functions.declare import Function, NotComputedError, pure
from infraaudit.readers.terraform.language.operators import decimal_node, equal, number_of_node
from infraaudit.readers.terraform.language.unify import unified_all
from infraaudit.readers.terraform.language.values import (
    MOST_ELEMENTS,
    ListOf,
    SetOf,
    failed,
    is_failed,
    key_of,
    set_of,
    unknown_of,
    unresolved,
    why_open,
    why_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from infraaudit.readers.terraform.language.functions.declare import Arguments
    from infraaudit.readers.terraform.language.values import Plain

_TOO_MANY = f"more than {MOST_ELEMENTS:,} elements are not evaluated"
_BEGIN_AND_END = 2


def _concat(arguments: Arguments) -> Node:
    if not arguments.values or any(isinstance(value.content, SetOf) for value in arguments.values):
        return failed("concat takes lists", arguments.at, *arguments.values)
    items: list[Node] = []
    uncertain = False
    for value in arguments.values:
        if is_failed(value) or not (value.is_list or value.is_unknown):
            return failed("concat takes lists", arguments.at, *arguments.values)
        uncertain = uncertain or not value.complete
        items.extend(value.each() or _mentioning(value))
        if len(items) > MOST_ELEMENTS:
            return unresolved(_TOO_MANY, arguments.at)
    lists = all(isinstance(value.content, ListOf) for value in arguments.values)
    content = ListOf(unified_all(items)) if lists else tuple(items)
    return Node(content, arguments.at, open=uncertain, why_open=why_open(*arguments.values))


def _mentioning(value: Node) -> tuple[Node, ...]:
    """Return an unknown list as one unknown element where it refers to something, so that the reference is kept."""
    return (unresolved(why_unknown(value), value.at, value),) if value.is_unknown and value.mentions else ()


def _flatten(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if not value.is_list:
        return unknown_of((value,), arguments.at) or failed("flatten takes a list", arguments.at)
    items: list[Node] = []
    uncertain = value.open
    waiting = list(reversed(value.each()))
    while waiting:
        item = waiting.pop()
        if item.is_list:
            uncertain = uncertain or item.open
            waiting.extend(reversed(item.each()))
        else:
            uncertain = uncertain or isinstance(item.content, Unresolved)
            items.append(item)
        if len(items) > MOST_ELEMENTS:
            return unresolved(_TOO_MANY, arguments.at)
    return Node(tuple(items), arguments.at, open=uncertain, why_open=why_open(value))


def _compact(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if not value.is_list:
        return unknown_of((value,), arguments.at) or failed("compact takes a list", arguments.at)
    items = [item for item in value.each() if item.content is not None and item.content != ""]
    uncertain = any(isinstance(item.content, Unresolved) for item in items)
    texts = [to_primitive(item, "string") for item in items]
    return Node(ListOf(texts), arguments.at, open=value.open or uncertain, why_open=why_open(value))


def _distinct(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if not value.is_list:
        return unknown_of((value,), arguments.at) or failed("distinct takes a list", arguments.at)
    items = unified_all(value.each())
    if not value.open and all(item.is_scalar for item in items):
        unique: dict[str, Node] = {}
        for item in items:
            unique.setdefault(key_of(item), item)
        return Node(ListOf(unique.values()), arguments.at)
    return _distinct_by_comparison(value, items, arguments)


def _distinct_by_comparison(value: Node, items: list[Node], arguments: Arguments) -> Node:
    if len(items) > MOST_ELEMENTS // 20:
        return unresolved(_TOO_MANY, arguments.at, value)
    kept: list[Node] = []
    uncertain = value.open
    for item in items:
        verdicts = [equal(item, other) for other in kept]
        if True in verdicts:
            continue
        uncertain = uncertain or None in verdicts
        kept.append(item)
    return Node(ListOf(kept), arguments.at, open=uncertain, why_open=why_open(value))


def _contains(arguments: Arguments) -> Node:
    value, wanted = arguments.values
    if not value.is_list:
        return unknown_of((value,), arguments.at) or failed("contains takes a list", arguments.at)
    if wanted.content is None:
        return failed("an argument is null", arguments.at)
    verdicts = [equal(item, wanted) for item in value.each()]
    if True in verdicts:
        return Node(content=True, at=arguments.at)
    if None in verdicts or value.open:
        return unresolved("whether the list contains the value cannot be told", arguments.at, value, wanted)
    return Node(content=False, at=arguments.at)


def _element(arguments: Arguments) -> Node:
    value, index = arguments.values[0], to_primitive(arguments.values[1], "number")
    if not value.is_list or value.open:
        return unknown_of((value,), arguments.at) or failed("element takes a list", arguments.at)
    if not isinstance(index.content, int | float):
        return unknown_of((index, value), arguments.at) or failed("element takes a number", arguments.at)
    items = value.each()
    if not items or index.content != int(index.content) or isinstance(value.content, SetOf):
        return failed("element takes a list that is not empty and a whole number", arguments.at)
    if index.content < 0 and not isinstance(value.content, ListOf) and math.fmod(index.content, len(items)):
        return unresolved("an index before the first element is refused of a tuple", arguments.at, value)
    return items[int(index.content) % len(items)].under(None)


def _slice(arguments: Arguments) -> Node:
    value = arguments.values[0]
    bounds = [to_primitive(bound, "number") for bound in arguments.values[1:]]
    unknown = unknown_of(bounds, arguments.at)
    start, end = (bound.content for bound in bounds)
    if (
        unknown is None
        and value.is_unknown
        and not is_failed(value)
        and isinstance(start, int)
        and isinstance(end, int)
    ):
        return _unknown_slice(value, end - start, arguments)
    if unknown is not None or not value.is_list or value.open:
        return unknown or unknown_of((value,), arguments.at) or failed("slice takes a list", arguments.at)
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end <= len(value.each()):
        return failed("slice takes bounds within the list", arguments.at)
    kept = value.each()[start:end]
    return Node(ListOf(kept) if isinstance(value.content, ListOf) else kept, arguments.at)


def _unknown_slice(value: Node, count: int, arguments: Arguments) -> Node:
    """Return as many unknown elements as a slice of an unknown list has: Terraform refuses one that is too short."""
    if not 0 <= count <= MOST_ELEMENTS:
        return failed("slice takes bounds in their order", arguments.at)
    return Node(ListOf((unresolved(why_unknown(value), arguments.at, value),) * count), arguments.at)


def _reverse(arguments: Arguments) -> Node:
    value = arguments.values[0]
    if not value.is_list:
        return unknown_of((value,), arguments.at) or failed("reverse takes a list", arguments.at)
    kept = tuple(reversed(value.each()))
    content = kept if type(value.content) is tuple else ListOf(kept)
    return Node(content, arguments.at, open=value.open, why_open=value.why_open)


def _sort(arguments: Arguments) -> Node:
    value = arguments.values[0]
    unknown = unknown_of((value,), arguments.at)
    if unknown is not None or not value.is_list:
        return unknown or failed("sort takes a list", arguments.at)
    texts = [to_primitive(item, "string") for item in value.each()]
    if not all(isinstance(text.content, str) for text in texts):
        return failed("sort takes a list of texts", arguments.at)
    return Node(ListOf(sorted(texts, key=lambda text: str(text.content))), arguments.at)


def _setproduct(arguments: Arguments) -> Node:
    if len(arguments.values) < _BEGIN_AND_END:
        return failed("setproduct takes two lists or more", arguments.at, *arguments.values)
    lists = [value.each() for value in arguments.values]
    size = 1
    for value in arguments.values:
        if not value.is_list or value.open:
            return unknown_of((value,), arguments.at) or failed("setproduct takes lists", arguments.at)
        size *= len(value.each())
    if size > MOST_ELEMENTS:
        return unresolved(_TOO_MANY, arguments.at)
    unified_lists = [unified_all(items) for items in lists]
    items = [Node(tuple(combination), arguments.at) for combination in itertools.product(*unified_lists)]
    with_a_set = any(isinstance(value.content, SetOf) for value in arguments.values)
    return Node(set_of(items) if with_a_set else ListOf(items), arguments.at)


def _set_operation(arguments: Arguments) -> tuple[list[list[Node]], Node | None]:
    unknown = unknown_of(arguments.values, arguments.at)
    if unknown is not None:
        return [], unknown
    if not all(value.is_list for value in arguments.values):
        return [], failed("lists are needed", arguments.at, *arguments.values)
    every = unified_all(item for value in arguments.values for item in value.each())
    sides: list[list[Node]] = []
    for value in arguments.values:
        sides.append(every[: len(value.each())])
        every = every[len(value.each()) :]
    return sides, None


def _keys_of(items: Iterable[Node]) -> set[str]:
    return {key_of(item) for item in items}


def _union(arguments: Arguments) -> Node:
    sides, problem = _set_operation(arguments)
    return problem or Node(set_of(item for side in sides for item in side), arguments.at)


def _intersection(arguments: Arguments) -> Node:
    sides, problem = _set_operation(arguments)
    if problem is not None:
        return problem
    common = set.intersection(*(_keys_of(side) for side in sides)) if sides else set()
    kept = [item for item in (sides[0] if sides else []) if key_of(item) in common]
    return Node(set_of(kept), arguments.at)


def _difference(arguments: Arguments) -> Node:
    sides, problem = _set_operation(arguments)
    if problem is not None:
        return problem
    unwanted = _keys_of(item for side in sides[1:] for item in side)
    return Node(set_of(item for item in sides[0] if key_of(item) not in unwanted), arguments.at)


def _all_true(arguments: Arguments) -> Node:
    return _truth(arguments, deciding=False)


def _any_true(arguments: Arguments) -> Node:
    return _truth(arguments, deciding=True)


def _truth(arguments: Arguments, *, deciding: bool) -> Node:
    value = arguments.values[0]
    if not value.is_list:
        return unknown_of((value,), arguments.at) or failed("a list is needed", arguments.at)
    items = [to_primitive(item, "bool") for item in value.each()]
    failure = next((item for item in items if is_failed(item)), None)
    if failure is not None:
        return failure
    if any(item.content is deciding for item in items):
        return Node(deciding, arguments.at)
    unknown = unknown_of((*items, value), arguments.at)
    if unknown is not None:
        return unknown
    if deciding is False and any(item.content is None for item in items):
        return Node(content=False, at=arguments.at)
    return Node(not deciding, arguments.at)


def _range(arguments: Arguments) -> Node:
    """Return ``range(end)``, ``range(begin, end)`` or ``range(begin, end, step)``; a step of 1 or -1 is implied."""
    numbers = [to_primitive(value, "number") for value in arguments.values]
    unknown = unknown_of(numbers, arguments.at)
    if unknown is not None or not numbers or not all(item.is_scalar for item in numbers):
        return unknown or failed("range takes numbers", arguments.at)
    given: list[Decimal] = [number_of_node(item) for item in numbers]
    begin = given[0] * 0 if len(given) == 1 else given[0]
    end = given[0] if len(given) == 1 else given[1]
    step = given[2] if len(given) > _BEGIN_AND_END else (begin * 0 + (1 if end >= begin else -1))
    if step == 0 or (step > 0) != (end >= begin):
        return Node(ListOf(()), arguments.at) if begin == end else failed("range never ends", arguments.at)
    items: list[Node] = []
    while (begin < end) if step > 0 else (begin > end):
        items.append(decimal_node(begin, arguments.at))
        begin += step
        if len(items) > MOST_ELEMENTS:
            return unresolved(_TOO_MANY, arguments.at)
    return Node(ListOf(items), arguments.at)


def _chunks(values: list[Plain], size: int) -> Plain:
    if size < 0 or size != int(size):
        raise ValueError
    if size == 0:
        return [list(values)]
    return [values[start : start + size] for start in range(0, len(values), size)]


def _matching(values: list[Plain], keys: list[Plain], wanted: list[Plain]) -> Plain:
    if len(values) != len(keys):
        raise ValueError
    kinds = {type(key) for key in (*keys, *wanted)}
    if not kinds <= {str} and not kinds <= {int}:
        message = "keys that are neither texts nor whole numbers are not compared"
        raise NotComputedError(message)
    return [value for value, key in zip(values, keys, strict=True) if key in wanted]


LISTS: dict[str, Function] = {
    "alltrue": counted(1, _all_true),
    "anytrue": counted(1, _any_true),
    "chunklist": pure("list", "number", compute=_chunks, makes_a_list=True),
    "compact": counted(1, _compact),
    "concat": _concat,
    "contains": counted(2, _contains),
    "distinct": counted(1, _distinct),
    "element": counted(2, _element),
    "flatten": counted(1, _flatten),
    "matchkeys": pure("list", "list", "list", compute=_matching, makes_a_list=True),
    "range": _range,
    "reverse": counted(1, _reverse),
    "setintersection": _intersection,
    "setproduct": _setproduct,
    "setsubtract": counted(2, _difference),
    "setunion": _union,
    "slice": counted(3, _slice),
    "sort": counted(1, _sort),
}
