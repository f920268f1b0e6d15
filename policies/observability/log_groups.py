"""How long logs are kept, and whether anybody decided it."""

from infraaudit.model import (
    Absent,
    Environment,
    Estate,
    Known,
    LogKind,
    LogSink,
    ServiceLog,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Reason,
    Severity,
    at_most,
    by_default,
    left_alone_by_modules,
    policy,
    raised,
)

_LEAST_DAYS = 14
_LEAST_DAYS_OF_EVIDENCE = 90


def _chosen(sink: LogSink, _: Estate) -> Exclusion | None:
    if sink.fixed:
        return Exclusion(Reason.PLATFORM, "its class decides how long it keeps them")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_chosen,
    holds="logs are kept for a time that somebody chose",
    equivalents=("CKV_AWS_66",),
)
def log_retention_unset(sink: LogSink) -> Findings:
    """Logs are kept for ever.

    Why: each day adds to the bill, and what names people may not be kept without an end. Nobody finds anything in ten
    years of logs either.

    Fix: set how many days they are kept (retention_in_days = 30 to 365; for a bucket that logs are written to, a rule
    that expires them), and hand on what has to be kept longer.

    Quiet when: a retention is set, or the platform's own is limited; a trail is kept in the bucket, or a lock keeps it.

    See: Amazon CloudWatch Logs user guide, Change log data retention.
    """
    retention = sink.retention.settled()
    if isinstance(retention, Absent):
        yield Finding(retention.at, f"{sink} keeps its logs for ever", label="no retention is set")


def _in_use(sink: LogSink, estate: Estate) -> Exclusion | None:
    if sink.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"nobody investigates it: {sink.deployment.evidence}")
    return _chosen(sink, estate)


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_in_use,
    holds="logs last until somebody looks for the cause",
    equivalents=("CKV_AWS_338",),
)
def log_retention_too_short(sink: LogSink) -> Findings:
    """Logs are gone before somebody looks for the cause.

    Why: a slow leak is noticed after weeks, an intrusion after months. Then the days in which it began are needed, and
    they are deleted.

    Fix: keep the output of programs for two weeks or more, and for 90 days or more what tells who changed what, which
    requests came in and which connections were made; or hand them on to where they are kept.

    Quiet when: a subscription hands them on, or it is not production.

    See: AWS Well-Architected SEC04-BP01.
    """
    retention = sink.retention.settled()
    least = _LEAST_DAYS_OF_EVIDENCE if sink.kinds else _LEAST_DAYS
    if isinstance(retention, Absent) or retention.value >= least:
        return
    if sink.handed_on is not None and sink.handed_on.settled().value:
        return
    told = sink.kinds[0].value if sink.kinds else "what programs say"
    yield Finding(
        retention.at,
        f"{sink} keeps {told} for {retention.value} days{by_default(retention)}",
        label=f"less than {least} days",
        operands=(Operand("days that are kept", str(retention.value), retention.at, retention.fact),),
        sum=f"{retention.value} < {least}",
        factors=_evidence(sink),
    )


def _evidence(sink: LogSink) -> tuple[Factor, ...]:
    if LogKind.AUDIT in sink.kinds and sink.deployment.environment is Environment.PRODUCTION:
        return (raised("it is the record of who changed what in production"),)
    return ()


def _of_words(log: ServiceLog, _: Estate) -> Exclusion | None:
    """Hold what programs and services say: of figures nobody needs the first week, and what keeps them is not told."""
    if log.measures:
        return Exclusion(Reason.PLATFORM, "it holds figures of the platform, and is not told to keep them for ever")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_of_words,
    holds="the groups that services write to are declared",
    insight=True,
)
def implicit_log_group(log: ServiceLog, estate: Estate) -> Findings:
    """A service makes its log group itself, because none of the name is declared.

    Why: the group that the service makes keeps its logs for ever, carries no tags and no key, and stays behind when
    everything else is destroyed.

    Fix: declare the group under exactly this name, with a retention, and let what writes to it depend on it.

    Quiet when: a group of this name is declared, the service is given another one, or it holds figures alone. Could not
    tell where the name of a declared group, or that of the service, is not known, or a module that is not in the tree
    is given the service.

    See: AWS Lambda developer guide, Sending Lambda function logs to CloudWatch Logs; Amazon EKS user guide, Send
    control plane logs to CloudWatch Logs.
    """
    declared = log.declared.settled()
    if not declared.value and not _declared_elsewhere(log, estate):
        left_alone_by_modules(log, estate, log.of)
        name = f", {log.group.value}," if isinstance(log.group, Known) else ""
        yield Finding(
            declared.at,
            f"the log group of {log}{name} is declared nowhere",
            label="made by the service, and kept for ever",
            factors=_of_little_weight(log) or _alone(log, estate),
        )


def _declared_elsewhere(log: ServiceLog, estate: Estate) -> bool:
    name = known_value(log.group)
    return log.shared and any(name in each.identifiers for each in estate.of(LogSink))


def _of_little_weight(log: ServiceLog) -> tuple[Factor, ...]:
    return (at_most(Severity.LOW, "all of the account write to it, and any root may declare it"),) if log.shared else ()


def _alone(log: ServiceLog, estate: Estate) -> tuple[Factor, ...]:
    own = (each for each in estate.in_deployment(log, ServiceLog) if not each.shared and not each.measures)
    others = {each.of for each in own} - {log.of}
    return () if others else (at_most(Severity.LOW, "nothing else in the deployment writes to a group of its own"),)
