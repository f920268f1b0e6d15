"""Whether an alarm can fire at all, and whether it fires when it should."""

from collections.abc import Iterator

from infraaudit.model import Alarm, AlarmCondition, Estate, Known, Maybe, Unknown, known_value
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Operand, Reason, Severity, policy

_ABOVE = frozenset({"GreaterThanThreshold", "GreaterThanOrEqualToThreshold"})
_BELOW = frozenset({"LessThanThreshold", "LessThanOrEqualToThreshold"})
_LONGEST, _LONGEST_OF_HOURS, _HOUR = 86_400, 604_800, 3_600
_FEW_BYTES = 1_000_000
_MANY_SECONDS = 100
_WHOLE = 100


def _on_one_metric(alarm: Alarm, _: Estate) -> Exclusion | None:
    if alarm.condition is None:
        return Exclusion(Reason.MANAGED, "it does not hold one metric against a number, or its number is not read")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_on_one_metric,
    holds="the thresholds of alarms are in the unit of their metrics",
    insight=True,
)
def alarm_threshold_unreachable(alarm: Alarm) -> Findings:
    """An alarm never fires, or always, because its threshold is in the wrong unit.

    Why: 5 for free storage means 5 bytes and not 5 gigabytes, and 0.8 for a share in percent is passed all the time.
    The team believes it is watched, or has learned to look away.

    Fix: write the threshold in the unit of the metric (bytes, seconds, percent from 0 to 100), take the sum of what
    counts events, and no more datapoints than periods.

    Quiet when: the alarm computes with several metrics, or holds one against the band of its usual values.

    See: Amazon CloudWatch API reference, PutMetricAlarm; the metrics of each service.
    """
    condition = alarm.condition
    if condition is None:
        return
    fault = next(_faults(condition), None)
    if fault is not None:
        value, words = fault
        yield Finding(
            value.at,
            f"{alarm}{_metric(alarm)} {words}",
            label=_written(value),
            operands=(Operand("threshold", _written(value), value.at),),
        )
        return
    for each in (condition.threshold, condition.comparison, condition.statistic, condition.periods, condition.period):
        if isinstance(each, Unknown):
            each.settled()


def _metric(alarm: Alarm) -> str:
    return f" on {alarm.metrics[0]}" if len(alarm.metrics) == 1 else ""


def _written(value: Known[float] | Known[int]) -> str:
    return f"{value.value:g}"


def _faults(condition: AlarmCondition) -> Iterator[tuple[Known[float] | Known[int], str]]:
    """Yield the value that is wrong with a condition, and in which way."""
    threshold = condition.threshold
    if isinstance(threshold, Known):
        words = _of_threshold(condition, threshold.value)
        if words:
            yield threshold, words
    periods, datapoints = condition.periods, condition.datapoints
    if isinstance(periods, Known) and isinstance(datapoints, Known) and datapoints.value > periods.value:
        yield datapoints, f"wants {datapoints.value} datapoints of {periods.value} periods, which is refused"
    period = known_value(condition.period)
    if isinstance(periods, Known) and period is not None:
        longest = _LONGEST if period < _HOUR else _LONGEST_OF_HOURS
        if period * periods.value > longest:
            yield periods, f"looks back over {period * periods.value} s, and {longest} s are the most that is taken"


def _of_threshold(condition: AlarmCondition, threshold: float) -> str:
    """Return in which way a threshold is wrong, an empty text where it is not."""
    comparison = known_value(condition.comparison)
    above, below = comparison in _ABOVE, comparison in _BELOW
    if condition.unit and below and (threshold < 0 or (threshold == 0 and comparison == "LessThanThreshold")):
        return f"never fires: nothing is less than {threshold:g}"
    if condition.unit == "percent" and above:
        return _of_share(threshold, strict=comparison == "GreaterThanThreshold")
    if condition.unit == "bytes" and below and threshold < _FEW_BYTES:
        return f"never fires in time: {threshold:g} are bytes"
    if condition.unit == "seconds" and above and threshold >= _MANY_SECONDS:
        return f"never fires: {threshold:g} are seconds, and not milliseconds"
    beyond = threshold > 1 or (threshold == 1 and comparison == "GreaterThanThreshold")
    if condition.at_most_one and above and known_value(condition.statistic) == "Average" and beyond:
        return f"never fires: the average of events that count 1 each is 1, and not more than {threshold:g}"
    return ""


def _of_share(threshold: float, *, strict: bool) -> str:
    if threshold > _WHOLE or (strict and threshold == _WHOLE):
        return f"never fires: nothing is more than {_WHOLE} percent"
    if 0 < threshold <= 1:
        return f"fires all the time: {threshold:g} is a share of {threshold:g} percent"
    return ""


def _says_something_is_there(alarm: Alarm, _: Estate) -> Exclusion | None:
    if alarm.condition is None or not alarm.condition.liveness:
        return Exclusion(Reason.ROLE, "its metric does not tell whether something is there")
    comparison: Maybe[str] = alarm.condition.comparison
    if isinstance(comparison.settled(), Known) and known_value(comparison) not in _BELOW:
        return Exclusion(Reason.ROLE, "it does not fire where too few are left")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_says_something_is_there,
    holds="an alarm on what is left fires also where nothing is left",
    insight=True,
)
def alarm_missing_data_hides_outage(alarm: Alarm) -> Findings:
    """An alarm on what is left falls silent when nothing is left.

    Why: a target group without targets, a service without tasks reports nothing at all. To the alarm that is no data,
    and no data is no alarm.

    Fix: treat_missing_data = "breaching".

    Quiet when: the metric is one of errors, which are missing on good days.

    See: Amazon CloudWatch user guide, Configuring how CloudWatch alarms treat missing data.
    """
    condition = alarm.condition
    if condition is None:
        return
    missing = condition.missing_data.settled()
    if missing.value != "breaching":
        stated = f"counts as {missing.value}" if missing.stated else "counts as missing by default"
        yield Finding(
            missing.at,
            f"{alarm}{_metric(alarm)} stays silent where nothing is left, for no data {stated}",
            label=missing.value if missing.stated else "no treat_missing_data",
        )
