"""Whether objects stay in their bucket as long as somebody needs them."""

from infraaudit.model import Absent, BucketRole, DataClass, Environment, Estate, ObjectStore
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Profile,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
    raised,
)

_WEEK = 7
_NEEDED = {
    BucketRole.STATE: "and with it the only map of what Terraform has made",
    BucketRole.UPLOADS: "and with it what users have put there",
    BucketRole.BACKUP: "and with it copies that a mistake may need",
}


def _holds_what_stays(bucket: ObjectStore, _: Estate) -> Exclusion | None:
    if bucket.role not in _NEEDED:
        return Exclusion(Reason.ROLE, f"its name tells of {bucket.role}")
    if bucket.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "its name says that nothing in it has to last")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_holds_what_stays,
    holds="no rule deletes what a bucket is there to keep",
    insight=True,
)
def lifecycle_deletes_protected_data(bucket: ObjectStore) -> Findings:
    """A rule deletes current objects of a bucket that something still needs.

    Why: a rule that was meant for old versions or temporary files also deletes what is in use, silently and every
    day: a state that was not changed for a while, an upload of last year, the copies from before a mistake.

    Fix: let the rule expire noncurrent versions only, or limit it to a prefix.

    Quiet when: the rule is limited by a prefix, a tag or a size, or deletes old versions only.

    See: Amazon S3 user guide, Lifecycle configuration elements.
    """
    for rule in bucket.expirations:
        everything, days = rule.everything.settled(), rule.days.settled()
        if not everything.value or (bucket.role is BucketRole.BACKUP and days.value >= _WEEK):
            continue
        age = f"{days.value} {'day' if days.value == 1 else 'days'}"
        yield Finding(
            rule.at,
            f"{bucket} deletes every object after {age}, {_NEEDED[bucket.role]}",
            label="no prefix limits the rule",
            factors=_weight(bucket),
        )
    if bucket.expirations_doubt is not None:
        bucket.expirations_doubt.settled()


def _weight(bucket: ObjectStore) -> tuple[Factor, ...]:
    if bucket.role is BucketRole.BACKUP:
        return (at_most(Severity.MEDIUM, "copies of a few days may be meant"),)
    return ()


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_holds_what_stays,
    holds="objects that are overwritten or deleted can be had back",
    equivalents=("CKV_AWS_21", "AVD-AWS-0090", "AWS-0090", "AC_AWS_0214", "CKV_GCP_78", "GCP-0078"),
)
def object_store_without_versioning(bucket: ObjectStore) -> Findings:
    """An object that is overwritten or deleted is gone.

    Why: a truncated upload of a state, a script with the wrong prefix or a stolen key leaves nothing to go back to.

    Fix: switch versioning on, and let old versions expire after some months.

    Quiet when: the bucket holds logs, artifacts or nothing that its name tells.

    See: Amazon S3 user guide, Using versioning in S3 buckets.
    """
    kept = bucket.versioning.settled()
    if not kept.value:
        yield Finding(
            kept.at,
            f"{bucket}, which holds {bucket.role}, keeps no versions of its objects{by_default(kept)}",
            label="versioning is off" if kept.stated else "versioning is not set",
            factors=_needed(bucket),
        )


def _keeps_versions(bucket: ObjectStore, _: Estate) -> Exclusion | None:
    if bucket.old_versions is None:
        return Exclusion(Reason.MANAGED, "what becomes of its old versions is not read")
    if bucket.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"it does not grow for years there: {bucket.deployment.evidence}")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_keeps_versions,
    holds="what nobody sees any more in a bucket is deleted after a time",
    equivalents=("CKV2_AWS_61", "CKV_AWS_300"),
    profile=Profile.STRICT,
)
def object_store_lifecycle_gaps(bucket: ObjectStore) -> Findings:
    """A bucket keeps what nobody sees any more, and grows without an end.

    Why: each object that is overwritten stays as an old version, and each upload that breaks off leaves its parts. None
    of it shows in a listing, and all of it is paid for.

    Fix: add a rule that expires noncurrent versions after some months and aborts unfinished uploads after a week.

    Quiet when: the bucket keeps no versions and takes no large uploads, or it is not production.

    See: Amazon S3 user guide, Managing the lifecycle of objects.
    """
    if bucket.old_versions is None or not bucket.versioning.settled().value:
        return
    old = bucket.old_versions.settled()
    if isinstance(old, Absent):
        unfinished = bucket.unfinished.settled() if bucket.unfinished is not None else None
        also = ", and the parts of uploads that broke off" if isinstance(unfinished, Absent) else ""
        yield Finding(
            bucket.versioning.settled().at,
            f"{bucket} keeps every version that was overwritten for ever{also}",
            label="no rule expires noncurrent versions",
        )


def _needed(bucket: ObjectStore) -> tuple[Factor, ...]:
    if bucket.role is BucketRole.UPLOADS or bucket.deployment.environment is Environment.NONPRODUCTION:
        return ()
    return (raised("a state or a backup is needed when everything else went wrong"),)
