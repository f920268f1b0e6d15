"""What the whole internet can reach."""

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from infraaudit.model import (
    Absent,
    Attachment,
    Datastore,
    Direction,
    DoorKind,
    EdgeKind,
    Estate,
    FacetName,
    FirewallRule,
    Gateway,
    Known,
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
    at_least,
    at_most,
    policy,
)

_MOST_NAMED = 4


def _admits(rule: FirewallRule, _: Estate) -> Exclusion | None:
    if rule.direction is not Direction.INGRESS:
        return Exclusion(Reason.MANAGED, "it speaks of outgoing traffic")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_admits,
    holds="ports of administration are closed to the world",
    equivalents=("CKV_AWS_24", "CKV_AWS_25", "AWS-0107", "AVD-AWS-0107"),
)
def world_open_admin_port(rule: FirewallRule, estate: Estate) -> Findings:
    """The whole internet may knock at a port of administration.

    Why: such ports are tried by machines within minutes, day and night, and one weak key or one known hole is enough.

    Fix: remove the rule and use Session Manager or a VPN, or admit the range of the VPN alone.

    Quiet when: the rule admits a part of the internet, or only ICMP.

    See: CIS AWS Foundations Benchmark, 5.2 and 5.3.
    """
    yield from _open_to_world(rule, DoorKind.ADMIN, estate)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_admits,
    holds="ports of datastores are closed to the world",
    equivalents=("AWS-0074", "CKV_AWS_260"),
)
def world_open_datastore_port(rule: FirewallRule, estate: Estate) -> Findings:
    """The whole internet may knock at a port of a datastore.

    Why: a store answers with its version before it asks for a password, and its clients are few and known: nobody
    else needs the way to be open.

    Fix: admit the security group of the clients instead of an address range.

    Quiet when: the rule admits a part of the internet.

    See: AWS Well-Architected SEC05-BP02.
    """
    yield from _open_to_world(rule, DoorKind.DATASTORE, estate)


def _open_to_world(rule: FirewallRule, kind: DoorKind, estate: Estate) -> Findings:
    world = _world(rule)
    if world is None or rule.doors is None:
        return
    doors = rule.doors.settled()
    if isinstance(doors, Absent):
        return
    names = [f"{door.number} ({door.name})" for door in doors.value if door.kind is kind]
    if not names:
        return
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    yield Finding(
        world.at,
        f"{rule} opens {', '.join(names[:_MOST_NAMED])}{more} to the whole internet",
        label="the whole internet",
        places=(Place(doors.at, "the ports that it opens"),),
        factors=_attached(rule, estate),
        part=kind,
    )


def _world(rule: FirewallRule) -> Known[str] | None:
    """Return the first source of those that together admit more than half of all addresses of a family.

    Ends the check where the known sources do not, but some cannot be told.
    """
    known = [source for source in rule.sources if isinstance(source, Known)]
    for family in (IPv4Network, IPv6Network):
        networks = [(source, network) for source in known if isinstance(network := _network(source.value), family)]
        total = sum(network.num_addresses for network in collapse_addresses(network for _, network in networks))
        if networks and total > 2 ** (networks[0][1].max_prefixlen - 1):
            return max(networks, key=lambda pair: pair[1].num_addresses)[0]
    for source in rule.sources:
        source.settled()
    return None


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _attached(rule: FirewallRule, estate: Estate) -> tuple[Factor, ...]:
    kinds = (Datastore, Gateway, Attachment)
    members = [member for kind in kinds for member in estate.targets(rule, EdgeKind.PROTECTS, kind)]
    if not members:
        return (at_most(Severity.LOW, "nothing in the scan attaches the group"),)
    addresses = [member.public for member in members if isinstance(member, Attachment | Gateway)]
    if addresses and all(isinstance(public, Known) and not public.value for public in addresses):
        return (at_most(Severity.MEDIUM, "what it protects has no public address"),)
    return ()


def _has_flag(store: Datastore, _: Estate) -> Exclusion | None:
    if store.facet(FacetName.PUBLIC) is None:
        return Exclusion(Reason.MANAGED, "its platform gives it no public address")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_has_flag,
    holds="managed stores have no public address",
    equivalents=("CKV_AWS_17", "CKV_AWS_69", "CKV_AWS_87", "CKV_AWS_89", "AWS-0180", "AVD-AWS-0180"),
    insight=True,
)
def datastore_publicly_reachable(store: Datastore, estate: Estate) -> Findings:
    """A managed store has a public address.

    Why: the data is then one password, or one rule that somebody opens for a moment, away from everybody.

    Fix: turn the public address off, put the store into private subnets, and reach it through a VPN or a session
    manager.

    Quiet when: the store has no public address.

    See: Amazon RDS user guide, Hiding a DB instance in a VPC from the internet.
    """
    facet = store.facet(FacetName.PUBLIC)
    if facet is None:
        return
    public = facet.holds.settled()
    if not public.value:
        return
    rules = [rule for rule in estate.sources(store, EdgeKind.PROTECTS, FirewallRule) if rule.direction == "ingress"]
    open_rules = [rule for rule in rules if any(isinstance(each, Known) for each in rule.sources) and _is_world(rule)]
    yield Finding(
        public.at,
        f"{store} has a public address" + (", and its firewall admits the whole internet" if open_rules else ""),
        label=f"{facet.setting} gives it one",
        places=tuple(Place(rule.at, "admits the whole internet") for rule in open_rules),
        factors=_narrowed(store, open_rules),
    )


def _is_world(rule: FirewallRule) -> bool:
    known = [network for source in rule.sources if isinstance(source, Known) and (network := _network(source.value))]
    return any(network.num_addresses > 2 ** (network.max_prefixlen - 1) for network in known)


def _narrowed(store: Datastore, open_rules: list[FirewallRule]) -> tuple[Factor, ...]:
    if open_rules:
        return (at_least(Severity.MEDIUM, "the way to the data is open"),)
    if store.firewalls and store.firewalls_complete:
        return (at_most(Severity.MEDIUM, "its firewall does not admit the whole internet"),)
    return (at_most(Severity.MEDIUM, "who may reach it is decided outside the scan"),)
