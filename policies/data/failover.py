"""Whether a store goes on when one of its instances or zones is lost."""

import re

from infraaudit.model import (
    BucketRole,
    DataClass,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    Facet,
    FacetName,
    Known,
    Member,
    ObjectStore,
    Survives,
    Unknown,
    UnsettledError,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Place,
    Reason,
    Severity,
    at_most,
    by_default,
    carrier_of,
    clients_of,
    policy,
    raised,
)

_BROKERS = frozenset({"rabbitmq", "activemq", "kafka", "nats"})
_WORK = frozenset({"broker", "session", "lock"})


def _has_one_to_lose(store: Datastore, _: Estate) -> Exclusion | None:
    if store.failover is None:
        return Exclusion(Reason.PLATFORM, "its kind survives the loss of an instance by design, or keeps nothing")
    if store.replica:
        return Exclusion(Reason.DESIGN, "it is a replica, and others read on without it")
    if store.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "it keeps nothing that should last")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"an outage of hours is cheap there: {store.deployment.evidence}")
    return None


def _counts_copies(store: Datastore, estate: Estate) -> Exclusion | None:
    """Hold the store in a container that surely is the only one, on a volume that outlives it."""
    if store.managed:
        return None
    carrier = carrier_of(store, estate)
    if carrier is None:
        return None
    if carrier.platform.single_host:
        return Exclusion(Reason.PLATFORM, f"all copies under {carrier.platform.name} share one host")
    copies = carrier.replicas.settled().value
    if copies != 1:
        return Exclusion(Reason.DESIGN, f"{copies} copies of it run, and their own replication decides who takes over")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(_has_one_to_lose, _counts_copies),
    holds="stores go on when an instance or a zone is lost",
    equivalents=(
        "CKV_AWS_157",
        "CKV_AWS_318",
        "CKV_AWS_325",
        "CKV2_AWS_50",
        "CKV_AZURE_229",
        "CKV_AZURE_230",
        "AC_AWS_0104",
    ),
)
def datastore_without_failover(store: Datastore, estate: Estate) -> Findings:
    """A store has nothing that takes over when its one instance or zone is lost.

    Why: everything that needs the store stands still until it is restored or started elsewhere, which takes hours and
    not seconds, and a restore loses what was written since the last copy.

    Fix: give it a standby in another zone: multi_az = true of a database, a second instance of an Aurora cluster,
    automatic_failover_enabled with multi_az_enabled and two nodes of a cache, availability_type = "REGIONAL" of Cloud
    SQL, high_availability with ZoneRedundant on Azure.

    Quiet when: the store is a replica, its kind spreads over zones by design, several copies run, or it is not
    production.

    See: Amazon RDS user guide, Multi-AZ deployments; Cloud SQL, About high availability; Azure Database for PostgreSQL,
    High availability.
    """
    failover = store.failover
    if failover is None:
        return
    survives = failover.survives.settled()
    if survives.value is Survives.ZONE or (survives.value is Survives.INSTANCE and _is_light(store, estate)):
        return
    missing = f"{failover.setting} is not set"
    yield Finding(
        survives.at,
        f"{store} {_words(store, survives.value)}{by_default(survives)}",
        label=f"{failover.setting} decides it" if survives.stated else missing,
        places=tuple(Place(edge.at, f"{client} stands still meanwhile") for client, edge in clients_of(store, estate)),
        factors=_weight(store, estate, survives.value),
    )


def _words(store: Datastore, survives: Survives) -> str:
    if survives is Survives.INSTANCE:
        return "lies in one zone and is lost with it"
    return "runs as one instance that nothing takes over" if store.managed else "runs as its only copy"


def _purposes(store: Datastore, estate: Estate) -> frozenset[str]:
    return frozenset(edge.purpose for edge in estate.edges_to(store, EdgeKind.READS))


def _is_light(store: Datastore, estate: Estate) -> bool:
    """Whether the loss of a whole zone may cost what the store holds."""
    return store.data_class is DataClass.DERIVED and not _purposes(store, estate) & _WORK


def _weight(store: Datastore, estate: Estate, survives: Survives) -> tuple[Factor, ...]:
    factors: list[Factor] = []
    if _is_light(store, estate):
        factors.append(at_most(Severity.LOW, "what it holds can be rebuilt"))
    elif store.data_class is DataClass.DERIVED or store.engine in _BROKERS:
        factors.append(at_most(Severity.MEDIUM, "work and sessions weigh less than a database"))
    if survives is Survives.INSTANCE:
        factors.append(at_most(Severity.MEDIUM, "only the loss of a whole zone stops it"))
    if not store.managed:
        factors.append(at_most(Severity.MEDIUM, "the platform starts it again, as soon as its volume can follow"))
    return tuple(factors)


_FIRST = 1
"""The last of the two places in the row from which an instance takes over before all others."""


def _has_heirs(store: Datastore, _: Estate) -> Exclusion | None:
    if sum(member.count for member in store.members) <= 1:
        return Exclusion(Reason.MANAGED, "it has no instances of its own that could take over")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"it may be slow after a failover there: {store.deployment.evidence}")
    return None


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_has_heirs,
    holds="whoever takes over bears what the one before it bore",
    insight=True,
)
def failover_target_undersized(store: Datastore) -> Findings:
    """The instance that would take over is smaller than the one before it.

    Why: a failover puts the whole load on it at the worst moment, and it falls over next: the second outage is longer
    than the first.

    Fix: give candidates the class of the writer, and small readers a promotion_tier of 15.

    Quiet when: its place in the row says that others take over before it, or it is not production.

    See: Amazon Aurora user guide, High availability for Amazon Aurora, failover priority.
    """
    sizes = {member: _memory_of(member) for member in store.members}
    largest = max(sizes.values(), key=lambda size: size.value)
    heirs = [member for member in store.members if _takes_over(member)]
    for member in heirs:
        own = sizes[member]
        if own.value < largest.value:
            alone = sum(each.count for each in heirs if sizes[each].value == largest.value) <= 1
            rank = member.rank
            yield Finding(
                own.at,
                f"{member.name} of {store} takes over with {_gib(own)} of memory from an instance with {_gib(largest)}",
                label=f"promotion tier {rank.value}{by_default(rank)}" if isinstance(rank, Known) else "",
                places=(Place(largest.at, f"{_gib(largest)} of memory"),),
                operands=(
                    Operand("memory of the one that takes over", _gib(own), own.at, own.fact),
                    Operand("memory of the largest", _gib(largest), largest.at, largest.fact),
                ),
                sum=f"{_gib(own)} < {_gib(largest)}",
                factors=(raised("none of its size is there to take over"),) if alone else (),
                part=member.address,
            )


def _memory_of(member: Member) -> Known[int]:
    memory = member.memory.settled()
    if not isinstance(memory, Known):
        raise UnsettledError(Unknown(f"the class of {member.name} is not written", memory.at))
    return memory


def _takes_over(member: Member) -> bool:
    return member.rank is None or member.rank.settled().value <= _FIRST


def _gib(memory: Known[int]) -> str:
    return f"{memory.value / 2**30:g} GiB"


_DATABASES = frozenset({
    "database", "databases", "db", "elasticsearch", "kafka", "mariadb", "mongo", "mongodb", "mysql", "pg",
    "postgres", "postgresql", "rabbitmq", "redis",
})  # fmt: skip
"""Words of the name of a disk that tell of a database, which its owner runs himself."""


def _parts_of_names(store: Datastore) -> set[str]:
    return {word for name in (store.name, *store.identifiers) for word in re.split(r"[^a-z0-9]+", name.lower())}


def _tells_its_zones(store: Datastore, _: Estate) -> Exclusion | None:
    if store.facet(FacetName.ONE_ZONE) is None:
        return Exclusion(Reason.MANAGED, "in how many zones it lies is not told by its kind")
    if isinstance(store, ObjectStore) and store.role in {BucketRole.OTHER, BucketRole.LOGS}:
        return Exclusion(Reason.ROLE, "its name does not tell of anything that has to last")
    if store.engine == "disk" and not _parts_of_names(store) & _DATABASES:
        return Exclusion(Reason.ROLE, "its name does not tell of a database")
    if store.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "it keeps nothing that should last")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"its data may be lost: {store.deployment.evidence}")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_tells_its_zones,
    holds="stored files lie in several zones",
    equivalents=("CKV_AZURE_206",),
)
def storage_class_single_zone(store: Datastore) -> Findings:
    """All copies of what is stored lie in one building.

    Why: a fire or a flood in one zone takes all of them, and until then each outage of the zone is one of the store.

    Fix: take a class that spreads over zones: leave availability_zone_name of a file system away, MULTI_AZ_1 of FSx,
    account_replication_type = "ZRS" of a storage account, google_compute_region_disk, the tier REGIONAL of Filestore.

    Quiet when: its name says that nothing in it has to last, or it is not production.

    See: Amazon EFS user guide, EFS storage classes; Azure Storage, Data redundancy.
    """
    facet = store.facet(FacetName.ONE_ZONE)
    if facet is None:
        return
    alone = facet.holds.settled()
    if alone.value:
        derived = store.data_class is DataClass.DERIVED
        yield Finding(
            alone.at,
            f"{store} {_in_one_zone(facet)}{by_default(alone)}",
            label=f"{facet.setting} says so" if alone.stated else f"{facet.setting} is not set",
            factors=(at_most(Severity.LOW, "what it holds can be rebuilt"),) if derived else (),
        )


def _in_one_zone(facet: Facet) -> str:
    moved = facet.setting.startswith("transition")
    return "moves objects into one zone, and loses them with it" if moved else "lies in one zone and is lost with it"
