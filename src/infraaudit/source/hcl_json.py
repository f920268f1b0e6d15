"""Terraform's JSON syntax, brought into the tree of ``hcl_tree``: the same bodies, strings read as templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.source.hcl_parse import parse_template
from infraaudit.source.hcl_tree import (
    Attribute,
    Block,
    Body,
    Expression,
    FixedPlace,
    HclDocument,
    Label,
    Literal,
    ObjectExpression,
    TupleExpression,
)
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from infraaudit.source.yaml_scalars import resolve_scalar
from infraaudit.source.yaml_tree import Dialect, YamlMapping, YamlNode, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile

_LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "check": 1,
    "target": 1,
    "group": 1,
    "locals": 0,
    "terraform": 0,
    "moved": 0,
    "import": 0,
    "removed": 0,
}

_NESTING = frozenset(
    {"dynamic", "resource", "data", "ephemeral", "provider", "terraform", "check", "moved", "import", "removed"}
)
"""Blocks in which an object may be a nested block; JSON itself does not tell."""

_MAPS = frozenset(
    {
        "tags",
        "tags_all",
        "variables",
        "labels",
        "annotations",
        "match_labels",
        "triggers",
        "keepers",
        "parameters",
        "request_parameters",
        "response_parameters",
        "required_providers",
        "providers",
        "options",
        "data",
        "string_data",
        "for_each",
        "vars",
    },
)
"""Arguments of common resources that are maps, not blocks."""


def parse_hcl_json(file: SourceFile) -> HclDocument:
    """Read one ``.tf.json`` file. Never raises for what the file holds; it reports instead."""
    from infraaudit.source.yaml_parse import parse_yaml  # noqa: PLC0415 - few configurations are JSON

    read = parse_yaml(file)
    place = FixedPlace(whole_file(file.path))
    empty = Body({}, (), place, damaged=bool(read.problems))
    if not read.documents:
        return HclDocument(empty, read.problems)
    root = read.documents[0]
    if not isinstance(root, YamlMapping):
        problem = Problem(ProblemKind.SYNTAX, root.at, "the file does not hold a JSON object")
        return HclDocument(empty, (*read.problems, problem))
    blocks = [
        block
        for type_, key, value in _pairs(root)
        if type_ in _LABELS
        for body in _each(value)
        for block in _blocks(type_, key, body, (), _LABELS[type_])
    ]
    return HclDocument(Body({}, tuple(blocks), FixedPlace(root.at), damaged=bool(read.problems)), read.problems)


def parse_values_json(file: SourceFile) -> HclDocument:
    """Read one ``.tfvars.json`` file: every member is an argument."""
    from infraaudit.source.yaml_parse import parse_yaml  # noqa: PLC0415 - few configurations are JSON

    read = parse_yaml(file)
    place = FixedPlace(whole_file(file.path))
    if not read.documents or not isinstance(read.documents[0], YamlMapping):
        return HclDocument(Body({}, (), place, damaged=True), read.problems)
    root = read.documents[0]
    attributes = {name: _attribute(name, key, value, literal=True) for name, key, value in _pairs(root)}
    return HclDocument(Body(attributes, (), FixedPlace(root.at)), read.problems)


def _pairs(node: YamlNode) -> Iterator[tuple[str, YamlScalar, YamlNode]]:
    if isinstance(node, YamlMapping):
        for key, value in node.pairs:
            if isinstance(key, YamlScalar) and key.text != "//":
                yield key.text, key, value


def _each(node: YamlNode) -> tuple[YamlNode, ...]:
    return node.items if isinstance(node, YamlSequence) else (node,)


def _blocks(type_: str, key: YamlScalar, node: YamlNode, labels: tuple[Label, ...], missing: int) -> Iterator[Block]:
    if missing:
        for name, label, value in _pairs(node):
            for body in _each(value):
                yield from _blocks(type_, key, body, (*labels, Label(name, FixedPlace(label.at))), missing - 1)
        return
    head = FixedPlace(labels[-1].at.span if labels else key.at)
    yield Block(type_, labels, _body(node, nesting=type_ in _NESTING), head, FixedPlace(node.at))


def _body(node: YamlNode, *, nesting: bool) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for name, key, value in _pairs(node):
        if nesting and name == "dynamic":
            for body in _each(value):
                blocks.extend(_blocks(name, key, body, (), 1))
        elif nesting and name not in _MAPS and _may_be_block(value):
            blocks.extend(_nested(name, key, body) for body in _each(value))
        else:
            attributes[name] = _attribute(name, key, value)
    return Body(attributes, tuple(blocks), FixedPlace(node.at))


def _may_be_block(node: YamlNode) -> bool:
    if isinstance(node, YamlSequence):
        return bool(node.items) and all(isinstance(item, YamlMapping) for item in node.items)
    return isinstance(node, YamlMapping)


def _nested(name: str, key: YamlScalar, node: YamlNode) -> Block:
    return Block(name, (), _body(node, nesting=True), FixedPlace(key.at), FixedPlace(node.at))


def _attribute(name: str, key: YamlScalar, value: YamlNode, *, literal: bool = False) -> Attribute:
    expression = _expression(value, literal=literal)
    return Attribute(name, expression, FixedPlace(key.at), FixedPlace(key.at.until(value.at)))


def _expression(node: YamlNode, *, literal: bool) -> Expression:
    place = FixedPlace(node.at)
    if isinstance(node, YamlSequence):
        return TupleExpression(tuple(_expression(item, literal=literal) for item in node.items), place)
    if isinstance(node, YamlMapping):
        items = tuple(
            (_expression(key, literal=literal), _expression(value, literal=literal)) for key, value in node.pairs
        )
        return ObjectExpression(items, place)
    value = resolve_scalar(node, Dialect.CORE)
    if isinstance(value, str):
        if literal or ("${" not in value and "%{" not in value):
            return Literal(value, place)
        return parse_template(value, node.at)
    return Literal(value, place, node.text if isinstance(value, int | float) else None)
