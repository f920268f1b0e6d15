"""Reads when an alarm of CloudWatch fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import AlarmCondition, Known
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from infraaudit.readers.terraform.configuration.resource import Resource
    from infraaudit.source.yaml_tree import Scalar

_PERCENTILE = "extended_statistic"


def condition_of(resource: Resource) -> AlarmCondition | None:
    """Return the condition of an alarm on one metric; ``None`` for expressions, and for a band of the usual."""
    if argument(resource, "metric_name").is_absent or not argument(resource, "threshold_metric_id").is_absent:
        return None
    names = [argument(resource, each).string() for each in ("namespace", "metric_name")]
    row = table("alarm_metrics").get(" ".join(each.value for each in names if isinstance(each, Known)))
    percentile = argument(resource, _PERCENTILE)
    return AlarmCondition(
        statistic=(argument(resource, "statistic") if percentile.is_absent else percentile).string(),
        comparison=argument(resource, "comparison_operator").string(),
        threshold=argument(resource, "threshold").value(_number, "a number"),
        period=argument(resource, "period").integer(),
        periods=argument(resource, "evaluation_periods").integer(),
        datapoints=argument(resource, "datapoints_to_alarm").integer(),
        missing_data=string_or_default(
            argument(resource, "treat_missing_data"), "aws_cloudwatch_metric_alarm.missing_data"
        ),
        unit="" if row is None else str(row["unit"]),
        at_most_one=row is not None and bool(row.get("rate", False)),
        liveness=row is not None and bool(row.get("liveness", False)),
    )


def _number(scalar: Scalar) -> float | None:
    if isinstance(scalar, bool) or scalar is None:
        return None
    try:
        return float(scalar)
    except (ValueError, OverflowError):
        return None
