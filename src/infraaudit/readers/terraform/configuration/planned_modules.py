"""What a plan knows of a module that is not in the tree: its resources and its outputs, shown at its call."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Reference, Unresolved
from infraaudit.readers.terraform.configuration.plan import calls_in
from infraaudit.readers.terraform.configuration.planned import AFTER_APPLY
from infraaudit.readers.terraform.configuration.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.model import Deployment
    from infraaudit.readers.terraform.configuration.planned import Filling
    from infraaudit.source.span import Span

_NUMBER = re.compile(r"\[\d+\]")
_PARTS = re.compile(r'[^.\["]+(?:\["[^"]*"\])?')
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class PlannedModule:
    """One module as a plan has it. ``passed`` tells what an argument of its call refers to."""

    filling: Filling
    address: str
    at: Span
    passed: Callable[[str], tuple[str, ...]]

    def output(self, name: str, at: Span) -> Node:
        """Return the value of an output: what it stands for, where that is one attribute."""
        declared = self.filling.plan.declared.get(calls_in(self.address))
        references = self._resolved(declared.outputs.get(name, ()) if declared is not None else (), self.address)
        if len({each.target for each in references}) == 1:
            first = references[0]
            known = self.filling.attribute(first.target, first.attribute, at) if first.attribute else None
            if known is not None and not isinstance(known.content, str):
                return replace(known, reads=first)
            return Node(first, at)
        why = f"{self.address}.{name} is known only after apply"
        return Node(Unresolved(why, mentions=tuple(each.target for each in references)), at)

    def resources(self, deployment: Deployment) -> Iterator[Resource]:
        """Yield what is planned in the module and in those below it."""
        for address, instances in self.filling.plan.below(self.address):
            data, type_, name = instances[0].what
            yield Resource(
                address=address,
                type=type_,
                name=name,
                body=self._body(address),
                at=self.at,
                block=self.at,
                deployment=deployment,
                multiplicity=len(instances),
                data=data,
            )

    def _body(self, address: str) -> Node:
        first = self.filling.plan.at(address)[0]
        declared = self.filling.plan.declared.get(first.calls)
        written = declared.references.get(first.what, {}) if declared is not None else {}
        module = address[: -len(_local(first.what)) - 1] if address.endswith(_local(first.what)) else _module(address)
        entries: dict[str, Node] = {}
        for key in dict.fromkeys((*self.filling.names(address), *written)):
            references = self._resolved(written.get(key, ()), module)
            entries[key] = self._argument(address, key, references)
        return Node(entries, self.at, key_at=self.at)

    def _argument(self, address: str, key: str, references: list[Reference]) -> Node:
        known = self.filling.attribute(address, key, self.at)
        targets = tuple(dict.fromkeys(each.target for each in references))
        if known is not None:
            single = references[0] if len(targets) == 1 and references[0].attribute else None
            return replace(known, reads=single, drawn_from=() if single is not None else targets, key_at=self.at)
        if len(targets) == 1 and references[0].attribute:
            return Node(references[0], self.at, key_at=self.at)
        return Node(Unresolved(AFTER_APPLY, mentions=targets), self.at, key_at=self.at)

    def _resolved(self, names: tuple[str, ...], module: str, depth: int = 0) -> list[Reference]:
        """Return what names of a module refer to, followed through variables and outputs; the closest first."""
        found: dict[str, Reference] = {}
        for name in names if depth < _DEEPEST else ():
            for reference in self._of_name(_PARTS.findall(_NUMBER.sub("", name)), module, depth):
                former = found.get(reference.target)
                if former is None or (reference.attribute and not former.attribute):
                    found[reference.target] = reference
        return list(found.values())

    def _of_name(self, parts: list[str], module: str, depth: int) -> list[Reference]:
        plan = self.filling.plan
        match parts:
            case ["var", variable, *_]:
                return self._of_variable(variable, module, depth)
            case ["module", call, output, *_]:
                inner = plan.declared.get((*calls_in(module), call.partition("[")[0]))
                names = inner.outputs.get(output, ()) if inner is not None else ()
                return self._resolved(names, f"{module}.module.{call}", depth + 1)
            case ["local" | "each" | "count" | "path" | "terraform" | "self" | "module", *_]:
                return []
            case ["data", type_, name, *attribute]:
                return [Reference(f"{module}.data.{type_}.{name}", ".".join(attribute))]
            case [type_, name, *attribute]:
                return [Reference(f"{module}.{type_}.{name}", ".".join(attribute))]
        return []

    def _of_variable(self, variable: str, module: str, depth: int) -> list[Reference]:
        if module == self.address or module.startswith(f"{self.address}["):
            return [Reference(target) for target in self.passed(variable)]
        parent = module[: module.rindex(".module.")]
        call = calls_in(module)[-1]
        declared = self.filling.plan.declared.get(calls_in(parent))
        names = declared.passed.get(call, {}).get(variable, ()) if declared is not None else ()
        return self._resolved(names, parent, depth + 1)


def _local(what: tuple[bool, str, str]) -> str:
    data, type_, name = what
    return f"data.{type_}.{name}" if data else f"{type_}.{name}"


def _module(address: str) -> str:
    """Return the module of an instance that stands under a key."""
    local = address[: address.rindex('["')]
    return re.sub(r"\.(data\.)?[^.]+\.[^.]+$", "", local)
