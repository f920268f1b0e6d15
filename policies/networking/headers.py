"""What a gateway does with the headers of requests and answers."""

from infraaudit.model import (
    EdgeKind,
    Estate,
    Gateway,
    Server,
    Service,
    Workload,
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
    at_least,
    by_default,
    policy,
)

_MONITOR = "monitor"
_FEW_CHECKS = frozenset({Server.GUNICORN, Server.UVICORN})


def _reads_headers(gateway: Gateway, _: Estate) -> Exclusion | None:
    if gateway.odd_headers is None and gateway.smuggling is None:
        return Exclusion(Reason.MANAGED, "what it does with odd headers is no setting of it, or not read")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_reads_headers,
    holds="load balancers drop headers that are none",
    equivalents=("CKV_AWS_131", "CKV_AWS_328", "AVD-AWS-0052", "AWS-0052"),
    profile=Profile.STRICT,
)
def load_balancer_header_hardening(gateway: Gateway, estate: Estate) -> Findings:
    """A load balancer hands on headers and requests that are not well formed.

    Why: the program behind it may read such a header, or the end of a request, in another way than the load balancer
    did, and takes the rest for the request of somebody else.

    Fix: drop_invalid_header_fields = true, desync_mitigation_mode = "defensive" or "strictest".

    Quiet when: both are set. It weighs more where gunicorn or uvicorn stand behind it with nothing between.

    See: Elastic Load Balancing user guide, Desync mitigation mode.
    """
    headers = gateway.odd_headers.settled() if gateway.odd_headers is not None else None
    if headers is not None and headers.value:
        yield Finding(
            headers.at,
            f"{gateway} hands on headers that are none{by_default(headers)}",
            label="drop_invalid_header_fields is not on",
            factors=_weight(gateway, estate),
            part="headers",
        )
    mode = gateway.smuggling.settled() if gateway.smuggling is not None else None
    if mode is not None and mode.value == _MONITOR:
        yield Finding(
            mode.at,
            f"{gateway} only counts requests of which it is not clear where they end",
            label="they are handed on",
            factors=_weight(gateway, estate),
            part="ends",
        )


def _weight(gateway: Gateway, estate: Estate) -> tuple[Factor, ...]:
    for service in estate.targets(gateway, EdgeKind.ROUTES_TO, Service):
        for workload in estate.targets(service, EdgeKind.EXPOSES, Workload):
            for container in workload.containers:
                if container.process is not None and container.process.server in _FEW_CHECKS:
                    return (
                        at_least(Severity.MEDIUM, f"{container.process.server} stands behind it with nothing between"),
                    )
    return ()


def _may_add_headers(gateway: Gateway, _: Estate) -> Exclusion | None:
    if gateway.strict_transport is None:
        return Exclusion(Reason.MANAGED, "which headers it adds to answers is no setting of it, or not read")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_may_add_headers,
    holds="the edge tells browsers to come back encrypted only",
    equivalents=("CKV_AWS_259", "CKV2_AWS_32"),
    profile=Profile.STRICT,
)
def security_headers_absent(gateway: Gateway) -> Findings:
    """The edge adds no header that keeps browsers on the encrypted way.

    Why: without Strict-Transport-Security the first request of every visit may go out in plain, and whoever shares the
    network answers it.

    Fix: a response headers policy with strict_transport_security, or a managed one (SecurityHeadersPolicy).

    Quiet when: a policy adds the header. Could not tell where a program stands behind the edge, which may add it
    itself.

    See: OWASP Secure Headers Project.
    """
    strict = gateway.strict_transport.settled() if gateway.strict_transport is not None else None
    if strict is None or strict.value:
        return
    yield Finding(
        strict.at,
        f"{gateway} adds no Strict-Transport-Security to its answers{by_default(strict)}",
        label="browsers may come back in plain",
    )
