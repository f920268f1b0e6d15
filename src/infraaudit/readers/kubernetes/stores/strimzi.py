"""Lifts the clusters and topics of Kafka that the operator Strimzi runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, EventLog, Known, Unknown, default, kept_by_kafka, known_value, or_default

if TYPE_CHECKING:
    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

_CLUSTER = "strimzi.io/cluster"


def cluster_logs_of(manifest: Manifest, neighbours: Neighbours) -> EventLog:
    """Return what a cluster gives to the logs that it makes."""
    row = table("event_logs")["kafka"]
    config = manifest.body["spec"]["kafka"]["config"]
    internal = [(name, config[name].integer()) for name in row["internal"]]
    return EventLog(
        address=manifest.address,
        kind=manifest.kind,
        name=manifest.name,
        at=manifest.at,
        deployment=manifest.deployment,
        replication=config["default.replication.factor"].integer_or(int(row["replication"]), row.words),
        in_sync=config["min.insync.replicas"].integer_or(int(row["in_sync"]), row.words),
        brokers=_brokers(manifest, neighbours),
        internal=tuple((name, value) for name, value in internal if not isinstance(value, Absent)),
        unclean=config["unclean.leader.election.enable"].boolean(),
        shared=True,
        retention=_or_default(kept_by_kafka(lambda name: config[name].integer()), manifest, row),
    )


def topic_of(manifest: Manifest, neighbours: Neighbours) -> EventLog:
    """Return a topic. What it leaves out its cluster decides."""
    spec = manifest.body["spec"]
    label = known_value(manifest.body["metadata"]["labels"][_CLUSTER].string())
    cluster = next((each for each in neighbours.beside(manifest, "Kafka") if each.name == label), None)
    given = cluster_logs_of(cluster, neighbours) if cluster is not None else None
    return EventLog(
        address=manifest.address,
        kind=manifest.kind,
        name=manifest.name,
        at=manifest.at,
        deployment=manifest.deployment,
        replication=_or_of(spec["replicas"].integer(), given.replication if given else None),
        in_sync=_or_of(spec["config"]["min.insync.replicas"].integer(), given.in_sync if given else None),
        brokers=given.brokers if given is not None else Absent(manifest.at),
        retention=kept_by_kafka(lambda name: spec["config"][name].integer(), topic=True)
        or (given.retention if given is not None else None),
    )


def _or_default(kept: Maybe[int] | None, manifest: Manifest, row: Row) -> Maybe[int]:
    return default(int(row["retention"]), manifest.at, row.words) if kept is None else kept


def _or_of(written: Maybe[int], given: Value[int] | None) -> Value[int]:
    if not isinstance(written, Absent):
        return written
    return given or Unknown("it follows the cluster of the topic, which is not among these files", written.at)


def _brokers(manifest: Manifest, neighbours: Neighbours) -> Maybe[int]:
    """Return how many brokers run: as the cluster says, else the sum over its node pools with the role of a broker."""
    own = manifest.body["spec"]["kafka"]["replicas"].integer()
    if not isinstance(own, Absent):
        return own
    total = 0
    for pool in neighbours.beside(manifest, "KafkaNodePool"):
        if known_value(pool.body["metadata"]["labels"][_CLUSTER].string()) != manifest.name:
            continue
        roles = [known_value(role.string()) for role in pool.body["spec"]["roles"].each()]
        if "broker" in roles:
            copies = or_default(pool.body["spec"]["replicas"].integer(), 0, "no replicas are written")
            if isinstance(copies, Unknown):
                return copies
            total += copies.value
    return Known(total, manifest.at) if total else Absent(manifest.at)
