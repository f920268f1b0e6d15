"""Whether what a store in a container writes outlives the container."""

from infraaudit.model import (
    DataClass,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    Mount,
    PersistentVolume,
    Storage,
    StorageKind,
    VolumeKind,
    Workload,
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
    at_most,
    carrier_of,
    claims_of,
    clients_of,
    least_copies,
    on_one_host,
    policy,
    used_in_its_project,
)


def _keeps_files(store: Datastore, _: Estate) -> Exclusion | None:
    if store.storage is None:
        return Exclusion(Reason.MANAGED, "it is not a store in a container")
    if store.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "it keeps nothing that should last")
    if store.replica:
        return Exclusion(Reason.DESIGN, "it is a replica that its source fills again")
    return None


def _outlives_tests(store: Datastore, estate: Estate) -> Exclusion | None:
    if not on_one_host(store, estate):
        return None
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, "a Compose project that is not production is started anew with empty stores")
    return used_in_its_project(store, estate)


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(_keeps_files, _outlives_tests),
    holds="the data of stores in containers lies on volumes that outlive them",
    insight=True,
)
def stateful_data_on_ephemeral_storage(store: Datastore, estate: Estate) -> Findings:
    """A store keeps its data where it goes with the container.

    Why: the next reschedule, node drain or recreation starts the store empty, and everything that was in it is gone:
    rows, sessions, queued tasks, carts.

    Fix: put a persistent volume over the data directory: volumeClaimTemplates of a StatefulSet, a named volume of
    Compose, EFS for a task. Where the data may be lost on purpose, say so by a suppression with the reason.

    Quiet when: a persistent volume covers the data directory, the store is told to keep nothing on disk, or it serves
    tests.

    See: Kubernetes documentation, StatefulSets; Docker documentation, Volumes.
    """
    storage = _storage(store)
    if storage.kind.settled().value is StorageKind.UNCOVERED:
        yield Finding(
            storage.at,
            f"{store.engine} of {store} keeps {storage.directory} {storage.where}, so what replaces it starts empty",
            label=storage.where,
            places=_losing(store, estate),
            factors=(*_weight(store, estate), *_one_host(store, estate)),
        )


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_keeps_files,
    holds="volumes of stores lie over the directory in which the image writes",
    insight=True,
)
def volume_misses_data_directory(store: Datastore, estate: Estate) -> Findings:
    """A volume is mounted, but the store writes somewhere else.

    Why: the volume stays empty and reassures everybody, while the data lies in the container or in an anonymous
    volume and is lost when the container is recreated.

    Fix: mount the volume over the directory that this version of the image writes to: /var/lib/postgresql for
    postgres 18 and later, /var/lib/postgresql/data before.

    Quiet when: the variable that names the data directory points into the volume.

    See: Docker Official Images, postgres, PGDATA.
    """
    storage = _storage(store)
    if storage.kind.settled().value is StorageKind.MISSED and storage.mounted_at is not None:
        yield Finding(
            storage.mounted_at,
            f"the volume of {store} is mounted at {storage.mounted}, but {store.engine} writes to {storage.directory}",
            label=f"misses {storage.directory}",
            places=(Place(storage.at, f"this image writes to {storage.directory}"), *_losing(store, estate)),
            factors=_weight(store, estate),
        )


def _on_several_hosts(store: Datastore, estate: Estate) -> Exclusion | None:
    carrier = carrier_of(store, estate)
    if carrier is None or carrier.platform.single_host:
        return Exclusion(Reason.PLATFORM, "its platform has one machine alone")
    if carrier.per_node:
        return Exclusion(Reason.DESIGN, "one copy runs on each node, with what belongs to that node")
    return None


_FOR_LOCAL_DISKS = frozenset({"kafka", "cassandra", "elasticsearch", "opensearch", "mongodb", "etcd", "cockroachdb"})
_QUORUM = 3
_OF_ONE_HOST = frozenset({"local", "hostPath"})


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_keeps_files, _on_several_hosts),
    holds="the data of stores follows them to another machine",
    insight=True,
)
def state_tied_to_one_host(store: Datastore, estate: Estate) -> Findings:
    """A store keeps its data on the disk of one machine.

    Why: the machine is replaced one day, by an upgrade, by an autoscaler or because it broke. The store then starts on
    another one with an empty folder, or does not start at all because its volume is bound to the old one.

    Fix: claim a volume that the platform attaches wherever the pod runs (a StorageClass of a CSI driver), or run three
    members or more of an engine that copies its data itself.

    Quiet when: an engine that is made for local disks has three members or more, one copy runs on each node, or all
    copies share one machine anyway.

    See: Kubernetes documentation, Volumes: hostPath; local.
    """
    storage, carrier = _storage(store), carrier_of(store, estate)
    if carrier is None or storage.kind.settled().value is not StorageKind.COVERED:
        return
    mount = _mount_over(storage, carrier)
    if mount is None:
        return
    if store.engine in _FOR_LOCAL_DISKS and least_copies(carrier, estate).settled().value >= _QUORUM:
        return
    where = _of_one_host(mount, carrier, estate)
    if where:
        yield Finding(
            mount.at,
            f"{store.engine} of {store} keeps {storage.directory} on {where}, which does not follow it elsewhere",
            label="of one machine",
            places=_losing(store, estate),
            factors=_weight(store, estate),
        )


def _mount_over(storage: Storage, carrier: Workload) -> Mount | None:
    mounts = (mount for container in carrier.containers for mount in container.mounts)
    return next((each for each in mounts if each.at == storage.at), None)


def _of_one_host(mount: Mount, carrier: Workload, estate: Estate) -> str:
    """Return on what of one machine a mount lies, empty where it lies on what is attached anywhere."""
    if mount.kind.settled().value is VolumeKind.HOST_PATH:
        path = known_value(mount.source)
        return f"the folder {path} of its node" if path else "a folder of its node"
    named = known_value(mount.source)
    for shared in claims_of(carrier, estate) if named is not None else ():
        volume = known_value(shared.claim.volume)
        if named not in {shared.volume.name, shared.name} or volume is None:
            continue
        for made in estate.of(PersistentVolume):
            if made.name == volume and made.type in _OF_ONE_HOST:
                return f"{made}, a disk of one node"
    return ""


def _storage(store: Datastore) -> Storage:
    if store.storage is None:
        message = f"{store.key} passed the scope without storage"
        raise LookupError(message)
    return store.storage


def _losing(store: Datastore, estate: Estate) -> tuple[Place, ...]:
    return tuple(
        Place(edge.at, f"{client} loses its {edge.purpose or 'data'} with it")
        for client, edge in clients_of(store, estate)
    )


def _weight(store: Datastore, estate: Estate) -> tuple[Factor, ...]:
    if store.data_class is not DataClass.DERIVED:
        return ()
    purposes = {edge.purpose for edge in estate.edges_to(store, EdgeKind.READS)}
    if purposes & {"broker", "session"}:
        return (at_most(Severity.MEDIUM, f"{store.engine} serves as {' and '.join(sorted(purposes - {''}))}"),)
    if purposes == {"cache"}:
        return (at_most(Severity.LOW, "its clients use it as a cache"),)
    if store.engine == "redis":
        return (at_most(Severity.MEDIUM, "redis often holds what can be rebuilt, but nothing says so here"),)
    return (at_most(Severity.LOW, "an index can be built anew from what it indexes"),)


def _one_host(store: Datastore, estate: Estate) -> tuple[Factor, ...]:
    if on_one_host(store, estate) and store.deployment.environment is Environment.UNKNOWN:
        return (at_most(Severity.MEDIUM, "only its owner removes a Compose container, and nothing says production"),)
    return ()
