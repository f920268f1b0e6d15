from __future__ import annotations

import pytest

from infraaudit.model import Absent, Alarm, AlarmCondition, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only


def condition(body: str) -> AlarmCondition | None:
    return only(f"aws_cloudwatch_metric_alarm.a: {body}\n", Alarm).condition


def read(body: str) -> AlarmCondition:
    found = condition(body)
    assert found is not None
    return found


def test_what_is_written_of_a_condition() -> None:
    found = read(
        "{namespace: AWS/Lambda, metric_name: Errors, statistic: Sum, comparison_operator: GreaterThanThreshold,"
        " threshold: '0.5', period: 60, evaluation_periods: 3, datapoints_to_alarm: 2, treat_missing_data: ignore}"
    )
    assert (known_value(found.statistic), known_value(found.comparison)) == ("Sum", "GreaterThanThreshold")
    assert known_value(found.threshold) == 0.5
    assert [known_value(each) for each in (found.period, found.periods, found.datapoints)] == [60, 3, 2]
    assert known_value(found.missing_data) == "ignore"
    assert (found.unit, found.at_most_one, found.liveness) == ("count", True, False)


def test_a_metric_of_ones_own_has_no_unit_and_missing_data_is_missing() -> None:
    found = read("{namespace: Shop, metric_name: Carts}")
    assert (found.unit, known_value(found.missing_data)) == ("", "missing")
    assert isinstance(found.threshold, Absent)


def test_a_percentile_stands_for_the_statistic() -> None:
    assert known_value(read("{metric_name: X, extended_statistic: p99}").statistic) == "p99"


@pytest.mark.parametrize("body", ["{metric_query: [{id: a}]}", "{metric_name: X, threshold_metric_id: band}"])
def test_expressions_and_bands_have_no_condition(body: str) -> None:
    assert condition(body) is None


@pytest.mark.parametrize("threshold", ["unknown(var.x)", "five", "true"])
def test_a_threshold_that_is_no_number_cannot_be_told(threshold: str) -> None:
    assert isinstance(read(f"{{metric_name: X, threshold: {threshold}}}").threshold, Unknown)
