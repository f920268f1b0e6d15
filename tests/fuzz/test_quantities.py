"""Quantities under arbitrary scalars: a whole number of reasonable size, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from infraaudit.model.quantities import compose_bytes, compose_cpu, go_duration, kubernetes_bytes, kubernetes_cpu

if TYPE_CHECKING:
    from infraaudit.source.yaml_tree import Scalar

NUMBERS = st.integers(0, 10**6)
PIECES = ("1", "0", "9", ".", "-", "+", "e", "E", "m", "M", "Mi", "Ki", "g", "b", "i", "s", "h", "ms", "us", "µs", " ")
ALMOST = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    ALMOST, st.text(max_size=20), st.integers(-(10**40), 10**40), st.floats(), st.booleans(), st.none()
)


@given(SCALARS)
def test_every_scalar_is_a_bounded_whole_number_or_nothing(scalar: Scalar) -> None:
    for reader, unit in (
        (kubernetes_cpu, 1000),
        (kubernetes_bytes, 1),
        (compose_cpu, 1),
        (compose_bytes, 1),
        (go_duration, 1),
    ):
        value = reader(scalar)
        assert value is None or (type(value) is int and abs(value) <= 2**63 * unit)


@given(NUMBERS)
def test_a_unit_multiplies(number: int) -> None:
    assert kubernetes_bytes(f"{number}Mi") == kubernetes_bytes(number * 2**20) == number * 2**20
    assert kubernetes_cpu(f"{number}m") == number
    assert kubernetes_cpu(number) == compose_cpu(str(number)) == number * 1000
    assert compose_bytes(f"{number}k") == number * 1024


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_the_parts_of_a_duration_add_up(hours: int, minutes: int, seconds: int) -> None:
    assert go_duration(f"{hours}h{minutes}m{seconds}s") == hours * 3600 + minutes * 60 + seconds
