"""Whether a broker keeps the messages that it was given."""

from infraaudit.model import (
    Absent,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    FacetName,
    Known,
    Parameters,
    StorageKind,
    Survives,
    Unknown,
    UnsettledError,
    Workload,
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
    by_default,
    carrier_of,
    clients_of,
    policy,
)

_REDIS = frozenset({"redis", "valkey"})
_MUST_STAY = frozenset({"broker", "session", "lock"})


def _keeps_names(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.engine != "rabbitmq" or store.managed:
        return Exclusion(Reason.MANAGED, "it is no RabbitMQ in a container")
    if store.storage is None or store.storage.kind.settled().value is not StorageKind.COVERED:
        return Exclusion(Reason.MANAGED, "no volume keeps its data in any case")
    carrier = carrier_of(store, estate)
    if carrier is None or carrier.stateful:
        return Exclusion(Reason.PLATFORM, "a StatefulSet keeps the names of its copies")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_keeps_names,
    holds="brokers keep the node name under which their data lies",
    insight=True,
)
def broker_node_name_not_stable(store: Datastore, estate: Estate) -> Findings:
    """RabbitMQ gets a new node name whenever its container is replaced.

    Why: its data lies in a folder that is named after the node, and the node is named after the host. The replaced
    container has another host name, finds no folder of its own, and starts empty on a volume that is full.

    Fix: give the container a fixed host name (hostname: rabbitmq in Compose), or run it as a StatefulSet with a
    headless service.

    Quiet when: a host name or RABBITMQ_NODENAME is fixed, or nothing is kept anyway.

    See: Docker Official Images, rabbitmq, Running the daemon.
    """
    carrier = carrier_of(store, estate)
    if carrier is None:
        return
    if carrier.hostname is not None and not isinstance(carrier.hostname.settled(), Absent):
        return
    for container in carrier.containers:
        variable = container.variable("RABBITMQ_NODENAME")
        if variable is not None:
            if not isinstance(variable.value.settled(), Absent):
                return
        elif not container.environment_complete:
            why = f"RABBITMQ_NODENAME of {container} may come from a source that is not in the scan"
            raise UnsettledError(Unknown(why, container.at))
    kind = "a container" if carrier.platform.single_host else f"each copy of a {carrier.kind}"
    yield Finding(
        store.at,
        f"{store} keeps its data under a node name that changes with {kind}",
        label="no host name is fixed",
        factors=_one_host(carrier),
    )


def _one_host(carrier: Workload) -> tuple[Factor, ...]:
    if carrier.platform.single_host and carrier.deployment.environment is Environment.UNKNOWN:
        return (at_most(Severity.MEDIUM, "only its owner replaces a Compose container, and nothing says production"),)
    return ()


def _carries_messages(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.engine not in _REDIS:
        return Exclusion(Reason.MANAGED, "its engine is made to keep what it is given")
    if not any(edge.purpose == "broker" for edge in estate.edges_to(store, EdgeKind.READS)):
        return Exclusion(Reason.ROLE, "nothing uses it as a broker")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"queued work may be lost there: {store.deployment.evidence}")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_carries_messages,
    holds="brokers keep queued work when they are restarted",
    insight=True,
)
def broker_messages_not_durable(store: Datastore, estate: Estate) -> Findings:
    """Queued work exists only in the memory of one process.

    Why: a restart, a failed node or an update of the broker drops every task that waits, and nobody is told: the
    producer has long gone on.

    Fix: keep a log of the changes on a volume (appendonly yes, appendfsync everysec) and a replica, use quorum queues
    of RabbitMQ, or a managed queue.

    Quiet when: the store keeps a log of changes, has a standby or snapshots, or is not production.

    See: Redis documentation, Persistence; Celery documentation, Backends and Brokers.
    """
    lost = _loss_of_managed(store) if store.managed else _loss_in_container(store)
    if lost is not None:
        at, how, factors = lost.at, lost.says, lost.factors
        yield Finding(
            at, f"{store} is a broker and {how}", label=lost.label, places=_users(store, estate), factors=factors
        )


def _loss_of_managed(store: Datastore) -> Finding | None:
    failover, copies = store.failover, store.facet(FacetName.BACKED_UP)
    if failover is None or failover.survives.settled().value is not Survives.NOTHING:
        return None
    if copies is not None and copies.holds.settled().value:
        return None
    return Finding(
        failover.survives.settled().at, "has neither a standby nor a snapshot", f"{failover.setting} decides it"
    )


def _loss_in_container(store: Datastore) -> Finding | None:
    """Return what is lost with the container. A directory that goes with it is another policy's."""
    settings = store.parameters
    if settings is None or store.storage is None:
        return None
    log, snapshots = settings.get("appendonly").settled(), settings.get("save").settled()
    if isinstance(log, Known) and log.value == "yes":
        return None
    if isinstance(snapshots, Known) and snapshots.value.strip("\"' ") == "":
        return Finding(snapshots.at, "is told to write nothing to disk", "no snapshot, and no log of changes")
    if store.storage.kind.settled().value is not StorageKind.COVERED:
        return None
    at = log.at if isinstance(log, Known) else store.at
    light = at_most(Severity.LOW, "a snapshot follows within an hour of a change, and at each orderly stop")
    return Finding(at, "loses up to an hour of work in a crash", "appendonly is not on", factors=(light,))


def _users(store: Datastore, estate: Estate) -> tuple[Place, ...]:
    users = clients_of(store, estate, "broker")
    return tuple(Place(edge.at, f"{user} loses its queue with it") for user, edge in users)


def _must_not_evict(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.engine not in _REDIS or store.parameters is None:
        return Exclusion(Reason.MANAGED, "its engine evicts nothing")
    if not _purposes(store, estate) & _MUST_STAY:
        return Exclusion(Reason.ROLE, "nothing uses it for work, sessions or locks")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_must_not_evict,
    holds="stores of work and sessions refuse writes before they drop what they hold",
    insight=True,
)
def broker_may_evict_messages(store: Datastore, estate: Estate) -> Findings:
    """A store of work, sessions or locks drops entries when its memory is full.

    Why: under memory pressure the store deletes tasks, sessions or locks in silence; a refused write would have been
    seen.

    Fix: set maxmemory-policy to noeviction, and give pages that may be dropped a cache of their own.

    Quiet when: the policy is noeviction, or no memory limit is set that could lead to eviction.

    See: Redis documentation, Key eviction.
    """
    settings = store.parameters
    if settings is None:
        return
    written = settings.get("maxmemory-policy").settled()
    if isinstance(written, Absent) or written.value.lower() == "noeviction" or not _has_limit(store, settings):
        return
    every = written.value.lower().startswith("allkeys")
    drops = "any entry" if every else "entries that expire"
    uses = " and ".join(sorted(_purposes(store, estate) & _MUST_STAY))
    yield Finding(
        written.at,
        f"{store} serves as {uses} and drops {drops} when it is full{by_default(written)}",
        label=f"maxmemory-policy is {written.value}",
        places=_uses(store, estate),
        factors=() if every else (at_most(Severity.MEDIUM, "only entries with a time to live are dropped"),),
    )


def _has_limit(store: Datastore, settings: Parameters) -> bool:
    """Whether the memory has an end at all: a managed store has one, another one where it is told."""
    if store.managed:
        return True
    limit = settings.get("maxmemory").settled()
    return isinstance(limit, Known) and limit.value != "0"


def _purposes(store: Datastore, estate: Estate) -> frozenset[str]:
    return frozenset(edge.purpose for edge in estate.edges_to(store, EdgeKind.READS))


def _uses(store: Datastore, estate: Estate) -> tuple[Place, ...]:
    return tuple(
        Place(edge.at, f"{user} keeps its {edge.purpose} there")
        for edge in estate.edges_to(store, EdgeKind.READS)
        if edge.purpose in _MUST_STAY and (user := estate.get(edge.source, Workload)) is not None
    )
