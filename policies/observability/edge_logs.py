"""Whether somebody can read afterwards who asked for what."""

from infraaudit.model import Estate, FacetName, Gateway, Known, Unknown, known_value
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
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
