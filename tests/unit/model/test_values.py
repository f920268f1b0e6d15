"""Values with a memory: known, absent, unknown, and no way to mistake one for another."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, Maybe, Unknown, UnsettledError, default, known_value, or_default
from infraaudit.source.span import Span

AT = Span("main.tf", 4, 14, 4, 26)
UNKNOWN: Unknown[int] = Unknown("var.replicas has no default", AT, (1, 3), ("var.replicas",))


@pytest.mark.parametrize("value", [Known(3, AT), Absent(AT)])
def test_what_is_certain_settles_as_itself(value: Maybe[int]) -> None:
    assert value.settled() is value


def test_an_unknown_value_ends_the_check_with_what_would_settle_it() -> None:
    with pytest.raises(UnsettledError, match=r"var\.replicas has no default") as caught:
        UNKNOWN.settled()
    assert caught.value.unknown is UNKNOWN


def test_a_changed_value_keeps_its_memory() -> None:
    value = default(30, AT, "Kubernetes API reference")
    assert value.map(str) == Known("30", AT, stated=False, fact="Kubernetes API reference")
    assert Absent(AT).map(str) == Absent(AT)


def test_a_changed_unknown_changes_its_candidates_alike() -> None:
    changed = UNKNOWN.map(lambda count: count * 2)
    assert (changed.why, changed.at, changed.candidates, changed.mentions) == (
        UNKNOWN.why,
        AT,
        (2, 6),
        UNKNOWN.mentions,
    )


@pytest.mark.parametrize("value", [Known(3, AT), UNKNOWN])
def test_only_an_absence_gives_way_to_the_default(value: Maybe[int]) -> None:
    assert or_default(value, 1, "fact") is value


def test_a_default_stands_where_the_value_would_and_says_that_nobody_wrote_it() -> None:
    assert or_default(Absent(AT), 1, "fact") == Known(1, AT, stated=False, fact="fact")


@pytest.mark.parametrize(("value", "plain"), [(Known(0, AT), 0), (Absent(AT), None), (UNKNOWN, None)])
def test_a_join_gets_only_what_is_known(value: Maybe[int], plain: int | None) -> None:
    assert known_value(value) == plain
