"""Finds what an argument points at: a resource of the configuration, or something known by its literal name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown
from infraaudit.model.node import Node, Reference
from infraaudit.readers.terraform.lifting.arguments import reason

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


def resolve(resources: Resources, target: str) -> Resource | None:
    """Return the resource at an address; an index that the resource does not show is left away."""
    found = resources.at(target)
    while found is None and target.endswith("]") and "[" in target:
        target = target[: target.rindex("[")]
        found = resources.at(target)
    return found


def address_of(resources: Resources, target: str) -> str:
    """Return the address under which the target of a reference stands in the estate."""
    found = resolve(resources, target)
    return target if found is None else found.address


def behind(resources: Resources, node: Node, *types: str) -> Resource | None:
    """Return the one resource of these types that a node names, by reference or as the only one it mentions."""
    found = mentioned(resources, node, *types)
    return found[0] if len(found) == 1 else None


def mentioned(resources: Resources, node: Node, *types: str) -> tuple[Resource, ...]:
    """Return the managed resources of these types that a node refers to, each once, in order."""
    found = (resolve(resources, target) for target in node.mentions)
    unique = {each.address: each for each in found if each is not None and not each.data}
    return tuple(each for each in unique.values() if not types or each.type in types)


def looked_up(resources: Resources, node: Node) -> Resource | None:
    """Return the one source of data that a node is read from."""
    found = (resolve(resources, target) for target in node.mentions)
    unique = {each.address: each for each in found if each is not None and each.data}
    return next(iter(unique.values())) if len(unique) == 1 else None


def reference_of(node: Node) -> Reference | None:
    """Return the attribute of another resource that a node is, whether its text is known or not."""
    return node.content if isinstance(node.content, Reference) else node.reads


def pointed(resources: Resources, node: Node) -> Maybe[str]:
    """Return what an argument points at: the address of a resource, or its literal name, the end of an ARN or path."""
    if node.is_absent:
        return Absent(node.key_at or node.at)
    reference = reference_of(node)
    if reference is not None:
        return Known(address_of(resources, reference.target), node.at)
    text = node.string()
    if isinstance(text, Known):
        return text.map(last_segment)
    mentions = tuple(dict.fromkeys(address_of(resources, target) for target in node.mentions))
    return Unknown(reason(node), node.at, mentions=mentions)


def certain(resources: Resources, node: Node, otherwise: str) -> Value[str]:
    """Return what an argument points at, unknown for the reason given where nothing is written."""
    target = pointed(resources, node)
    return Unknown(otherwise, target.at) if isinstance(target, Absent) else target


def last_segment(text: str) -> str:
    """Return the name at the end of an ARN or of a path of Google or Azure, and any other text as it is."""
    if text.startswith("arn:"):
        return text.rsplit(":", 1)[-1].rsplit("/", 1)[-1]
    return text.rsplit("/", 1)[-1] if text.startswith(("projects/", "/subscriptions/")) else text


def means(resources: Resources, node: Node, resource: Resource, *named_by: str) -> bool | None:
    """Whether a node names a resource: by reference, or by the literal text of one of the arguments ``named_by``.

    ``None`` where that cannot be told, because one of both sides cannot.
    """
    if node.is_absent:
        return False
    if resource in mentioned(resources, node):
        return True
    written = node.string()
    if not isinstance(written, Known):
        return False if node.mentions else None
    own = [resource.body[each].string() for each in named_by]
    wanted = {written.value, last_segment(written.value), written.value.rpartition("/")[2]}
    if any(isinstance(each, Known) and each.value in wanted for each in own):
        return True
    return None if any(isinstance(each, Unknown) for each in own) else False
