"""What an attribute of a resource or a data source is, as far as the configuration or a plan tells it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Unresolved
from infraaudit.readers.terraform.configuration.deciding import varies
from infraaudit.readers.terraform.configuration.looked_up import looked_up
from infraaudit.readers.terraform.language.bodies import written_at
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.readers.terraform.language.values import first_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraaudit.model.node import Reference
    from infraaudit.readers.terraform.configuration.root import Root
    from infraaudit.readers.terraform.language.scope import Surroundings
    from infraaudit.source.span import Span

_OF_EVERY_BLOCK = frozenset({"count", "for_each", "provider", "depends_on"})
"""Arguments that are none of the resource."""


def attribute_of(
    read: Reference, at: Span, root: Root, module: Surroundings, regions: Callable[[], Mapping[str, Node]]
) -> Node:
    """Return an attribute: the argument where it is written and wholly known, what a plan tells, else the reference.

    ``read`` names the resource and the path of the attribute, through the blocks that hold it. ``module`` is the one
    that asks, ``regions`` gives those of its providers.
    """
    known = _argument(read, root)
    if known is not None:
        return replace(known, reads=read, key_at=None)
    is_data = read.target.startswith("data.") or ".data." in read.target
    told = root.filling.attribute(read.target, read.attribute, at) if root.filling is not None else None
    if told is not None and (is_data or not isinstance(told.content, str)):
        return replace(told, reads=read)
    if not is_data:
        return Node(read, at)
    found = _found(read, root, module, regions)
    if found is not None:
        return replace(found, reads=read, key_at=None)
    return Node(Unresolved(f"{read.target} is read when Terraform runs", mentions=(read.target,)), at)


def _argument(read: Reference, root: Root) -> Node | None:
    owner = root.owners.get(read.target)
    if owner is None or read.attribute in _OF_EVERY_BLOCK:
        return None
    scope, block, instance = owner
    argument = written_at(block.body, read.attribute)
    key = (read.target, read.attribute)
    if argument is None or (key in root.attributes and root.attributes[key] is None):
        return None
    if key not in root.attributes:
        root.attributes[key] = None
        root.attributes[key] = evaluate(argument.value, scope.with_names(instance.names))
    value = root.attributes[key]
    known = value is not None and value.content is not None and first_unknown(value) is None
    return value if known and not (instance.multiplicity > 1 and varies(argument.value)) else None


def _found(read: Reference, root: Root, module: Surroundings, regions: Callable[[], Mapping[str, Node]]) -> Node | None:
    """Return what a data source of the module that asks surely finds."""
    owner = root.owners.get(read.target)
    if owner is None or owner[0].module is not module:
        return None
    block = owner[1]
    return looked_up(block.labels[0].text, read.attribute, block, regions())
