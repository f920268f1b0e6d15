"""One build definition, of one file or several: its variables, groups and targets, each with what it inherits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from infraaudit.model.node import Missing, Node, Unresolved
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.readers.terraform.language.scope import Scope
from infraaudit.readers.terraform.language.values import unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.model.node import Reference
    from infraaudit.source.file import SourceFile
    from infraaudit.source.hcl_tree import Block, Body
    from infraaudit.source.problem import Problem
    from infraaudit.source.span import Span

_MERGED = frozenset({"args", "labels", "contexts"})
_MOST_OF_MATRIX = 200
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class TargetValues:
    """A target after inheritance: its values by name. ``at`` is the place of its head."""

    name: str
    at: Span
    values: Mapping[str, Node]

    def get(self, name: str) -> Node:
        """Return a value; one that is not set is absent."""
        return self.values.get(name, Node(Missing(), self.at))


@dataclass
class Definition:
    """What the files of one folder define together; a later file wins over an earlier one, attribute by attribute."""

    bodies: list[Body]
    _blocks: dict[str, list[Block]] = field(default_factory=dict)

    def targets(self) -> Iterator[TargetValues]:
        """Yield every target that can be built, those of a matrix one by one."""
        scope = self._scope()
        for body in self.bodies:
            for block in body.blocks:
                if block.type == "target" and len(block.labels) == 1:
                    self._blocks.setdefault(block.labels[0].text, []).append(block)
        for name, blocks in self._blocks.items():
            if not name.startswith("_"):
                yield from self._instances(name, blocks[0].head.span, scope)

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the groups that each target is built with."""
        scope = self._scope()
        members: dict[str, list[str]] = {}
        for body in self.bodies:
            for block in body.blocks:
                if block.type != "group" or len(block.labels) != 1 or "targets" not in block.body.attributes:
                    continue
                for each in evaluate(block.body.attributes["targets"].value, scope).each():
                    if isinstance(each.content, str):
                        members.setdefault(each.content, []).append(block.labels[0].text)
        return {name: tuple(dict.fromkeys(groups)) for name, groups in members.items()}

    def _scope(self) -> Scope:
        """Return the scope of the expressions: variables by their bare names, with their defaults."""
        scope = Scope(_Nothing())
        for body in self.bodies:
            attributes = body.attributes.values()
            scope = scope.with_names({each.name: evaluate(each.value, scope) for each in attributes})
            for block in body.blocks:
                if block.type == "variable" and len(block.labels) == 1:
                    name, default = block.labels[0].text, block.body.attributes.get("default")
                    why = f"the variable {name} has no default, and the environment of the build sets it"
                    value = evaluate(default.value, scope) if default is not None else unresolved(why, block.head.span)
                    scope = scope.with_names({name: value})
        return scope

    def _instances(self, name: str, at: Span, scope: Scope) -> Iterator[TargetValues]:
        matrix = self._own(name, scope).get("matrix")
        if matrix is None or not matrix.is_mapping:
            yield TargetValues(name, at, self._values(name, scope, 0))
            return
        axes = [[(axis, value) for value in values.each()] for axis, values in matrix.items()]
        if not all(values.is_list for _, values in matrix.items()):
            return
        for index, choice in enumerate(product(*axes)):
            if index >= _MOST_OF_MATRIX:
                return
            inner = scope.with_names(dict(choice))
            values = self._values(name, inner, 0)
            named = values.get("name")
            shown = named.content if named is not None and isinstance(named.content, str) else f"{name}-{index}"
            yield TargetValues(str(shown), at, values)

    def _values(self, name: str, scope: Scope, depth: int) -> dict[str, Node]:
        """Return the values of a target: of those that it inherits from in their order, then its own."""
        own = self._own(name, scope)
        if depth > _DEEPEST:
            return own
        inherited: dict[str, Node] = {}
        for parent in own["inherits"].each() if "inherits" in own else ():
            if isinstance(parent.content, str) and parent.content in self._blocks:
                _merge(inherited, self._values(parent.content, scope, depth + 1))
        for each in ("inherits", "name", "matrix"):
            inherited.pop(each, None)
        _merge(inherited, own)
        return inherited

    def _own(self, name: str, scope: Scope) -> dict[str, Node]:
        values: dict[str, Node] = {}
        for block in self._blocks.get(name, ()):
            attributes = block.body.attributes.values()
            _merge(values, {each.name: evaluate(each.value, scope) for each in attributes})
        return values


def _merge(into: dict[str, Node], values: Mapping[str, Node]) -> None:
    """Put values over others; maps are merged key by key, everything else is replaced."""
    for name, value in values.items():
        below = into.get(name)
        if name in _MERGED and below is not None and below.is_mapping and value.is_mapping:
            into[name] = replace(value, content={**dict(below.items()), **dict(value.items())})
        else:
            into[name] = value


_NO_PATHS: Mapping[str, str] = {}
_NO_FILES: Mapping[str, SourceFile | Problem] = {}


class _Nothing:
    """The surroundings of a definition: it has none of what a Terraform module has."""

    workspace = ""

    def variable(self, name: str, at: Span) -> Node:
        return self._none(f"var.{name}", at)

    def local(self, name: str, at: Span) -> Node:
        return self._none(f"local.{name}", at)

    def call(self, name: str, at: Span) -> Node:
        return self._none(f"module.{name}", at)

    def resource(self, type_: str, name: str, at: Span, *, data: bool) -> Node:
        return self._none(f"{'data.' * data}{type_}.{name}", at)

    def attribute(self, reference: Reference, name: str, at: Span) -> Node:
        return self._none(f"{reference.target}.{name}", at)

    def path(self, name: str) -> str | None:
        return _NO_PATHS.get(name)

    def open(self, path: str) -> SourceFile | Problem | None:
        return _NO_FILES.get(path)

    def below(self, path: str) -> tuple[str, ...]:
        del path
        return ()

    def _none(self, shown: str, at: Span) -> Node:
        return Node(Unresolved(f"{shown} is no variable of the build definition"), at)


def bodies_of(documents: Iterable[tuple[str, Body]]) -> list[Body]:
    """Return the bodies in the order in which the builder reads the files of a folder."""
    ordered = sorted(documents, key=lambda each: ("override" in each[0], each[0].endswith(".hcl"), each[0]))
    return [body for _, body in ordered]
