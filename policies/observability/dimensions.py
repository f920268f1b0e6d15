"""Whether alarms can ever have data."""

from collections.abc import Iterator
from difflib import get_close_matches

from infraaudit.model import Absent, Alarm, Estate, Known, LogMetric, Unknown, known_value
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy


def _picks_one(alarm: Alarm, estate: Estate) -> Exclusion | None:
    if not alarm.dimensions and not any(_counted_beside(alarm, estate)):
        return Exclusion(Reason.MANAGED, "no dimension picks its metric, and no filter of logs makes one beside it")
    return None


def _counted_beside(alarm: Alarm, estate: Estate) -> Iterator[LogMetric]:
    """Yield the metrics that filters of logs make in the namespace of an alarm."""
    namespace = known_value(alarm.namespace) if alarm.namespace is not None else None
    if namespace is not None and not namespace.startswith("AWS/"):
        for counted in estate.in_deployment(alarm, LogMetric):
            if known_value(counted.namespace) == namespace or isinstance(counted.namespace, Unknown):
                yield counted


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_picks_one,
    holds="alarms look at metrics that exist",
    insight=True,
)
def alarm_dimension_invalid(alarm: Alarm, estate: Estate) -> Findings:
    """An alarm looks at a metric that nothing reports.

    Why: the alarm stays in INSUFFICIENT_DATA for ever, which looks like quiet, and never fires.

    Fix: take the attribute that the metric is reported under, arn_suffix for load balancers and target groups, and give
    all dimensions that belong together; name the metric of a filter of logs by reference to the filter.

    Quiet when: the namespace is one of its owner's own, and no filter of logs makes a metric of a like name in it.
    Could not tell where the namespace or a dimension cannot be told.

    See: Amazon CloudWatch user guide, Dimensions; Elastic Load Balancing, CloudWatch metrics.
    """
    yield from _misspelt(alarm, estate)
    namespace = alarm.namespace.settled() if alarm.namespace is not None else None
    for dimension in alarm.dimensions:
        if dimension.fault:
            yield Finding(
                dimension.at,
                f"{alarm} can never have data: {dimension.fault}",
                label="picks no metric",
                part=dimension.name,
            )
        elif not dimension.of and namespace is not None and not isinstance(namespace, Absent):
            dimension.value.settled()


def _misspelt(alarm: Alarm, estate: Estate) -> Findings:
    """Find an alarm whose metric no filter makes, where one makes a metric of a like name in the same namespace."""
    beside = list(_counted_beside(alarm, estate))
    if not beside or len(alarm.metrics) != 1:
        return
    made = {each.metric.value: each for each in beside if isinstance(each.metric, Known)}
    wanted = alarm.metrics[0]
    if wanted in made:
        return
    for each in beside:
        for value in (each.namespace, each.metric):
            if isinstance(value, Unknown):
                value.settled()
    near = get_close_matches(wanted, list(made), n=1, cutoff=_ALIKE)
    if near:
        yield Finding(
            alarm.at,
            f"{alarm} looks at {wanted}, and the filter beside it counts {near[0]}",
            label="no filter makes this metric",
            places=(Place(made[near[0]].at, f"counts {near[0]}"),),
            part="metric",
        )


_ALIKE = 0.85
