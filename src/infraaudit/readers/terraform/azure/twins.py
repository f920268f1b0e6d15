"""Reads resources of azapi as those of azurerm that say the same, by one table of names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Known, known_value
from infraaudit.model.node import Missing, Node, Unresolved
from infraaudit.readers.terraform.lifting.arguments import argument, beneath, document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.facts import Row
    from infraaudit.readers.terraform.configuration.resource import Resource

_RESOURCE = "azapi_resource"
_UPDATE = "azapi_update_resource"
_WHY = "azapi may set it by a property that is not in the table"
_ONE_OF_A_KIND = frozenset({"networkrulesets", "blobservices", "fileservices", "config"})
"""Parts of a resource that are resources of their own for the API and arguments of the whole for azurerm."""


def with_twins(resources: tuple[Resource, ...]) -> tuple[Resource, ...]:
    """Return the resources, those of azapi as their twins, and others with what azapi says more of them."""
    if not any(each.type in {_RESOURCE, _UPDATE} for each in resources):
        return resources
    changes: dict[str, list[Resource]] = defaultdict(list)
    for each in resources:
        for address in _changes(each):
            changes[address].append(each)
    return tuple(_changed(_twin_of(each), changes.get(each.address, ())) for each in resources)


def _changes(resource: Resource) -> Iterable[str]:
    """Return the addresses of what a resource of azapi sets arguments of."""
    if resource.data:
        return ()
    if resource.type == _UPDATE:
        return (*argument(resource, "resource_id").mentions, *argument(resource, "parent_id").mentions)
    if resource.type == _RESOURCE and _type_of(resource).rpartition("/")[2] in _ONE_OF_A_KIND:
        return argument(resource, "parent_id").mentions
    return ()


def _changed(resource: Resource, by: Iterable[Resource]) -> Resource:
    """Return a resource with the arguments that others set; open where these set what the table does not have."""
    for each in by:
        row = next((row for row in table("azure_twins").values() if row["twin"] == resource.type), None)
        if row is not None and each.type == _UPDATE and row["arm"].lower() != _type_of(each):
            continue  # it changes a part of the resource that is one of its own
        body = resource.body
        content = dict(body.items())
        is_open = row is None or each.type != _UPDATE
        if row is not None and each.type == _UPDATE:
            found, told = _arguments_set(row, each)
            is_open = not told
            kept = {name: body[name] for name in (*row["arguments"], *row.get("former", ())) if "." not in name}
            content = {**kept, **content, **found} if is_open else {**content, **found}
        why = f"{each.address} may set it"
        body = replace(body, content=content, open=is_open or body.open, why_open=why if is_open else body.why_open)
        resource = replace(resource, body=body)
    return resource


def _arguments_set(row: Row, by: Resource) -> tuple[Mapping[str, Node], bool]:
    """Return the arguments that a resource of azapi sets of another one, and whether that is all that it sets."""
    names = {source: path for path, source in row["arguments"].items()}
    words = row.get("words", {})
    found: dict[str, Node] = {}
    told = True
    for source, node in _leaves(document(argument(by, "body")), ""):
        path = names.get(source, "")
        block, _, inner = path.rpartition(".")
        if not path:
            told = False
        elif block:
            found[block] = Node(Unresolved(f"{by.address} sets {inner} of it"), node.at)
        else:
            found[path] = _in_words(node, words[path]) if path in words else node
    return found, told


def _leaves(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Yield the properties of a body with their paths; a part that cannot be told is one under its own path."""
    if not node.is_mapping or node.open:
        yield path, node
        return
    for name, child in node.items():
        yield from _leaves(child, f"{path}.{name}" if path else name)


def _type_of(resource: Resource) -> str:
    written = known_value(argument(resource, "type").string()) or ""
    return written.partition("@")[0].lower()


def _twin_of(resource: Resource) -> Resource:
    """Return a resource as its twin, or as it is where the table has none for its type.

    It keeps its address. The defaults are those of the newest azurerm, which are those of the API.
    """
    if resource.type != _RESOURCE or resource.data:
        return resource
    body = document(argument(resource, "body"))
    type_ = _type_of(resource)
    for row in table("azure_twins").values():
        if row["arm"].lower() == type_ and _fits(row, body, resource):
            return replace(resource, type=row["twin"], body=_translated(row, body, resource), provider_major=None)
    return resource


def _fits(row: Row, body: Node, resource: Resource) -> bool:
    if row.get("where") is None:
        return True
    written = beneath(body, row["where"], resource.at).string()
    return isinstance(written, Known) and written.value.lower() == row["is"]


def _translated(row: Row, body: Node, resource: Resource) -> Node:
    """Return the arguments of the twin. Where neither name stands for a property, it is not known to be absent."""
    words, last = row.get("words", {}), frozenset(row.get("last", ()))
    tree: dict[str, Node | dict[str, Node]] = {}
    for name in ("name", "identity", "tags", "lifecycle"):
        node = resource.body[name]
        if not node.is_absent:
            tree[name] = node
    if row.get("parent") is not None:
        tree[row["parent"]] = argument(resource, "parent_id")
    for path, source in row["arguments"].items():
        node = beneath(body, source, resource.at)
        if path in words:
            node = _in_words(node, words[path])
        elif path in last and isinstance(node.content, str):
            node = replace(node, content=node.content.rpartition("_")[2])
        _put(tree, path, node)
    for name in row.get("former", ()):
        tree[name] = Node(Missing(), resource.at)
    for block, source in row.get("blocks", {}).items():
        tree[block] = _block(beneath(body, source, resource.at))
    content = {name: _as_node(each, resource) for name, each in tree.items()}
    return Node(content, resource.body.at, resource.body.key_at, open=True, why_open=_WHY)


def _put(tree: dict[str, Node | dict[str, Node]], path: str, node: Node) -> None:
    block, _, name = path.rpartition(".")
    if not block:
        tree[path] = node
        return
    inner = tree.setdefault(block, {})
    if isinstance(inner, dict):
        inner[name] = node


def _as_node(part: Node | Mapping[str, Node], resource: Resource) -> Node:
    """Return a block as a mapping; one of which nothing is written is not there."""
    if isinstance(part, Node):
        return part
    written = {name: each for name, each in part.items() if not each.is_absent}
    if not written:
        return Node(Missing(), resource.at)
    at = next(iter(written.values())).at
    return Node(dict(part), at, open=True, why_open=_WHY)


def _in_words(node: Node, words: Mapping[str, bool]) -> Node:
    if not isinstance(node.content, str):
        return node
    meant = words.get(node.content.lower())
    if meant is None:
        return Node(Unresolved(f"what {node.content} means is not in the table"), node.at, node.key_at)
    return Node(meant, node.at, node.key_at)


def _block(node: Node) -> Node:
    """Return a block that is there where a property is true."""
    if node.is_unknown:
        return node
    return Node({}, node.at, node.key_at) if node.content is True else Node(Missing(), node.at)
