"""What the whole internet can reach."""

from collections.abc import Collection

from infraaudit.model import (
    Absent,
    AdministrationDoor,
    Datastore,
    DoorKind,
    EdgeKind,
    Estate,
    FacetName,
    FirewallRule,
    Known,
    Opaque,
    Unknown,
    Value,
    known_value,
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
    admitting,
    at_least,
    at_most,
    attached_weight,
    covers,
    may_mean,
    of_a_network,
    policy,
    private_ways,
    world_of,
)

_MOST_NAMED = 4


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(admitting, of_a_network),
    holds="ports of administration are closed to the world",
    equivalents=(
        "CKV_AWS_24",
        "CKV_AWS_25",
        "CKV_AWS_100",
        "CKV_GCP_2",
        "CKV_GCP_3",
        "CKV_AZURE_9",
        "CKV_AZURE_10",
        "AWS-0107",
        "AVD-AWS-0107",
        "GCP-0070",
        "GCP-0071",
        "AZU-0048",
        "AZU-0050",
    ),
)
def world_open_admin_port(rule: FirewallRule, estate: Estate) -> Findings:
    """The whole internet may knock at a port of administration.

    Why: such ports are tried by machines within minutes, day and night, and one weak key or one known hole is enough.

    Fix: remove the rule and use Session Manager, IAP, Azure Bastion or a VPN, or admit the range of the VPN alone.

    Quiet when: the rule admits a part of the internet or only ICMP, or a rule of a higher priority refuses it before.

    See: CIS AWS Foundations Benchmark, 5.2 and 5.3.
    """
    yield from _open_toworld_of(rule, DoorKind.ADMIN, estate)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(admitting, of_a_network),
    holds="ports of datastores are closed to the world",
    insight=True,
)
def world_open_datastore_port(rule: FirewallRule, estate: Estate) -> Findings:
    """The whole internet may knock at a port of a datastore.

    Why: a store answers with its version before it asks for a password, and its clients are few and known: nobody
    else needs the way to be open.

    Fix: admit the security group, tag or application security group of the clients instead of an address range.

    Quiet when: the rule admits a part of the internet, or opens neither the usual port of a store nor that of a store
    to which the group is attached.

    See: AWS Well-Architected SEC05-BP02.
    """
    yield from _open_toworld_of(rule, DoorKind.DATASTORE, estate)


def _open_toworld_of(rule: FirewallRule, kind: DoorKind, estate: Estate) -> Findings:
    """Find a rule that opens a door of a kind to the world. What cannot be told of one part may not matter."""
    world, doors = world_of(rule), _doors(rule, kind, estate)
    if isinstance(world, Absent) or (isinstance(doors, Known) and not doors.value):
        return
    source, names = world.settled(), doors.settled().value
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    yield Finding(
        source.at,
        f"{rule} opens {', '.join(names[:_MOST_NAMED])}{more} to the whole internet",
        label="the whole internet",
        places=(Place(doors.at, "the ports that it opens"), *_ways_beside(rule, kind, estate)),
        factors=attached_weight(rule, estate),
        part=kind,
    )


def _ways_beside(rule: FirewallRule, kind: DoorKind, estate: Estate) -> tuple[Place, ...]:
    """Name the door by which people come to machines anyway, without the rule."""
    if kind is not DoorKind.ADMIN:
        return ()
    found = estate.in_deployment(rule, AdministrationDoor)
    return tuple(Place(each.at, f"{each} brings people there without it") for each in found[:1])


def _doors(rule: FirewallRule, kind: DoorKind, estate: Estate) -> Value[tuple[str, ...]]:
    """Name the doors of a kind that a rule opens: well-known ports, and those of the stores that it protects."""
    if not isinstance(rule.doors, Known):
        return rule.doors.map(_no_names) if isinstance(rule.doors, Unknown) else Known((), rule.at)
    doors = {door.number: door.name for door in rule.doors.value if door.kind is kind}
    unknown: list[Unknown[int]] = []
    for store in estate.targets(rule, EdgeKind.PROTECTS, Datastore) if kind is DoorKind.DATASTORE else ():
        if isinstance(store.port, Unknown):
            unknown.append(store.port)
        elif isinstance(store.port, Known) and covers(rule, store.port.value):
            doors.setdefault(store.port.value, str(store))
    if unknown and not doors:
        return unknown[0].map(_no_names)
    return Known(tuple(f"{number} ({name})" for number, name in sorted(doors.items())), rule.doors.at)


def _no_names(_: object) -> tuple[str, ...]:
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
    equivalents=(
        "CKV_AWS_17",
        "CKV_AWS_69",
        "CKV_AWS_87",
        "CKV_AWS_89",
        "CKV_GCP_11",
        "CKV_GCP_60",
        "CKV_AZURE_53",
        "CKV_AZURE_68",
        "CKV_AZURE_89",
        "CKV_AZURE_101",
        "CKV_AZURE_113",
        "AWS-0180",
        "AVD-AWS-0180",
        "GCP-0017",
        "AZU-0022",
        "AZU-0029",
    ),
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
    rules = [rule for rule in estate.sources(store, EdgeKind.PROTECTS, FirewallRule) if admitting(rule, estate) is None]
    open_rules = [(rule, world) for rule in rules if isinstance(world := world_of(rule), Known) and _leads(rule, store)]
    yield Finding(
        public.at,
        f"{store} has a public address" + (", and its firewall admits the whole internet" if open_rules else ""),
        label=f"{facet.setting} gives it one" if public.stated else f"{facet.setting} is not set, and is on by default",
        places=(
            *(Place(world.at, "admits the whole internet") for _, world in open_rules),
            *private_ways(store, estate),
        ),
        factors=_narrowed(store, rules, estate, to_world=bool(open_rules)),
    )


def _leads(rule: FirewallRule, store: Datastore) -> bool:
    """Tell whether a rule opens the port of a store; where that is not known, every port has to be open."""
    port = store.port.value if isinstance(store.port, Known) else None
    return known_value(rule.protocol) == "all" if port is None else covers(rule, port)


def _narrowed(
    store: Datastore, rules: Collection[FirewallRule], estate: Estate, *, to_world: bool
) -> tuple[Factor, ...]:
    if to_world:
        return (at_least(Severity.MEDIUM, "the way to the data is open"),)
    others = _may_have_more_rules(store, estate)
    if store.firewalls == (store.address,) and store.firewalls_complete and not rules and not others:
        return (at_most(Severity.LOW, "no rule in the scan admits anybody"),)
    told = not others and all(isinstance(world_of(rule), Absent | Known) for rule in rules)
    if store.firewalls and store.firewalls_complete and told:
        return (at_most(Severity.MEDIUM, "its firewall does not admit the whole internet"),)
    return (at_most(Severity.MEDIUM, "who may reach it cannot be told from the scan"),)


def _may_have_more_rules(store: Datastore, estate: Estate) -> bool:
    """Whether a rule may belong to a store: one of an unknown group, or one that may not exist at all."""
    unknown = any(may_mean(rule.group, store.address) for rule in estate.in_deployment(store, FirewallRule))
    return unknown or any(
        store.address in other.mentions and "firewall" in other.type for other in estate.in_deployment(store, Opaque)
    )
