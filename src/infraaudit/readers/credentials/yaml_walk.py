"""Steps through YAML in search of slots that call for a secret."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import is_secret_name
from infraaudit.readers.credentials.slots import Slot, plain_texts, slots_in_text
from infraaudit.source.yaml_tree import YamlMapping, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile
    from infraaudit.source.yaml_tree import YamlNode

_MERGE = "<<"


def member(node: YamlNode | None, key: str) -> YamlNode | None:
    """Return what stands under a key, ``None`` where nothing does."""
    return next((value for name, value in pairs(node) if name == key), None)


def pairs(node: YamlNode | None) -> Iterator[tuple[str, YamlNode]]:
    """Yield the pairs of a mapping whose keys are scalars; what an alias merges in stands elsewhere already."""
    for key, value in node.pairs if isinstance(node, YamlMapping) else ():
        if isinstance(key, YamlScalar) and key.text != _MERGE:
            yield key.text, value


def items(node: YamlNode | None) -> tuple[YamlNode, ...]:
    """Return the items of a list."""
    return node.items if isinstance(node, YamlSequence) else ()


def scalar(node: YamlNode | None) -> YamlScalar | None:
    """Return a scalar, ``None`` for anything else."""
    return node if isinstance(node, YamlScalar) else None


def text_of(node: YamlNode | None) -> str:
    """Return the text of a scalar, ``""`` for anything else."""
    return node.text if isinstance(node, YamlScalar) else ""


def slots_below(
    node: YamlNode | None,
    file: SourceFile,
    *,
    passed_over: frozenset[str] = frozenset(),
    options: bool = False,
    path: str = "",
) -> Iterator[Slot]:
    """Yield the slots under secret-like keys, in pairs of ``name`` and ``value``, and inside blocks of text."""
    beside = _beside(node)
    below = partial(slots_below, file=file, passed_over=passed_over, options=options)
    for item in items(node):
        name, value = text_of(member(item, "name")), scalar(member(item, "value"))
        if name and value is not None and is_secret_name(name):
            yield Slot(name, value.text, value.at, beside=beside)
        elif not isinstance(item, YamlScalar):
            yield from below(item, path=path)
        elif "\n" in item.text:
            yield from slots_in_text(item.text, file, item.at, options=options)
    name, value = text_of(member(node, "name")), scalar(member(node, "value"))
    if name and value is not None and is_secret_name(name):
        yield Slot(name, value.text, value.at)
    for key, child in pairs(node):
        where = f"{path}.{key}" if path else key
        if key not in passed_over and isinstance(child, YamlScalar):
            for slot in _slots_of(key, child, file, where, options=options):
                yield replace(slot, beside=beside)
        elif key not in passed_over:
            yield from below(child, path=where)


def _beside(node: YamlNode | None) -> frozenset[str]:
    """Return the plain texts of a mapping, or of the pairs of ``name`` and ``value`` in a list."""
    listed = ((text_of(member(item, "name")), text_of(member(item, "value"))) for item in items(node))
    return plain_texts((*((key, text_of(child)) for key, child in pairs(node)), *listed))


def _slots_of(key: str, child: YamlScalar, file: SourceFile, where: str, *, options: bool) -> Iterator[Slot]:
    script = options and key in {"run", "script"}
    if script or "\n" in child.text.strip():
        yield from slots_in_text(child.text, file, child.at, options=options)
    elif is_secret_name(key) and (child.tag is None or child.tag.startswith("tag:yaml.org")):
        yield Slot(key, child.text, child.at, where)
