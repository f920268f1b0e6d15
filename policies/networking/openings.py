"""How wide the doors are that rules open to the world."""

from infraaudit.model import (
    Absent,
    Estate,
    FirewallRule,
    Known,
)
from infraaudit.policy import (
    Effort,
    Finding,
    Findings,
    Place,
    Severity,
    admitting,
    at_most,
    attached_weight,
    of_a_network,
    policy,
    ports_of,
    world_of,
)

_FEW = 1000
_MEANT_FOR_THE_WORLD = (
    *(25, 53, 80, 443, 465, 587, 853, 8080, 8443),
    *(500, 1194, 1701, 3478, 4500, 5349, 51820),
)
"""Ports that serve everybody by design: mail, names, the web; and those of VPNs and of relays for calls."""


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(admitting, of_a_network),
    holds="rules open to the world what serves the world, and no more",
    equivalents=(
        "CKV_AWS_277",
        "CKV_AWS_352",
        "CKV2_GCP_12",
        "AVD-AWS-0102",
        "AWS-0102",
        "AZU-0047",
        "GCP-0027",
        "GCP-0072",
        "GCP-0074",
    ),
)
def world_open_wide_range(rule: FirewallRule, estate: Estate) -> Findings:
    """The whole internet is let in to more ports than serve it.

    Why: whatever is started behind such a rule, now or in a year, is public from its first minute, debuggers and
    metrics included, and nobody who starts it is asked.

    Fix: list the single ports and their sources. A load balancer needs 80 and 443, and what stands behind it needs the
    group of the load balancer alone.

    Quiet when: only ports of the web, of mail, of names, of VPNs or of relays are open, a part of the internet is
    admitted, or ports of administration or of stores are among them, which is told of these.

    See: Amazon EC2 user guide, Security group rules for different use cases.
    """
    world, ports = world_of(rule), ports_of(rule)
    if isinstance(world, Absent) or isinstance(ports, Absent):
        return
    source, span = world.settled(), ports.settled()
    low, high = span.value
    count = high - low + 1
    doors = rule.doors.settled() if rule.doors is not None else Absent(rule.at)
    told = isinstance(doors, Known) and bool(doors.value)
    if told or count <= sum(low <= each <= high for each in _MEANT_FOR_THE_WORLD):
        return
    what = f"port {low}" if count == 1 else f"ports {low} to {high}"
    yield Finding(
        source.at,
        f"{rule} opens {what} to the whole internet",
        label="the whole internet",
        places=(Place(span.at, "the ports that it opens"),),
        factors=(
            *(() if count > _FEW else (at_most(Severity.MEDIUM, "few ports"),)),
            *attached_weight(rule, estate),
        ),
    )
