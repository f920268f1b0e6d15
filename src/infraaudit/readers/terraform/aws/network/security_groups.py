"""Finds the security groups that arguments name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.terraform.lifting.pointing import mentioned, reference_of, resolve

if TYPE_CHECKING:
    from infraaudit.model import Node
    from infraaudit.readers.terraform.configuration.resource import Resources

GROUPS = ("aws_security_group", "aws_default_security_group")
"""The resource types that are security groups."""


def security_groups(resources: Resources, *nodes: Node) -> tuple[tuple[str, ...], bool]:
    """Return the addresses of the security groups that arguments name, and whether these are all of them.

    Where no argument names any, the network's default group applies, of which the files say nothing here.
    """
    written = [node for node in nodes if not node.is_absent]
    found = [_groups(resources, node) for node in written]
    groups = tuple(dict.fromkeys(group for members, _ in found for group in members))
    return groups, bool(groups) and all(complete for _, complete in found)


def _groups(resources: Resources, node: Node) -> tuple[tuple[str, ...], bool]:
    members = node.each() if node.is_list else (node,)
    groups = tuple(each.address for member in members for each in mentioned(resources, member, *GROUPS))
    return groups, not node.open and all(_names_group(resources, member) for member in members)


def _names_group(resources: Resources, node: Node) -> bool:
    reference = reference_of(node)
    found = None if reference is None else resolve(resources, reference.target)
    return found is not None and not found.data and found.type in GROUPS
