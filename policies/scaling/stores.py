"""Whether a store bears more than it does today: room on its disk, units of throughput, speed that lasts."""

from infraaudit.model import (
    DataClass,
    Datastore,
    Disk,
    Environment,
    Estate,
    Known,
    Mount,
    Share,
    StorageClass,
    Throughput,
    known_value,
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
    at_least,
    at_most,
    by_default,
    carrier_of,
    in_a_row,
    operand,
    policy,
    raised,
)

_GIB = 2**30
_SMALL = 20 * _GIB
_USEFUL = 1.26
"""How many times its first size a disk should be let grow to; below that the vendor's steps leave no room."""
_FEW_UNITS = 5
_FEW_OPERATIONS = 300


def _lasts(store: Datastore, _: Estate) -> Exclusion | None:
    if store.replica:
        return Exclusion(Reason.DESIGN, "it is a replica, and its source decides what it needs")
    if store.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "it keeps nothing that should last")
    return None


def _has_a_disk(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.managed and (store.disk is None or store.disk.grows is None):
        return Exclusion(Reason.MANAGED, "its platform has no switch by which its disk grows")
    if not store.managed and _class_below(store, estate) is None:
        return Exclusion(Reason.MANAGED, "no class of storage below it is in the scan")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_lasts, _has_a_disk),
    holds="disks of stores grow before they are full",
    insight=True,
)
def datastore_storage_cannot_grow(store: Datastore, estate: Estate) -> Findings:
    """The disk of a store does not grow, and a full one stops every write.

    Why: data grows by night and by campaigns. A database whose disk is full refuses to write or stops, and enlarging
    it by hand takes hours in which everybody waits.

    Fix: let it grow by itself: max_allocated_storage of about twice allocated_storage, auto_grow_enabled = true,
    disk_autoresize = true, an autoscaling target on the storage of the brokers, allowVolumeExpansion of the class.

    Quiet when: it is a replica, keeps nothing that should last, or its platform grows by itself.

    See: Amazon RDS user guide, Managing capacity automatically with storage autoscaling; Kubernetes documentation,
    Storage Classes, volume expansion.
    """
    below = _class_below(store, estate)
    if store.disk is not None and store.disk.grows is not None:
        yield from _does_not_grow(store, store.disk)
    elif below is not None:
        expandable = below.expandable.settled()
        if not expandable.value:
            yield Finding(
                expandable.at,
                f"volumes of {below}, on which {store} keeps its data, cannot be enlarged{by_default(expandable)}",
                label="allowVolumeExpansion",
                places=(Place(store.at, f"{store} keeps its data there"),),
                part=str(store),
            )


def _does_not_grow(store: Datastore, disk: Disk) -> Findings:
    if disk.grows is None:
        return
    grows = disk.grows.settled()
    if not grows.value:
        yield Finding(
            grows.at,
            f"the disk of {store} does not grow{by_default(grows)}" + _sized(disk),
            label=f"{disk.setting} keeps it as it is" if grows.stated else f"{disk.setting} is not set",
            factors=_room(store, disk),
        )
        return
    size, largest = disk.size.settled(), disk.largest.settled()
    if isinstance(size, Known) and isinstance(largest, Known) and 0 < largest.value < size.value * _USEFUL:
        yield Finding(
            largest.at,
            f"the disk of {store} may grow from {_gib(size.value)} to {_gib(largest.value)} only",
            label=f"less than {_USEFUL:g} times its first size",
            operands=(
                Operand("may grow to", _gib(largest.value), largest.at),
                Operand("is made with", _gib(size.value), size.at),
            ),
            sum=f"{_gib(largest.value)} < {_USEFUL:g} x {_gib(size.value)}",
            factors=(at_most(Severity.LOW, "it grows a little"),),
            part="largest",
        )


def _sized(disk: Disk) -> str:
    size = known_value(disk.size)
    return f", and has {_gib(size)}" if size else ""


def _room(store: Datastore, disk: Disk) -> tuple[Factor, ...]:
    size = known_value(disk.size)
    if size is not None and size <= _SMALL and store.deployment.environment is Environment.PRODUCTION:
        return (raised(f"{_gib(size)} are soon full in production"),)
    return ()


def _gib(size: float) -> str:
    return f"{size / _GIB:g} GiB"


def _class_below(store: Datastore, estate: Estate) -> StorageClass | None:
    """Return the class of storage in the scan from which a store in a container gets the volume of each copy."""
    carrier = carrier_of(store, estate) if not store.managed else None
    for template in carrier.claim_templates if carrier is not None else ():
        name = known_value(template.claim.storage_class)
        for each in estate.of(StorageClass):
            if name is not None and each.name == name:
                return each
    return None


def _in_use(store: Datastore, _: Estate) -> Exclusion | None:
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"it may be slow there: {store.deployment.evidence}")
    return None


def _shares_a_machine(store: Datastore, _: Estate) -> Exclusion | None:
    if store.credit is None:
        return Exclusion(Reason.MANAGED, "nothing is known of machines that share their processors")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_in_use, _lasts, _shares_a_machine),
    holds="stores run on machines whose speed lasts",
)
def burstable_database_in_production(store: Datastore) -> Findings:
    """A store runs on a machine that is fast only for a while.

    Why: such a machine has a share of a processor, and takes more only while others leave it some or while credits last
    that it earned when it was idle. After that it runs at a fraction of its speed, which is just when the load lasts.

    Fix: take a class of general purpose or with more memory, or capacity without servers.

    Quiet when: it is a replica, keeps nothing that should last, or is not production.

    See: Amazon RDS user guide, DB instance class types; Cloud SQL, Operational guidelines.
    """
    credit = store.credit
    if credit is None:
        return
    burstable = credit.burstable.settled()
    if burstable.value:
        machine = known_value(store.instance_class) if store.instance_class is not None else None
        yield Finding(
            burstable.at,
            f"{store} runs on {machine or 'a machine'}, which shares a processor and is fast only for a while",
            label=f"{credit.setting} chooses it",
            factors=_weight_of_credit(store, unsupported=credit.unsupported),
        )


def _weight_of_credit(store: Datastore, *, unsupported: bool) -> tuple[Factor, ...]:
    factors: list[Factor] = []
    if store.data_class is DataClass.DERIVED:
        factors.append(at_most(Severity.LOW, "what it holds can be rebuilt"))
    if store.deployment.environment is not Environment.PRODUCTION:
        factors.append(at_most(Severity.LOW, "nothing says production"))
    elif unsupported:
        factors.append(at_least(Severity.HIGH, "the vendor's agreement on availability leaves such machines out"))
    return tuple(factors)


def _buys_units(store: Datastore, _: Estate) -> Exclusion | None:
    if store.throughput is None:
        return Exclusion(Reason.MANAGED, "its throughput is not bought by the unit")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_lasts, _buys_units),
    holds="throughput follows the load",
    equivalents=("CKV2_AWS_16",),
)
def provisioned_throughput_without_autoscaling(store: Datastore) -> Findings:
    """A store has a fixed number of units, and nothing changes it with the load.

    Why: the first peak above it is refused, for the table as a whole or for one index that was forgotten; by night the
    units are paid for and not used.

    Fix: pay by the request (billing_mode = "PAY_PER_REQUEST", stream_mode = "ON_DEMAND"), or add an autoscaling target
    for reads and writes of the table and of each index.

    Quiet when: it keeps nothing that should last, as a table of locks does.

    See: Amazon DynamoDB developer guide, Managing throughput capacity automatically with auto scaling.
    """
    throughput = store.throughput
    if throughput is None:
        return
    fixed = throughput.fixed.settled()
    if not fixed.value:
        return
    still = [share for share in throughput.shares if isinstance(share.scaled, Known) and not share.scaled.value]
    if still:
        yield Finding(
            fixed.at,
            f"{store} has a fixed number of {throughput.unit}s for {_named(still)}{by_default(fixed)}",
            label=f"{throughput.setting} fixes it" if fixed.stated else f"{throughput.setting} is not set",
            operands=tuple(_units(share, throughput) for share in still if isinstance(share.units, Known)),
            factors=_weight_of_units(store, still),
        )
        return
    for share in throughput.shares:
        share.scaled.settled()


def _named(shares: list[Share]) -> str:
    return in_a_row([share.name.removesuffix(" of the table") for share in shares])


def _units(share: Share, throughput: Throughput) -> Operand:
    units = share.units
    words = f"{known_value(units)} {throughput.unit}s"
    return Operand(share.name, words, units.at)


def _weight_of_units(store: Datastore, shares: list[Share]) -> tuple[Factor, ...]:
    few = all((known_value(share.units) or 0) <= _FEW_UNITS for share in shares)
    if few and store.deployment.environment is Environment.NONPRODUCTION:
        return (at_most(Severity.LOW, "a few units are free of charge, and it is not production"),)
    return ()


def _told_by_its_disk(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.disk is not None and store.engine == _SHARED_FILES:
        return None if _carried(store, estate) else Exclusion(Reason.ROLE, "no store is seen to keep its data on it")
    if store.disk is None or store.disk.sustained is None:
        return Exclusion(Reason.MANAGED, "what its disk bears is not told by kind and size")
    if store.engine in {"disk", "ebs"}:
        return Exclusion(Reason.ROLE, "what a volume of its own is there for is not known")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=(_in_use, _lasts, _told_by_its_disk),
    holds="disks of stores are as fast on the hundredth minute as on the first",
    insight=True,
)
def baseline_iops_too_low(store: Datastore, estate: Estate) -> Findings:
    """The disk of a store is fast for some minutes, and slow for good.

    Why: a small disk of the type gp2 lives on credits: it bears 3000 operations a second at first and three for each
    gibibyte when they are gone. A night job or a peak then waits for the disk, and nothing shows why.

    Fix: take the type gp3, which bears 3000 operations a second whatever its size, and throughput_mode = "elastic" for
    a file system.

    Quiet when: more operations are bought, the type bears more, or it is not production.

    See: Amazon RDS user guide, Amazon RDS DB instance storage.
    """
    disk = store.disk
    if disk is not None and store.engine == _SHARED_FILES:
        yield from _slow_files(store, disk, estate)
        return
    if disk is None or disk.sustained is None:
        return
    number, kind = disk.sustained.settled(), disk.type.settled()
    if not isinstance(number, Known) or not isinstance(kind, Known) or number.value >= _FEW_OPERATIONS:
        return
    yield Finding(
        kind.at,
        f"the disk of {store} bears {number.value} operations a second for good ({kind.value}{by_default(kind)})",
        label=f"{kind.value}{by_default(kind)}",
        operands=(operand("operations a second", number), *_size(disk)),
        factors=_weight_of_speed(store, kind.value),
    )


_SHARED_FILES, _WITH_SIZE = "efs", "bursting"


def _carried(files: Datastore, estate: Estate) -> list[tuple[Datastore, Mount]]:
    """Return the stores in containers whose data lies on a shared file system, each with the mount that says so."""
    found = []
    for store in estate.in_deployment(files, Datastore):
        carrier = carrier_of(store, estate) if store.storage is not None else None
        mounts = [mount for each in carrier.containers for mount in each.mounts] if carrier is not None else []
        for mount in mounts:
            on_it = mount.file_system is not None and known_value(mount.file_system) == files.address
            if on_it and store.storage is not None and mount.at == store.storage.at:
                found.append((store, mount))
    return found


def _slow_files(files: Datastore, disk: Disk, estate: Estate) -> Findings:
    mode = disk.type.settled()
    for store, mount in _carried(files, estate) if isinstance(mode, Known) and mode.value == _WITH_SIZE else ():
        yield Finding(
            mode.at,
            f"{files} is as fast as it is large ({_WITH_SIZE}{by_default(mode)}), and {store.engine} of {store} keeps"
            " its data on it",
            label="slow once its credits are gone",
            places=(Place(mount.at, "the data lies there"),),
            part=str(store),
        )


def _size(disk: Disk) -> tuple[Operand, ...]:
    return (Operand("size", _gib(disk.size.value), disk.size.at),) if isinstance(disk.size, Known) else ()


def _weight_of_speed(store: Datastore, kind: str) -> tuple[Factor, ...]:
    if kind == "standard" and store.deployment.environment is Environment.PRODUCTION:
        return (raised("magnetic disks are of a generation that is no longer offered"),)
    return ()
