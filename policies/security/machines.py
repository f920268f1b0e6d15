"""Whether programs on a machine can be made to hand out what the machine knows about itself."""

from infraaudit.model import Estate, Known, MetadataService
from infraaudit.policy import (
    Effort,
    Factor,
    Finding,
    Findings,
    Severity,
    at_most,
    by_default,
    policy,
    raised,
)


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    holds="machines tell who they are only to those who ask for a session",
    equivalents=(
        "CKV_AWS_79",
        "CKV_AWS_341",
        "AVD-AWS-0028",
        "AVD-AWS-0130",
        "AWS-0028",
        "AWS-0130",
        "AVD-GCP-0048",
        "GCP-0048",
    ),
)
def instance_metadata_v1(service: MetadataService, _: Estate) -> Findings:
    """A machine hands out its keys to whoever makes a program on it send one request.

    Why: a web application that can be talked into fetching an address fetches the keys of the machine's role from the
    metadata service, and with them all that the role may do. A session takes a request of another kind first.

    Fix: metadata_options with http_tokens = "required", and http_put_response_hop_limit = 1 where no containers run.

    Quiet when: sessions are required by the machine, its template or the account, or the service is switched off. Where
    nothing is written, the image or the account may ask for sessions, and it weighs less.

    See: Amazon EC2 user guide, Use the Instance Metadata Service to access instance metadata.
    """
    sessions = service.sessions.settled()
    if sessions.value or not service.enabled.settled().value:
        return
    exposed = isinstance(service.public, Known) and service.public.value
    factors: tuple[Factor, ...] = (raised("the internet reaches it"),) if exposed else ()
    if not sessions.stated:
        factors = (at_most(Severity.LOW, "its image or its account may ask for sessions"),)
    yield Finding(
        sessions.at,
        f"{service} hands out its keys without a session" + by_default(sessions),
        label="http_tokens is not required",
        factors=factors,
    )
