"""Generates the ConfigMaps and Secrets of a layer from literals, files and files of variables."""

from __future__ import annotations

import base64
import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Node, known_value
from infraaudit.model.node import Unresolved
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.resource import Resource
from infraaudit.readers.kustomize.trees import text_node
from infraaudit.source.file import SourceFile
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.source.span import Span

_FIELDS = {"ConfigMap": "configMapGenerator", "Secret": "secretGenerator"}
_QUOTES = "\"'"
_LINE = 70
"""Characters after which Kustomize breaks a secret, and so counts the breaks in its hash."""


def apply_generators(layer: Layer, resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Add what the layer generates, or merge it into what a base generated.

    Raises ``BuildError`` for a merge or replacement of an object that is not there.
    """
    current = tuple(resources)
    for kind, field in _FIELDS.items():
        for entry in layer.body[field].each():
            current = _with(current, entry, _generated(layer, kind, entry))
    return current


def _with(resources: tuple[Resource, ...], entry: Node, made: Resource) -> tuple[Resource, ...]:
    behavior = known_value(entry["behavior"].string())
    wanted = made.identity
    found = [index for index, each in enumerate(resources) if any(one.same(wanted) for one in each.identities())]
    if behavior not in {"merge", "replace"}:
        if found:
            message = f"it generates {wanted.kind} {wanted.name}, which is there already"
            raise BuildError(message, entry["name"].at)
        return (*resources, made)
    if len(found) != 1:
        message = f"it changes the generated {wanted.kind} {wanted.name}, which is not there"
        raise BuildError(message, entry["name"].at)
    index = found[0]
    changed = _merged(resources[index], made, keep=behavior == "merge")
    return (*resources[:index], changed, *resources[index + 1 :])


def _merged(old: Resource, made: Resource, *, keep: bool) -> Resource:
    body = dict(old.body.items())
    for name in ("data", "binaryData"):
        before = old.body[name] if keep else made.body[name]
        entries = {**dict(before.items()), **dict(made.body[name].items())}
        body.pop(name, None)
        if entries:
            base = before if before.is_mapping else made.body[name]
            body[name] = replace(base, content=entries, open=before.open or made.body[name].open)
    metadata = dict(old.body["metadata"].items())
    for name in ("labels", "annotations"):
        extra = dict(made.body["metadata"][name].items())
        if extra:
            base = made.body["metadata"][name]
            metadata[name] = replace(base, content={**dict(old.body["metadata"][name].items()), **extra})
    body["metadata"] = replace(old.body["metadata"], content=metadata)
    return replace(old.with_body(replace(old.body, content=body)), hashed=old.hashed and made.hashed)


def _generated(layer: Layer, kind: str, entry: Node) -> Resource:
    name_node = entry["name"]
    name = known_value(name_node.string())
    if not name:
        message = f"it generates a {kind} without a name"
        raise BuildError(message, entry.at)
    at = name_node.at
    metadata = {"name": text_node(name, at)}
    if known_value(entry["namespace"].string()):
        metadata["namespace"] = entry["namespace"]
    for field in ("labels", "annotations"):
        pairs = {**dict(layer.body["generatorOptions"][field].items()), **dict(entry["options"][field].items())}
        if pairs:
            metadata[field] = Node(pairs, at)
    body = {
        "apiVersion": text_node("v1", at),
        "kind": text_node(kind, at),
        "metadata": Node(metadata, at),
        **_contents(layer, kind, entry),
    }
    if kind == "Secret":
        body["type"] = text_node(known_value(entry["type"].string()) or "Opaque", at)
    if _option(layer, entry, "immutable"):
        body["immutable"] = Node(True, at, text="true")  # noqa: FBT003 - the value itself
    hashed = not _option(layer, entry, "disableNameSuffixHash")
    return Resource(body=Node(body, at, at), at=at, hashed=hashed)


def _option(layer: Layer, entry: Node, name: str) -> bool:
    return any(known_value(each[name].boolean()) is True for each in (layer.body["generatorOptions"], entry["options"]))


def _contents(layer: Layer, kind: str, entry: Node) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    is_open = False
    for key, value in _pairs(layer, entry):
        is_open = is_open or key is None
        if key is not None:
            entries[key] = _encoded(value) if kind == "Secret" else value
    return {"data": Node(entries, entry["name"].at, open=is_open)} if entries or is_open else {}


def _encoded(value: Node) -> Node:
    text = known_value(value.string())
    if text is None:
        return value
    encoded = base64.b64encode(text.encode(errors="replace")).decode()
    if len(encoded) >= _LINE:
        encoded = "".join(f"{encoded[start : start + _LINE]}\n" for start in range(0, len(encoded), _LINE))
    return replace(value, content=encoded, text=encoded)


def _pairs(layer: Layer, entry: Node) -> Iterator[tuple[str | None, Node]]:
    """Yield keys and values; the key ``None`` stands for those of a file that is not there."""
    for node in (*entry["envs"].each(), entry["env"]):
        written = known_value(node.string())
        if written:
            yield from _variables(layer, written, node.at)
    for node in entry["files"].each():
        yield _of_file(layer, known_value(node.string()) or "", node.at)
    for node in entry["literals"].each():
        key, sign, text = (known_value(node.string()) or "").partition("=")
        if not sign:
            message = "a literal is no key=value"
            raise BuildError(message, node.at)
        yield key, text_node(_unquoted(text), node.at)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES else text


def _of_file(layer: Layer, written: str, at: Span) -> tuple[str, Node]:
    key, sign, path = written.partition("=")
    if not sign:
        key, path = posixpath.basename(written), written
    file = layer.tree.open(layer.joined(path)) if layer.joined(path) in layer.tree.known else None
    if not isinstance(file, SourceFile):
        return key, Node(Unresolved(f"{path} is not in the scanned folder"), at)
    return key, text_node(file.text, whole_file(file.path).via(f"a generator of {layer.words}", at))


def _variables(layer: Layer, written: str, at: Span) -> Iterator[tuple[str | None, Node]]:
    file = layer.tree.open(layer.joined(written)) if layer.joined(written) in layer.tree.known else None
    if not isinstance(file, SourceFile):
        yield None, Node(Unresolved(f"{written} is not in the scanned folder"), at)
        return
    for number, line in enumerate(file.lines, start=1):
        text = line.lstrip()
        if not text or text.startswith("#"):
            continue
        key, sign, value = text.partition("=")
        place = file.span_of_line(number).via(f"a generator of {layer.words}", at)
        if sign:
            yield key, text_node(value, place)
        else:
            yield key, Node(Unresolved(f"{key} is taken from the environment of whoever builds the overlay"), place)
