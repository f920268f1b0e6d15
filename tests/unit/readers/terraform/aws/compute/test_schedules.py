from __future__ import annotations

import pytest

from infraaudit.readers.terraform.aws.compute.schedules import longest_gap

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("expression", "gap"),
    [
        ("rate(12 hours)", 12 * HOUR),
        ("rate(1 day)", DAY),
        ("rate(5 minutes)", 300),
        ("cron(0 12 * * ? *)", DAY),
        ("cron(0 5 ? * * *)", DAY),
        ("cron(15 * ? * * *)", HOUR),
        ("cron(0/15 * * * ? *)", 900),
        ("cron(0 0/4 * * ? *)", 4 * HOUR),
        ("cron(0 6,18 * * ? *)", 12 * HOUR),
        ("cron(0 1 ? * SUN *)", 7 * DAY),
        ("cron(0 1 ? * MON-FRI *)", 3 * DAY),
        ("cron(0 1 1 * ? *)", 31 * DAY),
        ("cron(0 1 1,15 * ? *)", 17 * DAY),
        ("cron(0 1 ? * 2#1 *)", 31 * DAY),
        ("cron(0 1 L * ? *)", 31 * DAY),
        ("cron(20 9 1/1 * ? *)", DAY),
    ],
)
def test_the_widest_gap_of_a_schedule(expression: str, gap: int) -> None:
    assert longest_gap(expression) == gap


@pytest.mark.parametrize(
    "expression",
    ["", "at(2026-12-01T00:00:00)", "cron(0 1 1 JAN ? *)", "cron(0 1 * * ?)", "cron(x y * * ? *)", "rate(soon)"],
)
def test_what_is_no_round_has_no_gap(expression: str) -> None:
    assert longest_gap(expression) is None
