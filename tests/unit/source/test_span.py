"""Places: what they cover, how they join, and the way by which a value came."""

from __future__ import annotations

import pytest

from infraaudit.source.span import Span, Step, whole_file

BLOCK = Span("main.tf", 3, 5, 6, 2)


@pytest.mark.parametrize(
    ("other", "covered"),
    [
        (BLOCK, True),
        (Span("main.tf", 4, 1, 5, 99), True),
        (Span("main.tf", 3, 4, 4, 1), False),
        (Span("main.tf", 5, 1, 6, 3), False),
        (Span("other.tf", 4, 1, 5, 1), False),
    ],
)
def test_a_span_covers_what_lies_wholly_inside_it_in_the_same_file(other: Span, *, covered: bool) -> None:
    assert BLOCK.covers(other) is covered


def test_a_span_reaches_from_its_start_to_the_end_of_a_later_one() -> None:
    key, value = Span("a.yaml", 1, 1, 1, 4), Span("a.yaml", 1, 6, 2, 9)
    assert key.until(value) == Span("a.yaml", 1, 1, 2, 9)


def test_the_trail_names_the_nearest_step_first_and_keeps_the_steps_behind_it() -> None:
    default = Span("variables.tf", 2, 13, 2, 14)
    module = Span("main.tf", 8, 14, 8, 26).via("default of var.replicas", default)
    value = Span("module/service.tf", 4, 14, 4, 26).via("argument replicas", module)
    assert value.trail == (
        Step("argument replicas", Span("main.tf", 8, 14, 8, 26)),
        Step("default of var.replicas", default),
    )


def test_a_step_does_not_move_the_place() -> None:
    moved = BLOCK.via("tfvars", whole_file("prod.tfvars"))
    assert moved.order == BLOCK.order


def test_places_are_ordered_by_file_and_then_by_position_as_numbers() -> None:
    places = [Span("b", 1, 1, 1, 2), Span("a", 10, 1, 10, 2), Span("a", 9, 2, 9, 3), Span("a", 9, 1, 9, 3)]
    assert [str(each) for each in sorted(places, key=lambda each: each.order)] == ["a:9:1", "a:9:2", "a:10:1", "b:1:1"]


def test_a_whole_file_is_named_by_its_first_character() -> None:
    assert str(whole_file("charts/web/values.yaml")) == "charts/web/values.yaml:1:1"


@pytest.mark.parametrize(
    ("span", "line"),
    [(Span("a", 3, 5, 6, 2), 6), (Span("a", 3, 5, 6, 1), 5), (Span("a", 3, 1, 3, 1), 3), (Span("a", 3, 1, 3, 9), 3)],
)
def test_the_last_line_is_the_last_that_holds_a_character(span: Span, line: int) -> None:
    assert span.last_line == line
