"""Chooses which policies run: by id, by area, by profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """A filter names no policy. ``word`` is what was asked for, ``known`` what could have been meant."""

    def __init__(self, word: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown policy or area {word!r}")
        self.word = word
        self.known = known


def find_policy(policies: Iterable[PackedPolicy], identity: str) -> PackedPolicy:
    """Return the policy of an id, a former id or a bare name. Raises :class:`SelectionError` where there is none."""
    every = tuple(policies)
    for packed in every:
        if identity in {name for full in (packed.id, *packed.formerly) for name in (full, full.rpartition("/")[2])}:
            return packed
    names = {name for packed in every for name in (packed.id, packed.policy.name, packed.area)}
    raise SelectionError(identity, tuple(sorted(names)))


def select(
    policies: tuple[PackedPolicy, ...], chosen: tuple[str, ...], ignored: tuple[str, ...], profile: Profile
) -> tuple[PackedPolicy, ...]:
    """Return the policies to run. A policy chosen by its own name runs whatever its profile is."""
    wanted = {packed.id for name in chosen for packed in _named(policies, name)}
    areas = {packed.area for packed in policies}
    explicit = {find_policy(policies, name).id for name in chosen if name not in areas}
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
    return members or (find_policy(policies, name),)
