"""Choosing policies: by id, by area, by a former id, by profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.engine.select import SelectionError, find_policy, select
from infraaudit.model import Workload  # noqa: TC001 - a policy's subject is read from its annotation
from infraaudit.policy import Findings, Profile
from tests.unit.engine.judging import documented, packed

if TYPE_CHECKING:
    from infraaudit.engine.pack import PackedPolicy


@documented
def slow(_: Workload) -> Findings:
    yield from ()


@documented
def strict_one(_: Workload) -> Findings:
    yield from ()


@documented
def new_one(_: Workload) -> Findings:
    yield from ()


SINGLE = packed(formerly=("replicas/one",))
SLOW = packed(slow, area="scaling")
STRICT = packed(strict_one, profile=Profile.STRICT)
NEW = packed(new_one, area="scaling", profile=Profile.PREVIEW)
EVERY = (SINGLE, STRICT, NEW, SLOW)


def chosen(*names: str, ignored: tuple[str, ...] = (), profile: Profile = Profile.DEFAULT) -> set[PackedPolicy]:
    return set(select(EVERY, names, ignored, profile))


@pytest.mark.parametrize(
    ("profile", "held"),
    [
        (Profile.DEFAULT, {SINGLE, SLOW}),
        (Profile.STRICT, {SINGLE, SLOW, STRICT}),
        (Profile.PREVIEW, {SINGLE, SLOW, NEW}),
    ],
)
def test_a_profile_holds_the_default_and_its_own(profile: Profile, held: set[PackedPolicy]) -> None:
    assert chosen(profile=profile) == held


@pytest.mark.parametrize("name", ["resilience/single-copy", "single-copy", "replicas/one"])
def test_a_policy_is_found_by_its_id_its_name_and_a_former_id(name: str) -> None:
    assert find_policy(EVERY, name) is SINGLE
    assert chosen(name) == {SINGLE}
    assert SINGLE not in chosen(ignored=(name,))


def test_an_area_chooses_its_policies_within_the_profile() -> None:
    assert chosen("resilience") == {SINGLE}
    assert chosen("resilience", profile=Profile.STRICT) == {SINGLE, STRICT}


@pytest.mark.parametrize("name", ["resilience/strict-one", "strict-one"])
def test_a_policy_chosen_by_its_own_name_runs_whatever_its_profile_is(name: str) -> None:
    assert chosen(name) == {STRICT}


def test_what_is_ignored_does_not_run_even_if_it_is_chosen() -> None:
    assert chosen("scaling", "resilience/single-copy", ignored=("scaling",)) == {SINGLE}
    assert chosen("scaling/slow", ignored=("scaling/slow",)) == set()


def test_the_order_is_that_of_the_pack() -> None:
    assert select(EVERY, ("scaling", "resilience"), (), Profile.STRICT) == (SINGLE, STRICT, SLOW)


@pytest.mark.parametrize("name", ["resilience/nothing", "resilence", "", "topic"])
def test_a_filter_that_names_nothing_is_refused_with_what_could_have_been_meant(name: str) -> None:
    for names, ignored in (((name,), ()), ((), (name,))):
        with pytest.raises(SelectionError) as caught:
            select(EVERY, names, ignored, Profile.DEFAULT)
        assert caught.value.word == name
        assert {"resilience", "scaling", "single-copy", "scaling/slow"} <= set(caught.value.known)
