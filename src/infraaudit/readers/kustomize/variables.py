"""Resolves the variables of kustomizations: ``$(NAME)`` stands for a field of an object."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.resource import paths_of
from infraaudit.readers.kustomize.trees import edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infraaudit.model import Node
    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.readers.kustomize.resource import Resource

_USE = re.compile(r"\$\$|\$\((?P<name>[^()]+)\)")
_FIELD = re.compile(r"([^.\[\]]+)|\[(\d{1,4})\]")
_METADATA = (("metadata", "labels"), ("metadata", "annotations"))


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: its name, the kind and name of the object that it looks at, and the field there."""

    name: str
    kind: str
    owner: str
    field: str
    node: Node


def variables_of(layer: Layer) -> Iterator[Variable]:
    """Read the variables that a layer declares."""
    for each in layer.body["vars"].each():
        reference = each["objref"]
        yield Variable(
            known_value(each["name"].string()) or "",
            known_value(reference["kind"].string()) or "",
            known_value(reference["name"].string()) or "",
            known_value(each["fieldref"]["fieldpath"].string()) or known_value(each["fieldref"]["fieldPath"].string())
            or "metadata.name",
            each["name"],
        )  # fmt: skip


def resolve_variables(variables: Sequence[Variable], resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Put the values of variables where they are used. Raises ``BuildError`` for one that looks at nothing."""
    values = {each.name: _value(each, resources) for each in variables}
    return tuple(_resolved(each, values) for each in resources) if values else tuple(resources)


def _value(variable: Variable, resources: Sequence[Resource]) -> Node:
    for resource in resources:
        named = (each for each in resource.identities() if each.name == variable.owner)
        if any(each.kind == variable.kind for each in named):
            return field_at(resource.body, variable.field)
    message = f"the variable {variable.name} looks at {variable.kind} {variable.owner}, which is not there"
    raise BuildError(message, variable.node.at)


def field_at(node: Node, path: str) -> Node:
    """Follow a path as ``spec.ports[0].port``."""
    for name, index in _FIELD.findall(path):
        node = node[name] if name else _element(node, int(index))
    return node


def _element(node: Node, index: int) -> Node:
    return node.each()[index] if index < len(node.each()) else node["nothing"]


def _resolved(resource: Resource, values: Mapping[str, Node]) -> Resource:
    body = resource.body
    for path in paths_of("variables", resource.identity.kind):
        ends_in_list = path[-1].endswith("[]")
        whole = (*path[:-1], path[-1].removesuffix("[]")) if ends_in_list else path
        body = edit(body, whole, lambda node: _each(node, values))
    for path in _METADATA:
        body = edit(body, path, lambda node: _each(node, values))
    return resource.with_body(body)


def _each(node: Node, values: Mapping[str, Node]) -> Node:
    if node.is_list:
        return replace(node, content=tuple(_expanded(item, values) for item in node.each()))
    if node.is_mapping:
        return replace(node, content={key: _expanded(child, values) for key, child in node.items()})
    return _expanded(node, values)


def _expanded(node: Node, values: Mapping[str, Node]) -> Node:
    text = known_value(node.string())
    if not text or "$(" not in text:
        return node
    used = [values[found["name"]] for found in _USE.finditer(text) if found["name"] in values]
    if not used:
        return node
    if text == next(_USE.finditer(text))[0]:
        return replace(used[0], at=node.at.via("a variable", used[0].at), key_at=node.key_at)
    expanded = _USE.sub(lambda found: _text_of(found, values), text)
    return replace(node, content=expanded, text=expanded, at=node.at.via("a variable", used[0].at))


def _text_of(found: re.Match[str], values: Mapping[str, Node]) -> str:
    name = found["name"]
    if name is None:
        return "$"
    return (known_value(values[name].string()) or "") if name in values else found[0]
