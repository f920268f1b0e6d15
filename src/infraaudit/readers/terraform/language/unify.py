"""The one type that several values are brought to where Terraform needs one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.language.convert import to_primitive
from infraaudit.readers.terraform.language.values import ListOf, MapOf, SetOf, set_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DEEPEST = 20
_SCALARS = frozenset({"bool", "number", "either", "string"})
"""Types of which any two can be text; ``either`` stands for numbers beside booleans, which only a text can join."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of the type of a value; ``any`` where nothing is, ``clash`` where no type fits.

    ``parts`` are those of a tuple or object, with their ``names`` in an object; ``element`` is that of what has
    elements of one type.
    """

    kind: str
    element: _Shape | None = None
    parts: tuple[_Shape, ...] = ()
    names: tuple[str, ...] = ()


_NO_TYPE = frozenset({"clash", "either"})
_SEQUENCES: dict[str, Callable[[Iterable[Node]], tuple[Node, ...]]] = {"tuple": tuple, "list": ListOf, "set": set_of}
_ANY = _Shape("any")
_CLASH = _Shape("clash")


def convertible(node: Node, depth: int = 0) -> bool:
    """Whether a value could have to become another beside a second one.

    Numbers and booleans become text, a tuple becomes a list or a set, and a set a list.
    """
    content = node.content
    if isinstance(content, bool | int | float | SetOf) or type(content) is tuple:
        return True
    if depth >= _DEEPEST or not isinstance(content, Mapping | tuple):
        return False
    children = content.values() if isinstance(content, Mapping) else content
    return any(convertible(child, depth + 1) for child in children)


def unified(node: Node, among: Iterable[Node]) -> Node:
    """Bring a value to the type that all of the values share."""
    return _brought(node, _joined(_shape(each, 0) for each in among))


def unified_all(nodes: Iterable[Node]) -> list[Node]:
    """Bring several values to one type; what has no type in common with the others stays as it is."""
    kept = list(nodes)
    shape = _joined(_shape(each, 0) for each in kept)
    return [_brought(each, shape) for each in kept]


def have_a_type(nodes: Iterable[Node]) -> bool:
    """Whether there is one type for all of the values, as far as they are known."""
    return not _clashes(_joined(_shape(each, 0) for each in nodes))


def are_of_a_kind(nodes: Iterable[Node]) -> bool:
    """Whether the values are all scalars that go together, all lists of such, or all maps, as far as they are known.

    Whether objects go together depends on more than is tracked of their types.
    """
    shape = _joined(_shape(each, 0) for each in nodes)
    elements = _members(shape) if shape.kind in _SEQUENCES else ()
    return all(each.kind not in _NO_TYPE for each in (shape, *elements))


def _clashes(shape: _Shape) -> bool:
    if shape.kind in _NO_TYPE:
        return True
    return any(_clashes(each) for each in _members(shape))


def _shape(node: Node, depth: int) -> _Shape:  # noqa: PLR0911 - one line for each type
    content = node.content
    if isinstance(content, bool):
        return _Shape("bool")
    if isinstance(content, int | float):
        return _Shape("number")
    if isinstance(content, str):
        return _Shape("string")
    if depth >= _DEEPEST or node.open:
        return _ANY
    if isinstance(content, tuple):
        parts = tuple(_shape(child, depth + 1) for child in content)
        if isinstance(content, ListOf | SetOf):
            return _Shape("set" if isinstance(content, SetOf) else "list", element=_joined(parts))
        return _Shape("tuple", parts=parts)
    if isinstance(content, Mapping):
        names = tuple(sorted(content))
        parts = tuple(_shape(content[name], depth + 1) for name in names)
        if isinstance(content, MapOf):
            return _Shape("map", element=_joined(parts))
        return _Shape("object", parts=parts, names=names)
    return _ANY


def _joined(shapes: Iterable[_Shape]) -> _Shape:
    result = _ANY
    for shape in shapes:
        result = _join(result, shape)
    return result


def _join(one: _Shape, other: _Shape) -> _Shape:  # noqa: PLR0911 - one line for each pair of kinds
    if other in (one, _ANY):
        return one
    if one == _ANY:
        return other
    kinds = {one.kind, other.kind}
    if kinds <= _SCALARS:
        return _Shape("string" if "string" in kinds else "either")
    if kinds == {"tuple"} and len(one.parts) == len(other.parts):
        return _Shape("tuple", parts=_pairwise(one, other))
    if kinds <= {"tuple", "list", "set"}:
        kind = "set" if kinds <= {"tuple", "set"} and "set" in kinds else "list"
        return _Shape(kind, element=_joined((*_members(one), *_members(other))))
    if kinds == {"object"} and one.names == other.names:
        return _Shape("object", parts=_pairwise(one, other), names=one.names)
    if kinds <= {"object", "map"}:
        return _Shape("map", element=_joined((*_members(one), *_members(other))))
    return _CLASH


def _pairwise(one: _Shape, other: _Shape) -> tuple[_Shape, ...]:
    return tuple(_join(mine, yours) for mine, yours in zip(one.parts, other.parts, strict=True))


def _members(shape: _Shape) -> tuple[_Shape, ...]:
    return (shape.element,) if shape.element is not None else shape.parts


def _brought(node: Node, shape: _Shape) -> Node:
    content = node.content
    if isinstance(content, bool | int | float):
        return to_primitive(node, "string") if shape.kind == "string" else node
    if isinstance(content, Unresolved):
        return to_primitive(node, "string") if shape.kind == "string" and content.candidates else node
    if isinstance(content, tuple):
        inner = shape.parts if shape.kind == "tuple" else (shape.element or _ANY,) * len(content)
        sequence = _SEQUENCES.get(shape.kind)
        if sequence is None or len(inner) != len(content):
            return node
        return replace(node, content=sequence(map(_brought, content, inner)))
    if isinstance(content, Mapping) and shape.kind in {"object", "map"}:
        types = dict(zip(shape.names, shape.parts, strict=True))
        kind = MapOf if isinstance(content, MapOf) else dict
        entries = {name: _brought(child, types.get(name, shape.element or _ANY)) for name, child in content.items()}
        return replace(node, content=kind(entries))
    return node
