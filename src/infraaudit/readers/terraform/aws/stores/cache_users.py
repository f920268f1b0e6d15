"""Tells whether managed caches and brokers ask who their clients are: tokens, groups of users, access lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import FacetName, Known, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, may_be_present
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_OPEN = "open-access"
_NOBODY_ASKED = "no-password-required"


def asks_of(resource: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    """Return the answer for a cache, empty where one attribute decides."""
    if resource.type == "aws_elasticache_replication_group":
        answer = _by_groups(resource, resources)
        return {} if answer is None else {FacetName.ASKS: answer}
    if resource.type == "aws_memorydb_cluster":
        return {FacetName.ASKS: _by_list(argument(resource, "acl_name"), resources)}
    return {}


def _by_groups(resource: Resource, resources: Resources) -> Value[bool] | None:
    """Return what the groups of users say; ``None`` where none is written, so that the token decides."""
    node = argument(resource, "user_group_ids")
    if not may_be_present(node):
        return None
    users = [
        user
        for group in mentioned(resources, node, "aws_elasticache_user_group")
        for user in mentioned(resources, argument(group, "user_ids"), "aws_elasticache_user")
    ]
    return _open_to_anybody(users) or Known(value=True, at=node.at)


def _by_list(node: Node, resources: Resources) -> Value[bool]:
    if node.content == _OPEN:
        return Known(value=False, at=node.at)
    lists = mentioned(resources, node, "aws_memorydb_acl")
    users = [user for each in lists for user in mentioned(resources, argument(each, "user_names"), "aws_memorydb_user")]
    found = _open_to_anybody(users)
    if found is not None:
        return found
    if node.is_unknown and not is_present(node):
        return Unknown("which access list it has cannot be told", node.at)
    return Known(value=True, at=node.at)


def _open_to_anybody(users: list[Resource]) -> Value[bool] | None:
    """Return that a user without a password may do anything; one whose access is off may not."""
    for user in users:
        words = str(argument(user, "access_string").content or "").split()
        switch, kind = argument(user, "no_password_required"), argument(user, "authentication_mode.type")
        unasked = switch.content is True or kind.content == _NOBODY_ASKED
        if unasked and "off" not in words:
            return Known(value=False, at=switch.at if switch.content is True else kind.at)
    return None
