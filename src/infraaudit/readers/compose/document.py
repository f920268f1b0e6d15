"""One document of a Compose file before interpolation: values with places, and the paths that carry a merge tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Node, node_from_yaml
from infraaudit.source.yaml_tree import Dialect, YamlMapping, YamlNode, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str, ...]

_RESET = "!reset"
_MERGE_TAGS = frozenset({_RESET, "!override"})


@dataclass(frozen=True, slots=True)
class Document:
    """A document. What stands under one of the ``replaced`` paths in the files before it does not count."""

    root: Node
    replaced: tuple[Path, ...] = ()


def document_of(tree: YamlNode) -> Document:
    """Return a document without what it resets."""
    tagged = list(_tagged(tree, ()))
    root = node_from_yaml(tree, Dialect.CORE)
    for path, tag in tagged:
        if tag == _RESET:
            root = without(root, path)
    return Document(root, tuple(path for path, _ in tagged))


def _tagged(tree: YamlNode, path: Path) -> Iterator[tuple[Path, str]]:
    if tree.tag in _MERGE_TAGS and tree.tag is not None:
        yield path, tree.tag
        return
    if not isinstance(tree, YamlMapping):
        return
    for key, value in tree.pairs:
        if not isinstance(key, YamlScalar):
            continue
        if key.text == "<<":
            for merged in value.items if isinstance(value, YamlSequence) else (value,):
                yield from _tagged(merged, path)
        else:
            yield from _tagged(value, (*path, key.text))


def without(node: Node, path: Path) -> Node:
    """Return a tree of mappings without what stands at a path."""
    if not path or not isinstance(node.content, dict) or path[0] not in node.content:
        return node
    head, *rest = path
    if rest:
        return with_content(node, {**node.content, head: without(node.content[head], tuple(rest))})
    return with_content(node, {key: child for key, child in node.content.items() if key != head})


def with_content(node: Node, content: Mapping[str, Node] | tuple[Node, ...]) -> Node:
    """Return a node of the same place with other parts."""
    return Node(content, node.at, node.key_at, node.open)
