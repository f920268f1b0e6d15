"""Declaring a policy: what the function says becomes the policy, and what it fails to say is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Container, Entity, Estate, Workload
from infraaudit.policy import Effort, Finding, Findings, Local, Policy, Profile, Severity, policy, serving
from tests.builders import a_workload

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.policy import Scope


def declared(check: Callable[..., Findings], when: Scope | tuple[Scope, ...] = ()) -> Policy:
    return policy(Severity.MEDIUM, effort=Effort.SMALL, holds="all is well", when=when)(check)


def lost_work(workload: Workload) -> Findings:
    """Work is lost
    where nobody keeps it.

    Why: the queue lives in memory,
    and memory ends.

    Fix: keep it on disk.

    Quiet when: it is a cache.

    See: the handbook, page 3.
    """
    yield Finding(workload.at, f"{workload} loses work")


def test_the_name_is_the_functions_with_hyphens() -> None:
    assert declared(lost_work).name == "lost-work"


def test_the_docstring_is_taken_apart_into_lines_without_breaks() -> None:
    documentation = declared(lost_work).documentation
    assert documentation.title == "Work is lost"
    assert documentation.why == "the queue lives in memory, and memory ends."
    assert documentation.fix == "keep it on disk."
    assert documentation.quiet_when == "it is a cache."
    assert documentation.see == "the handbook, page 3."


def test_the_first_annotation_is_the_subject() -> None:
    assert declared(lost_work).subject is Workload


def test_a_check_may_leave_the_estate_out_or_ask_for_it() -> None:
    def with_estate(workload: Workload, estate: Estate) -> Findings:
        """Title.

        Why: so.

        Fix: so.
        """
        yield Finding(workload.at, f"one of {len(estate.entities)}")

    workload = a_workload()
    estate = Estate.of_parts((workload,))
    assert [each.says for each in declared(lost_work).check(workload, estate)] == ["service web loses work"]
    assert [each.says for each in declared(with_estate).check(workload, estate)] == ["one of 1"]


def test_what_is_not_said_has_the_careful_default() -> None:
    plain = declared(lost_work)
    assert plain.profile is Profile.DEFAULT
    assert plain.local is Local.EXEMPT
    assert plain.environment_matters
    assert plain.scopes == ()


@pytest.mark.parametrize("when", [serving, (serving,)])
def test_one_scope_need_not_be_wrapped(when: Scope | tuple[Scope, ...]) -> None:
    assert declared(lost_work, when=when).scopes == (serving,)


def no_docstring(workload: Workload) -> Findings:
    yield Finding(workload.at, "x")


def no_fix(workload: Workload) -> Findings:
    """Title.

    Why: so.
    """
    yield Finding(workload.at, "x")


def no_parameter() -> Findings:
    """Title.

    Why: so.

    Fix: so.
    """
    yield from ()


def not_an_entity(_: str) -> Findings:
    """Title.

    Why: so.

    Fix: so.
    """
    yield from ()


def no_annotation(_: Workload) -> Findings:
    """Title.

    Why: so.

    Fix: so.
    """
    yield from ()


no_annotation.__annotations__.clear()


def a_third_parameter(_: Container, __: Estate, ___: Entity) -> Findings:
    """Title.

    Why: so.

    Fix: so.
    """
    yield from ()


@pytest.mark.parametrize("check", [no_docstring, no_fix, no_parameter, not_an_entity, no_annotation, a_third_parameter])
def test_a_check_that_is_not_as_promised_is_refused_by_its_name(check: Callable[..., Findings]) -> None:
    with pytest.raises(TypeError, match=check.__name__):
        declared(check)
