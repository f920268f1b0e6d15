"""How context moves a severity."""

from __future__ import annotations

import pytest

from infraaudit.policy import Factor, Severity, at_least, at_most, lowered, raised, weigh

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


@pytest.mark.parametrize(
    ("base", "factors", "weight"),
    [
        (MEDIUM, [], MEDIUM),
        (MEDIUM, [lowered("not production")], LOW),
        (MEDIUM, [raised("public")], HIGH),
        (HIGH, [raised("public")], HIGH),
        (LOW, [lowered("not production")], None),
        (MEDIUM, [lowered("a"), lowered("b")], None),
        (LOW, [lowered("a"), raised("b")], LOW),
        (HIGH, [at_most(LOW, "a cache")], LOW),
        (LOW, [at_most(HIGH, "a cache")], LOW),
        (LOW, [at_least(MEDIUM, "holds data")], MEDIUM),
        (HIGH, [at_least(MEDIUM, "holds data")], HIGH),
        (LOW, [lowered("a"), at_least(LOW, "holds data")], LOW),
        (LOW, [at_least(MEDIUM, "holds data"), lowered("not production")], LOW),
        (HIGH, [at_most(MEDIUM, "a cache"), lowered("not production")], LOW),
    ],
)
def test_factors_apply_in_their_order(base: Severity, factors: list[Factor], weight: Severity | None) -> None:
    assert weigh(base, factors) == weight


def test_a_severity_has_a_word_and_an_order() -> None:
    assert [each.word for each in sorted(Severity)] == ["low", "medium", "high"]
