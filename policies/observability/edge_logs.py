"""Whether somebody can read afterwards who asked for what."""

from infraaudit.model import (
    AuditTrail,
    BucketRole,
    Environment,
    Estate,
    FacetName,
    Gateway,
    Known,
    ObjectStore,
    PublicAccess,
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
    Profile,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
    raised,
)

_BLIND = frozenset({"nlb", "gwlb", "a load balancer of Google that passes connections on"})
"""Load balancers that pass packets on and do not see requests."""


def _sees_requests(gateway: Gateway, _: Estate) -> Exclusion | None:
    if gateway.facet(FacetName.ACCESS_LOGGED) is None:
        return Exclusion(Reason.MANAGED, "whether its kind logs requests is not read")
    if known_value(gateway.proxy) in _BLIND:
        return Exclusion(Reason.ROLE, "it passes packets on and sees no requests")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_sees_requests,
    holds="requests at the edge are written down",
    equivalents=(
        "CKV_AWS_76",
        "CKV_AWS_86",
        "CKV_AWS_91",
        "CKV_AWS_92",
        "CKV_AWS_95",
        "AVD-AWS-0001",
        "AVD-AWS-0010",
        "AWS-0001",
        "AWS-0010",
    ),
)
def edge_access_logs_disabled(gateway: Gateway) -> Findings:
    """Nobody writes down the requests that come in.

    Why: after an outage or an intrusion there is nothing to look at: which paths failed, for whom, from where.

    Fix: switch the access logs of the load balancer, the distribution or the stage on, and keep them for a while.

    Quiet when: it is a load balancer that passes packets on, or a delivery takes its logs somewhere.

    See: AWS Well-Architected SEC04-BP01.
    """
    facet = gateway.facet(FacetName.ACCESS_LOGGED)
    if facet is None:
        return
    logged = facet.holds.settled()
    if logged.value:
        return
    gateway.proxy.settled()
    yield Finding(
        logged.at,
        f"the requests to {gateway} are written down nowhere" + by_default(logged),
        label=f"{facet.setting} is off" if logged.stated else f"{facet.setting} is not set",
        factors=_weight(gateway),
    )


def _weight(gateway: Gateway) -> tuple[Factor, ...]:
    if isinstance(gateway.public, Known) and not gateway.public.value:
        return (at_most(Severity.LOW, "only the private network reaches it"),)
    if isinstance(gateway.public, Unknown):
        return (at_most(Severity.LOW, "whether the internet reaches it cannot be told"),)
    return ()


def _holds_objects(bucket: ObjectStore, _: Estate) -> Exclusion | None:
    if bucket.facet(FacetName.ACCESS_LOGGED) is None:
        return Exclusion(Reason.MANAGED, "whether its kind logs requests is not read")
    if bucket.role is BucketRole.LOGS:
        return Exclusion(Reason.ROLE, "it holds logs itself, and would log its own logging")
    if bucket.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"nobody asks who read it there: {bucket.deployment.evidence}")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_holds_objects,
    holds="requests for objects are written down",
    equivalents=("CKV_AWS_18", "AVD-AWS-0089", "AWS-0089", "CKV_GCP_62", "AVD-GCP-0077", "GCP-0077"),
    profile=Profile.STRICT,
)
def object_storage_access_logs_disabled(bucket: ObjectStore, estate: Estate) -> Findings:
    """Nobody writes down who reads and deletes the objects of a bucket.

    Why: after a leak one has to say which objects were read and by whom, and after a loss who deleted them. Nothing
    tells that afterwards.

    Fix: aws_s3_bucket_logging to a bucket for logs with a lifecycle, or a trail that takes in the events of objects;
    logging of google_storage_bucket; StorageRead, StorageWrite and StorageDelete in a diagnostic setting.

    Quiet when: a trail takes in the events of objects, the bucket holds logs itself, or it is not production. Most
    buckets do well without: it belongs to the strict profile.

    See: Amazon S3 user guide, Logging requests with server access logging.
    """
    facet = bucket.facet(FacetName.ACCESS_LOGGED)
    if facet is None:
        return
    logged = facet.holds.settled()
    if logged.value:
        return
    for trail in estate.of(AuditTrail):
        if isinstance(trail.data, Unknown):
            raise UnsettledError(trail.data)
        if trail.data is not None and trail.data.value:
            return
    yield Finding(
        logged.at,
        f"the requests for objects of {bucket} are written down nowhere{by_default(logged)}",
        label=f"{facet.setting} is off" if logged.stated else f"{facet.setting} is not set",
        factors=_open_or_dear(bucket),
    )


def _open_or_dear(bucket: ObjectStore) -> tuple[Factor, ...]:
    access = known_value(bucket.public) if bucket.public is not None else None
    if access in {PublicAccess.READ, PublicAccess.WRITE}:
        return (raised("everybody may ask for them"),)
    return ()
