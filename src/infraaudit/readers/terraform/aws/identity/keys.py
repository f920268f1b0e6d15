"""Lifts the keys of AWS KMS, with what names them as its key."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infraaudit.model import Absent, EncryptionKey, KeyUse, Known, Unknown
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_true, literals
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")
_ALIAS = "aws_kms_alias"
_OF_KEYS = "aws_kms_"
_WORD = "kms"
_SYMMETRIC = "SYMMETRIC_DEFAULT"
_ENCRYPTING = "ENCRYPT_DECRYPT"
_DEEPEST = 8


def lift_keys(resources: Resources) -> Iterator[EncryptionKey]:
    """Lift ``aws_kms_key`` and the kinds beside it."""
    keys = resources.of_type(*_KEYS)
    users = _users(resources) if keys else {}
    for resource in keys:
        aliases = [each for each in resources.of_type(_ALIAS) if _is_of(each, resource, resources)]
        yield EncryptionKey(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            enabled=boolean_or_default(argument(resource, _switch(resource)), "aws_kms_key.enabled"),
            rotated=_rotated(resource),
            deletion_window=integer_or_default(
                argument(resource, "deletion_window_in_days"), "aws_kms_key.deletion_window_in_days"
            ),
            guarded=Known(is_true(argument(resource, "lifecycle.prevent_destroy")), resource.at),
            users=tuple(users.get(resource.address, ())),
            identifiers=literals(*(argument(each, "name").string() for each in aliases)),
        )


def _switch(resource: Resource) -> str:
    return "is_enabled" if resource.type == "aws_kms_key" else "enabled"


def _is_of(alias: Resource, key: Resource, resources: Resources) -> bool:
    return key in mentioned(resources, argument(alias, "target_key_id"))


def _rotated(resource: Resource) -> Maybe[bool]:
    """Return whether AWS makes new material for a key; it does so for symmetric keys of its own making alone."""
    if resource.type != "aws_kms_key":
        return Absent(resource.at)
    for name, usual in (("customer_master_key_spec", _SYMMETRIC), ("key_usage", _ENCRYPTING)):
        written = argument(resource, name).string()
        if isinstance(written, Unknown):
            return Unknown(written.why, written.at)
        if isinstance(written, Known) and written.value != usual:
            return Absent(written.at)
    if not argument(resource, "custom_key_store_id").is_absent:
        return Absent(argument(resource, "custom_key_store_id").at)
    return boolean_or_default(argument(resource, "enable_key_rotation"), "aws_kms_key.enable_key_rotation")


# -- users ----------------------------------------------------------------------------------------------------


def _users(resources: Resources) -> Mapping[str, list[KeyUse]]:
    """Return what names each key, found by the arguments that are called after KMS."""
    users: dict[str, dict[str, KeyUse]] = defaultdict(dict)
    for member in resources.members:
        if member.data or member.type.startswith(_OF_KEYS):
            continue
        for node in _named_after_kms(member.body, _DEEPEST):
            for key in _keys_behind(node, resources):
                users[key.address].setdefault(member.address, KeyUse(member.address, node.at))
    return {address: list(found.values()) for address, found in users.items()}


def _named_after_kms(node: Node, depth: int) -> Iterator[Node]:
    if not depth:
        return
    for name, child in node.items():
        if _WORD in name.lower() and child.mentions:
            yield child
        elif child.is_mapping or child.is_list:
            yield from _within(child, depth - 1)


def _within(node: Node, depth: int) -> Iterator[Node]:
    if node.is_list:
        for each in node.each():
            yield from _named_after_kms(each, depth)
    else:
        yield from _named_after_kms(node, depth)


def _keys_behind(node: Node, resources: Resources) -> Iterator[Resource]:
    for found in mentioned(resources, node, *_KEYS, _ALIAS):
        key = found if found.type in _KEYS else behind(resources, argument(found, "target_key_id"), *_KEYS)
        if key is not None:
            yield key
