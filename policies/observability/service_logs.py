"""Whether the services of a platform write down what they do."""

from infraaudit.model import Workflow
from infraaudit.policy import (
    Effort,
    Factor,
    Finding,
    Findings,
    Severity,
    at_most,
    by_default,
    policy,
)

_OFF = "OFF"


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    holds="workflows write their history down",
    equivalents=("CKV_AWS_285",),
)
def workflow_and_serverless_logging_off(workflow: Workflow) -> Findings:
    """A workflow writes nothing of its history down.

    Why: the service keeps the history of a standard execution for 90 days and that of an express one not at all, and
    neither can be searched or alarmed upon. After a failure nobody knows which step got what.

    Fix: logging_configuration with level = "ERROR" and a log group that has a retention.

    See: AWS Step Functions developer guide, Logging in CloudWatch Logs.
    """
    level = workflow.log_level.settled()
    if level.value.upper() != _OFF:
        return
    brief = workflow.brief.settled()
    yield Finding(
        level.at,
        f"{workflow} writes nothing of its history down{by_default(level)}",
        label="the log level is OFF" if level.stated else "no log level is set",
        factors=() if brief.value else _KEPT_A_WHILE,
    )


_KEPT_A_WHILE: tuple[Factor, ...] = (
    at_most(Severity.LOW, "the service itself keeps the history of an execution for 90 days"),
)
