"""Whether anybody may read or write the objects of a bucket."""

import re

from infraaudit.model import BucketRole, Estate, ObjectStore, PublicAccess
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    policy,
)

_SHOWN = re.compile(r"(?<![a-z])(website|site|www|static|public|assets|cdn|docs)(?![a-z])")
"""Words of buckets that hold what is shown to everybody."""


def _has_an_answer(bucket: ObjectStore, _: Estate) -> Exclusion | None:
    if bucket.public is None:
        return Exclusion(Reason.MANAGED, "whom it lets in is not read")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_has_an_answer,
    holds="buckets let in only those who are named",
    environment_matters=False,
    equivalents=(
        "CKV_AWS_20",
        "CKV_AWS_57",
        "CKV_AWS_70",
        "CKV_GCP_28",
        "CKV_AZURE_34",
        "AVD-AWS-0092",
        "AWS-0092",
        "AVD-GCP-0001",
        "GCP-0001",
        "AVD-AZU-0007",
        "AZU-0007",
    ),
)
def object_storage_public(bucket: ObjectStore) -> Findings:
    """Anybody may read or write the objects of a bucket.

    Why: scanners find open buckets within hours. What is in them is copied, and where writing is allowed replaced or
    used to serve somebody else's files.

    Fix: take the public access list or policy away, switch the public access block on (public_access_prevention =
    "enforced" of Cloud Storage, private containers on Azure), and serve public files through a CDN with access of its
    own.

    Quiet when: the public access block stands before the list or policy.

    See: Amazon S3 user guide, Blocking public access to your Amazon S3 storage.
    """
    if bucket.public is None:
        return
    access = bucket.public.settled()
    if access.value is not PublicAccess.NONE:
        yield Finding(
            access.at,
            f"anybody may {access.value} the objects of {bucket}",
            label="open to everybody",
            factors=_weight(bucket, access.value),
        )


def _weight(bucket: ObjectStore, access: PublicAccess) -> tuple[Factor, ...]:
    named = any(_SHOWN.search(name.lower()) for name in (bucket.name, *bucket.identifiers))
    meant = (bucket.site or named) and bucket.role in {BucketRole.OTHER, BucketRole.UPLOADS}
    if meant and access is PublicAccess.READ:
        return (at_most(Severity.MEDIUM, "it is set up or called as something that everybody may read"),)
    return ()
