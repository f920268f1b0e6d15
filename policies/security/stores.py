"""Whether a store is closed with more than most need: keys of its owner, logins by identity, no shared keys."""

from infraaudit.model import (
    DataClass,
    Datastore,
    Environment,
    Estate,
    Faceted,
    FacetName,
    Unknown,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Profile,
    Reason,
    Severity,
    by_default,
    policy,
)

_WITH_IDENTITIES = frozenset({"postgres", "mysql", "mariadb", "neptune"})


def _may_have_own_key(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.OWN_KEY) is None:
        return Exclusion(Reason.MANAGED, "whether its kind takes a key of its owner is not read")
    if isinstance(resource, Datastore) and resource.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "nothing in it has to last")
    encrypted = resource.facet(FacetName.ENCRYPTED_AT_REST)
    if encrypted is not None and not encrypted.holds.settled().value:
        return Exclusion(Reason.MANAGED, "it is not encrypted at all, which is told by itself")
    return None


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_may_have_own_key,
    holds="stores are encrypted with keys of their owner",
    equivalents=(
        "CKV_AWS_119",
        "CKV_AWS_142",
        "CKV_AWS_145",
        "CKV_AWS_182",
        "CKV_AWS_184",
        "CKV_AWS_185",
        "CKV_AWS_191",
        "CKV_AWS_327",
        "AVD-AWS-0017",
        "AVD-AWS-0025",
        "AVD-AWS-0132",
        "AWS-0017",
        "AWS-0025",
        "AWS-0132",
        "AVD-GCP-0066",
        "GCP-0066",
    ),
    profile=Profile.STRICT,
)
def customer_managed_key_missing(resource: Faceted) -> Findings:
    """A store is encrypted with a key that the platform keeps.

    Why: where a regulation asks for it, the owner has to decide who may decrypt, to see each use of the key, and to be
    able to withdraw it. The platform's own key cannot be shared with another account either, so copies for it fail.

    Fix: name a key of one's own, one for each class of data and each environment (kms_key_id = aws_kms_key.data.arn,
    encryption_key_name, customer_managed_key).

    Quiet when: a key is named, or the store is not encrypted at all, which is told by itself. Only regulated systems
    need this: it belongs to the strict profile.

    See: AWS Well-Architected SEC08-BP01.
    """
    facet = resource.facet(FacetName.OWN_KEY)
    if facet is None:
        return
    own = facet.holds.settled()
    if not own.value:
        yield Finding(
            own.at,
            f"{resource} is encrypted with a key of its platform{by_default(own)}",
            label=f"{facet.setting} names no key of its owner" if own.stated else f"{facet.setting} is not set",
        )


def _may_know_identities(store: Datastore, _: Estate) -> Exclusion | None:
    if store.facet(FacetName.IDENTITY_LOGIN) is None:
        return Exclusion(Reason.MANAGED, "whether it can let in identities of its cloud is not read")
    if store.engine not in _WITH_IDENTITIES:
        return Exclusion(Reason.PLATFORM, f"{store.engine} has no login by identity there")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"a password does there: {store.deployment.evidence}")
    return None


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_may_know_identities,
    holds="databases let in identities of the cloud",
    equivalents=("CKV_AWS_161", "CKV_AWS_162", "CKV_AWS_359", "AVD-AWS-0176", "AWS-0176"),
    profile=Profile.STRICT,
)
def database_identity_auth_off(store: Datastore) -> Findings:
    """A database lets in by passwords alone, where its platform could tell who asks.

    Why: a password is copied into settings and machines and lives for years; the token of an identity is good for some
    minutes, and what it may do is written beside all other permissions.

    Fix: iam_database_authentication_enabled = true and rds-db:connect for the roles that need it; the flag
    cloudsql.iam_authentication and IAM users of Cloud SQL.

    Quiet when: it is not production, or the engine has no such login. Drivers and poolers that cannot fetch tokens are
    a reason to stay with a password: it belongs to the strict profile.

    See: Amazon RDS user guide, IAM database authentication; Cloud SQL, IAM authentication.
    """
    facet = store.facet(FacetName.IDENTITY_LOGIN)
    if facet is None:
        return
    known = facet.holds.settled()
    if not known.value:
        yield Finding(
            known.at,
            f"{store} lets in by password alone{by_default(known)}",
            label=f"{facet.setting} is off" if known.stated else f"{facet.setting} is not set",
        )


def _has_doors(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.HTTPS_ALONE) is None and resource.facet(FacetName.NO_SHARED_KEYS) is None:
        return Exclusion(Reason.MANAGED, "neither plain requests nor shared keys are read of its kind")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_has_doors,
    holds="buckets and namespaces take encrypted requests of known identities alone",
    equivalents=("CKV_AWS_379",),
    profile=Profile.STRICT,
)
def storage_transport_or_keys_weak(resource: Faceted) -> Findings:
    """A bucket answers plain requests, or a store takes a key that several share.

    Why: a client with an old address sends its data and its signature in the clear and does not notice. A key that is
    shared says nothing of who used it, does not end, and opens everything at once.

    Fix: a Deny statement for aws:SecureTransport = false in the policy of the bucket; local_auth_enabled = false and
    shared_access_key_enabled = false with managed identities.

    Quiet when: a statement refuses plain requests, or the switch for shared keys is off. Could not tell where the
    policy of a bucket cannot be read.

    See: Amazon S3 user guide, Security best practices for Amazon S3; Azure Storage, Security recommendations.
    """
    doubts: list[Unknown[bool]] = []
    for name, says, part in _DOORS:
        facet = resource.facet(name)
        if facet is None:
            continue
        closed = facet.holds
        if isinstance(closed, Unknown):
            doubts.append(closed)
        elif not closed.value:
            yield Finding(
                closed.at,
                f"{resource} {says}{by_default(closed)}",
                label=f"{facet.setting} allows it" if closed.stated else f"{facet.setting} is not set",
                part=part,
            )
    for doubt in doubts:
        doubt.settled()


_DOORS = (
    (FacetName.HTTPS_ALONE, "answers requests in plain text", "transport"),
    (FacetName.NO_SHARED_KEYS, "takes keys that several share", "keys"),
)
"""The questions, what is said where the answer is no, and what tells both findings apart."""
