"""How wide the doors are that rules open, to the world and inside of a network."""

from ipaddress import IPv4Network

from infraaudit.model import (
    Absent,
    Datastore,
    EdgeKind,
    Estate,
    FirewallRule,
    Known,
    Network,
    Unknown,
    UnsettledError,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    admitting,
    at_most,
    attached_weight,
    covers,
    holds_range,
    of_a_network,
    policy,
    ports_of,
    range_of,
    world_of,
)

_FEW = 1000
_EVERY_PORT = (0, 65535)
_MEANT_FOR_THE_WORLD = (
    *(25, 53, 80, 443, 465, 587, 853, 8080, 8443),
    *(500, 1194, 1701, 3478, 4500, 5349, 51820),
)
"""Ports that serve everybody by design: mail, names, the web; and those of VPNs and of relays for calls."""

_WHOLE_NETWORK = 16
"""The longest prefix, of the older protocol, that is taken for a whole network."""


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
    admitted, or single ports of administration or of stores are open, which is told of them.

    See: Amazon EC2 user guide, Security group rules for different use cases.
    """
    world, ports = world_of(rule), ports_of(rule)
    if isinstance(world, Absent) or isinstance(ports, Absent):
        return
    source, span = world.settled(), ports.settled()
    low, high = span.value if isinstance(span, Known) else _EVERY_PORT
    count = high - low + 1
    doors = rule.doors.settled() if rule.doors is not None else Absent(rule.at)
    told = isinstance(doors, Known) and bool(doors.value)
    if count <= _FEW and (told or count <= sum(low <= each <= high for each in _MEANT_FOR_THE_WORLD)):
        return
    what = "every port" if (low, high) == _EVERY_PORT else f"port {low}" if count == 1 else f"ports {low} to {high}"
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


def _is_before_a_store(rule: FirewallRule, estate: Estate) -> Exclusion | None:
    if rule.of_store:
        return Exclusion(Reason.MANAGED, "it belongs to a store, and is judged with the store's public address")
    if not estate.targets(rule, EdgeKind.PROTECTS, Datastore):
        return Exclusion(Reason.MANAGED, "no store of the scan has its group")
    if isinstance(world_of(rule), Known):
        return Exclusion(Reason.MANAGED, "it lets in the whole internet, which is told by itself")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(admitting, _is_before_a_store),
    holds="stores let in their clients, and not whole networks",
    insight=True,
)
def datastore_admits_whole_network(rule: FirewallRule, estate: Estate) -> Findings:
    """A store lets in everything that has an address in its network.

    Why: one machine of any team, one forgotten test, one function that is taken over reaches the port of the data, and
    the password is all that is left. The clients are few, and their group says who they are.

    Fix: admit the security group of each client (referenced_security_group_id) instead of the range of the network.

    Quiet when: groups or narrow ranges are admitted, or the port is not that of the store.

    See: AWS Well-Architected SEC05-BP02.
    """
    stores = [each for each in estate.targets(rule, EdgeKind.PROTECTS, Datastore) if _leads_to(rule, each)]
    if not stores:
        return
    networks = [
        network
        for each in estate.in_deployment(rule, Network)
        for text in each.ranges
        if (network := range_of(known_value(text) or "")) is not None
    ]
    doubt: Unknown[str] | None = None
    for source in rule.sources:
        if isinstance(source, Unknown):
            doubt = doubt or source
            continue
        admitted = range_of(source.value)
        if admitted is None:
            continue
        whole = any(holds_range(admitted, each) for each in networks)
        private = isinstance(admitted, IPv4Network) and admitted.is_private
        if whole or (private and admitted.prefixlen <= _WHOLE_NETWORK):
            yield Finding(
                rule.at,
                f"{rule} lets every address of {source.value} reach {stores[0]}",
                label="a whole network",
                places=(
                    Place(source.at, "the range"),
                    *(Place(each.at, f"{each} stands behind it") for each in stores),
                ),
            )
            return
    if doubt is not None:
        raise UnsettledError(doubt)


def _leads_to(rule: FirewallRule, store: Datastore) -> bool:
    port = known_value(store.port)
    return known_value(rule.protocol) == "all" if port is None else covers(rule, port)
