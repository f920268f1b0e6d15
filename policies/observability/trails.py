"""Whether it can be told afterwards who changed what in an account."""

import re

from infraaudit.model import (
    Absent,
    Alarm,
    AuditTrail,
    EdgeKind,
    Estate,
    Guardrail,
    GuardrailKind,
    Known,
    LogMetric,
    ObjectStore,
    PublicAccess,
    Trigger,
    Unknown,
    UnsettledError,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_least,
    at_most,
    by_default,
    in_a_row,
    policy,
    setting_up_an_account,
)

_STOPPED: tuple[Factor, ...] = (at_least(Severity.HIGH, "nothing at all is recorded"),)
_READABLE: tuple[Factor, ...] = (at_least(Severity.HIGH, "anybody reads what is done in the account"),)


def _main(trail: AuditTrail, estate: Estate) -> Exclusion | None:
    """Hold the trails that record how resources are managed, unless another one does it for all regions."""
    if not trail.management.settled().value:
        return Exclusion(Reason.ROLE, "it records the use of data alone")
    if trail.every_region is None or known_value(trail.every_region):
        return None
    for other in estate.in_deployment(trail, AuditTrail):
        if other.key == trail.key or other.every_region is None:
            continue
        values = (other.every_region, other.management, other.records)
        if any(isinstance(each, Known) and not each.value for each in values):
            continue
        for each in values:
            each.settled()
        return Exclusion(Reason.MANAGED, f"{other} records every region beside it")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_main,
    holds="the trail of an account takes in all regions, and nobody can change it unseen",
    equivalents=(
        "CKV_AWS_36",
        "CKV_AWS_67",
        "CKV_AWS_251",
        "AVD-AWS-0014",
        "AVD-AWS-0016",
        "AVD-AWS-0161",
        "AWS-0014",
        "AWS-0016",
        "AWS-0161",
    ),
    environment_matters=False,
)
def audit_trail_weak(trail: AuditTrail, estate: Estate) -> Findings:
    """The record of who changed what in an account has gaps, or can be changed unseen.

    Why: an intruder works in the region that nobody looks at, and removes the traces afterwards. Of what is not
    recorded, or may have been changed, nothing can be proved.

    Fix: for CloudTrail, is_multi_region_trail = true and enable_log_file_validation = true, with logging left on and
    the services without a region left in; keep the bucket private.

    Quiet when: the trail records the use of data alone, or another trail of the deployment records every region.

    See: CIS AWS Foundations Benchmark, 3 Logging; AWS CloudTrail user guide, Security best practices.
    """
    records = trail.records.settled()
    if not records.value:
        yield Finding(records.at, f"{trail} is switched off", label="records nothing", factors=_STOPPED, part="off")
        return
    yield from _gaps(trail)
    yield from _open_bucket(trail, estate)
    for value in (trail.every_region, trail.global_services, trail.sealed, trail.everybody):
        if isinstance(value, Unknown):
            value.settled()


def _gaps(trail: AuditTrail) -> Findings:
    """Yield one finding for all that a trail leaves out."""
    asked = (
        (trail.every_region, "records one region only"),
        (trail.global_services, "leaves out the services that have no region"),
        (trail.sealed, "does not show when what it recorded was changed"),
        (trail.everybody, "leaves out what some members do"),
    )
    lacking = [(each, words) for each, words in asked if isinstance(each, Known) and not each.value]
    if lacking:
        first = lacking[0][0]
        more = [each for each in lacking[1:] if each[0].at != first.at]
        yield Finding(
            first.at,
            f"{trail} {in_a_row(f'{words}{by_default(each)}' for each, words in lacking)}",
            label="so what it keeps proves little",
            places=tuple(Place(each.at, words) for each, words in more),
            factors=_single(trail),
            part="gaps",
        )


def _single(trail: AuditTrail) -> tuple[Factor, ...]:
    """Weigh less where only the proof of integrity is lacking."""
    whole = trail.every_region is None or known_value(trail.every_region)
    if whole and isinstance(trail.log_group, Known):
        return (at_most(Severity.LOW, "its events also go to a log group, which keeps a second copy"),)
    return ()


def _open_bucket(trail: AuditTrail, estate: Estate) -> Findings:
    for bucket in estate.in_deployment(trail, ObjectStore):
        named = known_value(trail.bucket)
        if named is None or named not in {bucket.address, *bucket.identifiers} or bucket.public is None:
            continue
        public = known_value(bucket.public)
        if public is not None and public is not PublicAccess.NONE:
            yield Finding(
                trail.bucket.at,
                f"{trail} writes to {bucket}, which anybody may {public.value}",
                label="an open bucket",
                places=(Place(bucket.public.at, "open to anybody"),),
                factors=_READABLE,
                part="bucket",
            )


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=setting_up_an_account,
    holds="the account keeps a record of who changed what",
    environment_matters=False,
)
def audit_trail_missing(guardrail: Guardrail, estate: Estate) -> Findings:
    """The baseline of an account keeps no record of who changed what.

    Why: the console shows 90 days of events and no more, one region at a time, and nobody is told of any.

    Fix: a trail for all regions, or one of the organisation, to a bucket of another account.

    Quiet when: the deployment does not set up an account, or a trail is anywhere in the scan.

    See: CIS AWS Foundations Benchmark 3.1.
    """
    if not estate.of(AuditTrail):
        yield Finding(guardrail.at, "no trail records who changes what in the account", label="the first of its guards")


_TOLD_OF = frozenset({"aws.guardduty", "aws.securityhub", "aws.access-analyzer"})
_OF_TRAILS = re.compile(r"\$\.(eventName|eventSource|errorCode|errorMessage|userIdentity)")
"""Fields of the events that a trail writes to its log group."""

_LOOKING = frozenset({GuardrailKind.THREATS, GuardrailKind.FINDINGS})


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=setting_up_an_account,
    holds="somebody is told when an intruder is found in the account",
    environment_matters=False,
)
def security_event_alarms_missing(guardrail: Guardrail, estate: Estate) -> Findings:
    """The baseline of an account looks for intruders and tells nobody.

    Why: a finding in the console waits for somebody who looks there. Of the use of root credentials, of a trail that is
    switched off, and of keys that a stranger uses, one wants to hear within minutes.

    Fix: a rule of EventBridge for the findings of GuardDuty or Security Hub, with a topic that people read as its
    target; or metric filters on the log group of the trail, with alarms.

    Quiet when: the deployment does not set up an account, a rule or an alarm on a filter is anywhere in the scan. Could
    not tell where the events of a rule cannot be told.

    See: CIS AWS Foundations Benchmark, 4 Monitoring; Amazon GuardDuty user guide, Processing findings with EventBridge.
    """
    triggers = estate.of(Trigger)
    if any(_TOLD_OF & set(each.hears) and not isinstance(each.starts, Absent) for each in triggers):
        return
    counted = [each for each in estate.of(LogMetric) if estate.sources(each, EdgeKind.WATCHES, Alarm)]
    if any(_OF_TRAILS.search(known_value(each.pattern) or "") for each in counted):
        return
    for each in counted:
        each.pattern.settled()
    unsure = next((each for each in triggers if not each.hears_complete), None)
    if unsure is not None:
        raise UnsettledError(Unknown(f"what {unsure} hears of cannot be told", unsure.at))
    _settle_what_is_counted(estate)
    looks = next((each for each in estate.in_deployment(guardrail, Guardrail) if each.guards in _LOOKING), guardrail)
    yield Finding(
        looks.at,
        "nobody is told of what is found in the account",
        label="no rule hands its findings on" if looks.guards in _LOOKING else "no rule, and no alarm on its trail",
    )


def _settle_what_is_counted(estate: Estate) -> None:
    """End the check where an alarm may be on what a filter counts."""
    filters = estate.of(LogMetric)
    for each in filters:
        each.namespace.settled()
        each.metric.settled()
    for alarm in estate.of(Alarm) if filters else ():
        if isinstance(alarm.namespace, Unknown):
            raise UnsettledError(alarm.namespace)
