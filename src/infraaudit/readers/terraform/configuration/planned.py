"""Fills what the files leave open with what a plan knows, each value still at its place in the files.

What the files say stays: a plan may have been made from others. What it marks as sensitive, and what stands under the
name of a secret, is not taken over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from infraaudit.facts.secrets import has_credential, is_secret_name
from infraaudit.model.node import Missing, Node, Reference, Unresolved
from infraaudit.readers.terraform.language.scope import Argument
from infraaudit.readers.terraform.language.values import MapOf, first_unknown, scalar_node
from infraaudit.source.hcl_tree import Literal
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraaudit.readers.terraform.configuration.plan import Plan, Planned
    from infraaudit.readers.terraform.configuration.syntax import Configuration
    from infraaudit.source.hcl_tree import Block
    from infraaudit.source.span import Span

_WITHHELD = "what the plan holds of it is sensitive and not taken over"
AFTER_APPLY = "the plan says that it is known only after apply"
_NAMES = ("name", "key", "Name", "Key")
_NOTHING: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Mark:
    """A value of a plan with what is marked in it as unknown and as sensitive, and the name that it stands under."""

    value: Any
    unknown: object = None
    sensitive: object = None
    name: str = ""

    @property
    def why_not(self) -> str:
        """Why nothing of it can be taken over, an empty text where something may be."""
        if self.sensitive is True:
            return _WITHHELD
        if self.unknown is True:
            return AFTER_APPLY
        if isinstance(self.value, str) and (is_secret_name(self.name) or has_credential(self.value)):
            return _WITHHELD
        return ""

    def member(self, key: str) -> Mark:
        """Return what stands under a key."""
        pair = isinstance(self.value, Mapping) and key in {"value", "Value"}
        named = next((str(self.value[each]) for each in _NAMES if each in self.value), key) if pair else key
        return Mark(_member(self.value, key), _member(self.unknown, key), _member(self.sensitive, key), named)

    def element(self, index: int) -> Mark:
        """Return the element at an index."""
        value, unknown, sensitive = (_element(each, index) for each in (self.value, self.unknown, self.sensitive))
        return Mark(value, unknown, sensitive, self.name)

    @property
    def keys(self) -> list[str]:
        """The keys of a mapping, those of unknown members too."""
        members = [each for each in (self.value, self.unknown) if isinstance(each, Mapping)]
        return list(dict.fromkeys(str(key) for each in members for key in each))

    @property
    def elements(self) -> list[Mark]:
        """The elements of a list."""
        return [self.element(index) for index in range(len(self.value))] if isinstance(self.value, list) else []


def _member(thing: object, key: str) -> object:
    return thing.get(key) if isinstance(thing, Mapping) else thing if thing is True else None


def _element(thing: object, index: int) -> object:
    if isinstance(thing, list):
        return thing[index] if index < len(thing) else None
    return thing if thing is True else None


@dataclass(frozen=True, slots=True)
class Filling:
    """What one plan fills into the configuration that it was made of."""

    plan: Plan

    def attribute(self, target: str, name: str, at: Span) -> Node | None:
        """Return an attribute of a resource or data source as the plan knows it, ``None`` where it does not.

        All instances behind the address have to agree.
        """
        instances = self.plan.at(target)
        marks = [_whole(each).member(name) for each in instances if name in _whole(each).keys]
        if not marks or len(marks) < len(instances) or any(mark != marks[0] for mark in marks):
            return None
        return None if marks[0].why_not else self.node(marks[0], at)

    def names(self, target: str) -> list[str]:
        """Return the attributes that the plan speaks of."""
        return list(dict.fromkeys(name for each in self.plan.at(target) for name in _whole(each).keys))

    def filled(self, target: str, body: Node, written: frozenset[str]) -> Node:
        """Return the body of a resource with what the plan knows of it.

        ``written`` are the arguments that the configuration behind the plan had: one that is not in the files now is
        no value that the provider chose.
        """
        instances = [_whole(each) for each in self.plan.at(target)]
        if not instances or not body.is_mapping:
            return body
        first = instances[0]
        names = [key for key in first.keys if all(each.member(key) == first.member(key) for each in instances)]
        entries = dict(body.items())
        for name in names:
            mark = first.member(name)
            if name in entries:
                entries[name] = self._merged(entries[name], mark)
            elif name not in written and _is_scalar(mark):
                entries[name] = self.node(mark, body.key_at or body.at)
        undecided = entries.pop("dynamic", None)
        left = {name: node for name, node in undecided.items() if entries[name].open} if undecided is not None else {}
        if left and undecided is not None:
            entries["dynamic"] = replace(undecided, content=left)
        return replace(body, content=entries)

    def told(self, at: Span) -> Span:
        """Return a place with the plan on its trail."""
        return at.via(f"{self.plan.name} knows it", whole_file(self.plan.path) if self.plan.inside else at)

    # -- one value ---------------------------------------------------------------------------------------------

    def node(self, mark: Mark, at: Span) -> Node:
        """Return a value of the plan, with what it does not tell as unresolved."""
        why = mark.why_not
        if why:
            return Node(Unresolved(why), at)
        if isinstance(mark.value, Mapping) or isinstance(mark.unknown, Mapping):
            return Node({key: self.node(mark.member(key), at) for key in mark.keys}, self.told(at))
        if isinstance(mark.value, list):
            return Node(tuple(self.node(each, at) for each in mark.elements), self.told(at))
        return scalar_node(mark.value, self.told(at))

    def _merged(self, node: Node, mark: Mark) -> Node:
        """Return a value of the files with what is open in it filled."""
        content = node.content
        if mark.why_not or node.content is None or (not isinstance(content, Unresolved | Reference) and _settled(node)):
            return node
        if isinstance(content, Unresolved | Reference):
            return self._instead(node, mark)
        if isinstance(content, Mapping) and isinstance(mark.value, Mapping):
            return self._mapping(node, content, mark)
        if isinstance(content, tuple) and isinstance(mark.value, list):
            return self._list(node, content, mark)
        return node

    def _instead(self, node: Node, mark: Mark) -> Node:
        """Return the plan's value in place of one that cannot be told; what it refers to stays."""
        if mark.value is None:
            return node
        structure = node.structure
        if structure is not None and isinstance(mark.value, str):
            return self._text(node, structure, mark)
        told = self.node(mark, node.at)
        if isinstance(node.content, Reference):
            return replace(told, key_at=node.key_at, reads=node.content)
        return replace(told, key_at=node.key_at, drawn_from=node.mentions)

    def _text(self, node: Node, structure: Node, mark: Mark) -> Node:
        """Return a JSON text: its parts are filled one by one, for each has its own place."""
        try:
            inner = Mark(json.loads(mark.value))
        except (ValueError, RecursionError):
            return node
        filled = self._merged(structure, inner)
        if first_unknown(filled) is not None:
            return replace(node, structure=filled)
        return replace(
            node, content=mark.value, at=self.told(node.at), structure=filled, drawn_from=node.mentions, text=None
        )

    def _mapping(self, node: Node, content: Mapping[str, Node], mark: Mark) -> Node:
        entries = {
            key: self._merged(child, mark.member(key)) if key in mark.keys else child for key, child in content.items()
        }
        for key in mark.keys:
            if key not in entries and (node.open or _is_scalar(mark.member(key))):
                entries[key] = self.node(mark.member(key), node.key_at or node.at)
        return replace(node, content=MapOf(entries) if isinstance(content, MapOf) else entries, open=False)

    def _list(self, node: Node, content: tuple[Node, ...], mark: Mark) -> Node:
        elements = mark.elements
        pairs = _paired(content, elements)
        if pairs is None or (len(content) != len(elements) and not node.open):
            return node
        at = node.key_at or node.at
        filled = tuple(
            self._merged(content[pairs[index]], each) if index in pairs else self.node(each, at)
            for index, each in enumerate(elements)
        )
        return replace(node, content=type(content)(filled), open=False)


def planned_arguments(plan: Plan, configuration: Configuration) -> dict[str, Argument]:
    """Return what sets the variables of a root where the plan was made with other values than their defaults."""
    arguments: dict[str, Argument] = {}
    declared = plan.declared[()].variables
    filling = Filling(plan)
    for name, block in configuration.variables.items():
        here = declared.get(name, {})
        if name not in plan.variables or _same(plan.variables[name], here.get("default")):
            continue
        at = block.head.span
        mark = Mark(plan.variables[name], sensitive=bool(here.get("sensitive")) or _is_sensitive(block), name=name)
        arguments[name] = Argument(value=filling.node(mark, at), set_by=f"{plan.name} sets var.{name}")
    return arguments


def _is_sensitive(block: Block) -> bool:
    written = block.body.attributes.get("sensitive")
    return written is not None and not (isinstance(written.value, Literal) and written.value.value is False)


def _same(value: object, default: object) -> bool:
    """Whether a variable has its default: a number may be written as text."""
    if isinstance(value, str | int | float) and isinstance(default, str | int | float):
        return str(value).lower() == str(default).lower()
    return value == default


def _whole(planned: Planned) -> Mark:
    return Mark(planned.values, planned.unknown, planned.sensitive)


def _settled(node: Node) -> bool:
    return first_unknown(node) is None


def _is_scalar(mark: Mark) -> bool:
    """Whether a plan holds a plain value that was not written: a list may repeat what other resources say."""
    return mark.value not in _NOTHING and isinstance(mark.value, str | int | float | bool) and not mark.why_not


# -- which element is which ----------------------------------------------------------------------------------------


def _paired(members: Sequence[Node], elements: Sequence[Mark]) -> dict[int, int] | None:
    """Return the member of the files behind each element of a plan, whose order may be another.

    ``None`` where a member is like none of them.
    """
    if len(members) == len(elements) and all(map(_alike, members, elements)):
        return {index: index for index in range(len(members))}
    pairs: dict[int, int] = {}
    options = [[number for number, each in enumerate(elements) if _alike(member, each)] for member in members]
    for index in sorted(range(len(members)), key=lambda each: len(options[each])):
        free = next((number for number in options[index] if number not in pairs), None)
        if free is None:
            return None
        pairs[free] = index
    return pairs


def _alike(node: Node, mark: Mark) -> bool:
    """Whether a value of the files may be the one of a plan: all that both know is equal."""
    content = node.content
    if mark.why_not or isinstance(content, Unresolved | Reference | Missing) or content is None:
        return True
    if isinstance(content, Mapping):
        return isinstance(mark.value, Mapping) and all(
            _alike(child, mark.member(key)) for key, child in content.items() if key in mark.keys
        )
    if isinstance(content, tuple):
        elements = mark.elements
        return isinstance(mark.value, list) and _paired(content, elements) is not None
    if isinstance(content, bool) or isinstance(mark.value, bool):
        return content is mark.value or str(content).lower() == str(mark.value).lower()
    return str(content) == str(mark.value)
