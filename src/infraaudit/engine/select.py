"""Chooses which policies run: by id, by area, by profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.config import near_match
from infraaudit.policy import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.engine.pack import PackedPolicy

_HOLDS = {
    Profile.DEFAULT: {Profile.DEFAULT},
    Profile.STRICT: {Profile.DEFAULT, Profile.STRICT},
    Profile.PREVIEW: {Profile.DEFAULT, Profile.PREVIEW},
}


class SelectionError(Exception):
    """A filter names no policy; the message offers a near match."""


def find_policy(policies: Iterable[PackedPolicy], identity: str) -> PackedPolicy:
    """Return the policy of an id, a former id or a bare name. Raises :class:`SelectionError` where there is none."""
    every = tuple(policies)
    for packed in every:
        if identity in {packed.id, packed.policy.name, *packed.formerly}:
            return packed
    names = [name for packed in every for name in (packed.id, packed.policy.name)]
    message = f"unknown policy {identity!r}{near_match(identity, names)}"
    raise SelectionError(message)


def select(
    policies: tuple[PackedPolicy, ...], chosen: tuple[str, ...], ignored: tuple[str, ...], profile: Profile
) -> tuple[PackedPolicy, ...]:
    """Return the policies to run. A policy chosen by its id runs whatever its profile is."""
    wanted = {packed.id for name in chosen for packed in _named(policies, name)}
    explicit = {find_policy(policies, name).id for name in chosen if "/" in name}
    unwanted = {packed.id for name in ignored for packed in _named(policies, name)}
    return tuple(
        packed
        for packed in policies
        if (packed.id in wanted or not chosen)
        and packed.id not in unwanted
        and (packed.id in explicit or packed.policy.profile in _HOLDS[profile])
    )


def _named(policies: tuple[PackedPolicy, ...], name: str) -> tuple[PackedPolicy, ...]:
    members = tuple(packed for packed in policies if packed.area == name)
    if members:
        return members
    areas = sorted({packed.area for packed in policies})
    if "/" not in name and near_match(name, areas):
        message = f"unknown area {name!r}{near_match(name, areas)}"
        raise SelectionError(message)
    return (find_policy(policies, name),)
