"""Whether messages and records wait long enough for readers that were away."""

from infraaudit.model import Absent, Environment, Estate, Known, Queue, Retaining
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Reason,
    Severity,
    by_default,
    operand,
    policy,
    settled_within,
)

_HOUR = 3600
_DAY = 24 * _HOUR
_OF_QUEUES, _OF_LOGS = _DAY, 2 * _DAY
"""Less than this is too short: a queue is emptied by those who work on it, a log is read again and again."""


def _keeps(log: Retaining, _: Estate) -> Exclusion | None:
    if log.kept_for is None:
        return Exclusion(Reason.MANAGED, "for how long it keeps what it is given is not read")
    if log.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"what is missed there costs little: {log.deployment.evidence}")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_keeps,
    holds="logs and queues outlast readers that are away for a weekend",
    insight=True,
)
def stream_retention_too_short(log: Retaining) -> Findings:
    """What a reader misses over a weekend is dropped before it is back.

    Why: a consumer that fails on Friday night is mended on Monday. What came in meanwhile was dropped after a day, and
    nobody can read it again.

    Fix: keep records for three days or more (retention_period = 72, log.retention.hours=168), messages for four; or
    bring a copy of the log to object storage.

    Quiet when: it is not production.

    See: Amazon Kinesis Data Streams developer guide, Change the data retention period.
    """
    least = _OF_QUEUES if isinstance(log, Queue) else _OF_LOGS
    kept = log.kept_for
    if kept is None or isinstance(kept, Absent):
        return
    seconds = kept if isinstance(kept, Known) else settled_within(kept, f"{_words(least)} and more are enough")
    if seconds.value < least:
        yield Finding(
            seconds.at,
            f"{log} drops what was not read within {_words(seconds.value)}{by_default(seconds)}",
            label="a weekend is longer",
            operands=(operand("kept for", seconds, f"{seconds.value} s"),),
            sum=f"{seconds.value} s < {least} s",
        )


def _words(seconds: int) -> str:
    hours = seconds / _HOUR
    return f"{hours:g} hour{'' if hours == 1 else 's'}" if hours >= 1 else f"{seconds} seconds"
