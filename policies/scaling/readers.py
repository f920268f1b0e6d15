"""Whether those who read a store or a stream get their turn."""

import re

from infraaudit.model import (
    Consumer,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    Known,
    Stream,
    Unknown,
    UnsettledError,
    Workload,
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
    autoscaler_of,
    clients_of,
    in_a_row,
    most_copies,
    policy,
)

_READS_A_SECOND = 5
"""How many reads a second a shard of Kinesis answers to all those together who have no throughput of their own."""

_MOST_NAMED = 3


def _reading(stream: Stream, estate: Estate) -> list[Consumer]:
    """Return what takes records from a stream without a throughput of its own."""
    found = estate.in_deployment(stream, Consumer)
    return [
        each
        for each in found
        if known_value(each.queue) in {stream.address, *stream.identifiers}
        and (each.enabled is None or known_value(each.enabled) is not False)
    ]


def _is_shared(stream: Stream, estate: Estate) -> Exclusion | None:
    if stream.engine != "kinesis":
        return Exclusion(Reason.MANAGED, "how often it may be read is not known of its kind")
    if not _reading(stream, estate):
        return Exclusion(Reason.ROLE, "no function is seen to take its records without a throughput of its own")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_is_shared,
    holds="shards answer all who read them",
    insight=True,
)
def stream_shared_by_too_many_readers(stream: Stream, estate: Estate) -> Findings:
    """More functions read a stream than its shards answer.

    Why: a shard answers five reads a second to all its readers together, and each function reads every shard once a
    second. From the sixth on some are turned away each second: all of them lag, the more the busier the stream is.

    Fix: give the busiest readers a throughput of their own (aws_kinesis_stream_consumer), or let one function hand the
    records on.

    Quiet when: no more than five read it, or they have a throughput of their own.

    See: Amazon Kinesis Data Streams developer guide, Quotas and limits; AWS Lambda developer guide, Process Amazon
    Kinesis Data Streams records with Lambda.
    """
    readers = _reading(stream, estate)
    for each in readers:
        if isinstance(each.enabled, Unknown) and len(readers) > _READS_A_SECOND:
            each.enabled.settled()
    if len(readers) <= _READS_A_SECOND:
        return
    names = in_a_row([str(each) for each in readers[:_MOST_NAMED]])
    own = f", {len(stream.readers)} more have one of their own" if stream.readers else ""
    yield Finding(
        stream.at,
        f"{len(readers)} functions share the {_READS_A_SECOND} reads a second of each shard of {stream}{own}",
        label="each reads every shard once a second",
        places=tuple(Place(each.at, f"{each} reads it") for each in readers[:_MOST_NAMED]),
        sum=f"{len(readers)} > {_READS_A_SECOND}",
        fix=f"Give {names} a throughput of their own.",
    )


_RELATIONAL = frozenset({"postgres", "mysql", "mariadb", "oracle", "sqlserver"})
_MOST_COPIES = 10
_WIDE_SCALING = 6
_OF_CACHES = re.compile(r"CACHE|REDIS|VALKEY|MEMCACHE", re.IGNORECASE)
_WRITTEN = ("queue", "ledger", "outbox", "events", "audit")


def _serves_reads(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.engine not in _RELATIONAL or store.replica:
        return Exclusion(Reason.MANAGED, "it is no relational database of its own")
    if store.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing says that production reads it")
    named = next((word for word in _WRITTEN if word in store.name.lower()), "")
    if named:
        return Exclusion(Reason.ROLE, f"its name tells of {named}: it is written more than read")
    if not clients_of(store, estate):
        return Exclusion(Reason.ROLE, "no client of it is in the scan")
    return None


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_serves_reads,
    holds="reads of wide services have more than one place to go",
    insight=True,
)
def read_scaling_absent(store: Datastore, estate: Estate) -> Findings:
    """One database answers every read of services that run in many copies.

    Why: the copies grow with the load and the database does not. Most of what they ask is read again and again, and
    could be answered elsewhere.

    Fix: is there a replica somewhere else? If not, add one and send reads to it, or put a cache before it.

    Quiet when: it has a replica, a second instance or a cache beside it, its clients run in few copies, or nothing says
    production. Could not tell where the number of copies cannot be told.

    See: AWS Well-Architected PERF03; Amazon RDS user guide, Working with DB instance read replicas.
    """
    if sum(each.count for each in store.members) > 1 or _has_replica(store, estate) or _has_cache(store, estate):
        return
    clients = [client for client, _ in clients_of(store, estate)]
    numbers = [(client, most_copies(client, estate)) for client in clients]
    known = [(client, number.value) for client, number in numbers if isinstance(number, Known)]
    total = sum(number for _, number in known)
    widest = max((number for client, number in known if autoscaler_of(client, estate) is not None), default=0)
    if total < _MOST_COPIES and widest < _WIDE_SCALING:
        for _, number in numbers:
            number.settled()
        return
    _settle_what_is_asked(clients, estate)
    yield Finding(
        store.at,
        f"{store} answers every read of {total} copies, and no replica or cache of it is in sight",
        label="one place for all reads",
        places=tuple(
            Place(client.at, f"{client} runs up to {number} copies") for client, number in known[:_MOST_NAMED]
        ),
        sum=f"{' + '.join(str(number) for _, number in known)} = {total}",
    )


def _has_replica(store: Datastore, estate: Estate) -> bool:
    return any(each.replica and each.engine == store.engine for each in estate.in_deployment(store, Datastore))


def _settle_what_is_asked(clients: list[Workload], estate: Estate) -> None:
    """End the check where a client asks what may be a cache, by a variable or an image that cannot be told."""
    for client in clients:
        for variable in (each for container in client.containers for each in container.environment):
            if _OF_CACHES.search(variable.name) and isinstance(variable.value, Unknown):
                raise UnsettledError(variable.value)
        for kind in (EdgeKind.CALLS, EdgeKind.READS):
            for other in estate.targets(client, kind, Workload):
                for container in other.containers:
                    container.image.settled()


def _has_cache(store: Datastore, estate: Estate) -> bool:
    """Whether a client of a store also asks something that may keep answers."""
    return any(
        edge.purpose in {"", "cache"}
        and (found := estate.get(edge.target, Datastore)) is not None
        and found.engine in {"redis", "memcached"}
        for client, _ in clients_of(store, estate)
        for edge in estate.edges_from(client, EdgeKind.READS)
    )
