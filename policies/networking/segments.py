"""Whether the network keeps apart what has nothing to do with each other."""

from ipaddress import IPv4Network, ip_network

from infraaudit.model import (
    Datastore,
    Direction,
    EdgeKind,
    Egress,
    Environment,
    Estate,
    FacetName,
    FirewallRule,
    Known,
    Network,
    NetworkHub,
    PremadeNetwork,
    StorePlacement,
    Subnet,
    Unknown,
    UnsettledError,
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
    at_most,
    policy,
)

_WIDE = 16
"""The length of a prefix from which on a range is that of a whole network, or of several."""


def _is_private(placement: StorePlacement, estate: Estate) -> Exclusion | None:
    store = estate.beside(placement, placement.store, Datastore)
    public = None if store is None else store.facet(FacetName.PUBLIC)
    if public is not None and public.holds.settled().value:
        return Exclusion(Reason.MANAGED, "it has a public address, which is judged by itself")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_is_private,
    holds="stores stand in subnets that the internet has no way to",
    insight=True,
)
def datastore_in_public_subnet(placement: StorePlacement, estate: Estate) -> Findings:
    """A managed store stands in a subnet with a straight way to the internet.

    Why: one switch, public access of the store, is then all that stands between the data and everybody. In a subnet
    without such a way that switch opens nothing.

    Fix: a group of subnets whose default route leads nowhere or to a NAT gateway, and the store in it.

    Quiet when: no subnet of the store has a default route to an internet gateway. Could not tell where a subnet or its
    route table is not in the scan.

    See: AWS Well-Architected SEC05-BP01.
    """
    subnets = placement.subnets.settled()
    doubt: Unknown[Egress] | None = None
    for address in subnets.value:
        subnet = estate.beside(placement, address, Subnet)
        if subnet is None:
            doubt = doubt or Unknown(f"the subnet {address} is not in the scan", subnets.at)
        elif isinstance(subnet.egress, Unknown):
            doubt = doubt or subnet.egress
        elif subnet.egress.value is Egress.DIRECT:
            yield Finding(
                subnets.at,
                f"{placement} stands in {subnet}, which has a straight way to the internet",
                label="the subnets of the store",
                places=(Place(subnet.egress.at, "the way to the internet"),),
            )
            return
    if doubt is not None:
        raise UnsettledError(doubt)


def _is_used(network: PremadeNetwork, _: Estate) -> Exclusion | None:
    if not network.users:
        return Exclusion(Reason.ROLE, "nothing of the scan stands in it")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_is_used,
    holds="what runs stands in a network that somebody planned",
    equivalents=("CKV_AWS_148", "CKV2_AWS_12", "AVD-AWS-0101", "AWS-0101"),
)
def default_network_used(network: PremadeNetwork) -> Findings:
    """What runs stands in the network that the cloud made by itself.

    Why: every subnet of it leads straight to the internet and hands out public addresses, everything in it shares one
    group of rules, and whatever anybody tries out in the account lands beside it.

    Fix: a network of one's own, with subnets for what faces the internet, for what runs and for data.

    Quiet when: nothing of the scan stands in it, as where it is taken over only to be emptied.

    See: CIS AWS Foundations Benchmark, 5.4; Amazon VPC user guide, Default VPCs.
    """
    if not network.premade.settled().value:
        return
    first, *others = network.users
    more = f" and {len(others)} more" if others else ""
    yield Finding(
        first.at,
        f"{first.address}{more} stands in the network that the cloud made, {network}",
        label="it takes its addresses there",
        places=(Place(network.at, "the network that nobody planned"), *(Place(e.at, "here as well") for e in others)),
    )


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    holds="somebody says yes before another network is joined",
    equivalents=("CKV_AWS_123", "CKV_AWS_331", "CKV2_AWS_44"),
)
def peering_or_transit_too_open(hub: NetworkHub) -> Findings:
    """Whoever asks is joined to the network without anybody's saying so.

    Why: every account with which the crossing is shared, or that learns the name of the service, attaches its network
    and reaches what is joined, and nobody on this side notices.

    Fix: auto_accept_shared_attachments = "disable", acceptance_required = true, and a route table for each environment.

    Quiet when: somebody has to accept.

    See: Amazon VPC Transit Gateways guide; AWS PrivateLink guide, Accept or reject connection requests.
    """
    accepts = hub.accepts_all.settled()
    if accepts.value:
        yield Finding(accepts.at, f"{hub} lets in whoever asks", label="nobody has to accept")


def _has_groups(store: Datastore, _: Estate) -> Exclusion | None:
    if not store.firewalls or store.firewalls == (store.address,):
        return Exclusion(Reason.MANAGED, "no group of rules of a network is seen to be attached to it")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_has_groups,
    holds="stores admit their clients, and not the network that these are in",
    insight=True,
)
def datastore_admits_whole_network(store: Datastore, estate: Estate) -> Findings:
    """A store admits everything in its network instead of its clients.

    Why: whoever gets into any machine of the network, or of one that is peered with it, may try passwords at the
    store. The rule that should have stopped him names everybody.

    Fix: admit the security group of the clients (referenced_security_group_id) instead of a range of addresses.

    Quiet when: the rule admits a group, or a part of the network; what admits the whole internet is told by itself.

    See: AWS Well-Architected SEC05-BP02.
    """
    told: set[str] = set()
    doubt: Unknown[str] | Unknown[int] | None = None
    for rule in estate.sources(store, EdgeKind.PROTECTS, FirewallRule):
        if rule.direction is not Direction.INGRESS or rule.of_store:
            continue
        opened = _opens(rule, store)
        if isinstance(opened, Unknown):
            doubt = doubt or opened
        if opened is not True:
            continue
        for source in rule.sources:
            if isinstance(source, Unknown):
                doubt = doubt or source
            elif source.value not in told and (whose := _whole_network(source.value, store, estate)):
                told.add(source.value)
                yield Finding(
                    rule.at,
                    f"{store} admits {whose} ({source.value})",
                    label="everything in it may knock",
                    places=(Place(source.at, "the range"), Place(store.at, "the store behind the rule")),
                    factors=_reached(store),
                    part=source.value,
                )
    if doubt is not None and not told:
        raise UnsettledError(doubt)


def _opens(rule: FirewallRule, store: Datastore) -> bool | Unknown[int]:
    """Whether a rule surely opens the port of a store; one that opens everything does so for any port."""
    low, high = rule.from_port, rule.to_port
    if isinstance(rule.protocol, Known) and rule.protocol.value == "all":
        return True
    if isinstance(store.port, Unknown):
        return store.port
    if not (isinstance(low, Known) and isinstance(high, Known)):
        return False
    return not isinstance(store.port, Known) or low.value <= store.port.value <= high.value


def _whole_network(text: str, store: Datastore, estate: Estate) -> str:
    """Return whose range this is, where it is that of a whole private network or more; empty where it is not."""
    admitted = _private(text)
    if admitted is None:
        return ""
    for network in estate.in_deployment(store, Network):
        ranges = [_private(each.value) for each in network.ranges if isinstance(each, Known)]
        if any(each is not None and each.subnet_of(admitted) for each in ranges):
            return f"all of {network}"
    return "all of a private network" if admitted.prefixlen <= _WIDE else ""


def _private(text: str) -> IPv4Network | None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) and network.is_private and network.prefixlen else None


def _reached(store: Datastore) -> tuple[Factor, ...]:
    if store.deployment.environment is Environment.PRODUCTION:
        return ()
    return (at_most(Severity.LOW, "nothing says production"),)
