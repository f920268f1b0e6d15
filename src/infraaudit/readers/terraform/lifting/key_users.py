"""Tells what names a key of a cloud as its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import KeyUse

if TYPE_CHECKING:
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


def users_of(key: Resource, resources: Resources, *, but: tuple[str, ...]) -> tuple[KeyUse, ...]:
    """Return every managed resource that refers to a key, without the types that begin with one of these words.

    These are the kinds that belong to keys themselves, or that say who may use one.
    """
    found = (
        member
        for member in resources.members
        if not member.data and not member.type.startswith(but) and key.address in member.body.mentions
    )
    return tuple(KeyUse(member.address, member.at) for member in found)
