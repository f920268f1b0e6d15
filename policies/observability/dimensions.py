"""Whether alarms can ever have data."""

from infraaudit.model import Absent, Alarm, Estate
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, policy


def _picks_one(alarm: Alarm, _: Estate) -> Exclusion | None:
    if not alarm.dimensions:
        return Exclusion(Reason.MANAGED, "no dimension picks its metric")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_picks_one,
    holds="the dimensions of alarms pick metrics that exist",
    insight=True,
)
def alarm_dimension_invalid(alarm: Alarm) -> Findings:
    """An alarm looks at a metric that nothing reports.

    Why: the alarm stays in INSUFFICIENT_DATA for ever, which looks like quiet, and never fires.

    Fix: take the attribute that the metric is reported under, arn_suffix for load balancers and target groups, and give
    all dimensions that belong together.

    Quiet when: the namespace is one of its owner's own. Could not tell where the namespace or a dimension cannot be
    told.

    See: Amazon CloudWatch user guide, Dimensions; Elastic Load Balancing, CloudWatch metrics.
    """
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
