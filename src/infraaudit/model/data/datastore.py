"""What keeps data: databases, caches, brokers, file systems and object stores, managed or in a container."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.data.capacity import Capacity
    from infraaudit.model.data.disk import Disk
    from infraaudit.model.data.failover import Failover
    from infraaudit.model.data.insight import Insight
    from infraaudit.model.data.log_export import LogExport
    from infraaudit.model.data.machine_credit import MachineCredit
    from infraaudit.model.data.member import Member
    from infraaudit.model.data.parameters import Parameters
    from infraaudit.model.data.recovery import Objective, Recovery, Replica
    from infraaudit.model.data.throughput import Throughput
    from infraaudit.model.data.upkeep import Upkeep
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class DataClass(StrEnum):
    """What the loss of the data would mean."""

    PRIMARY = "primary"
    DERIVED = "derived"
    TRANSIENT = "transient"


class StorageKind(StrEnum):
    """Whether the data directory of a store in a container outlives the container."""

    COVERED = "covered"
    UNCOVERED = "uncovered"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Storage:
    """Where a store in a container keeps its data.

    ``kind`` is MISSED where a persistent volume is mounted, but not over ``directory``; ``mounted`` is then the
    place and path of that volume. ``where`` says what the directory lies on instead.
    """

    kind: Value[StorageKind]
    directory: str
    where: str
    at: Span
    mounted: str = ""
    mounted_at: Span | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datastore(Faceted):
    """A store of data.

    ``engine`` is the protocol family in lower case (``postgres``, ``mysql``, ``redis``, ``kafka``, ``s3`` ...).
    ``managed`` is true for a service of a cloud provider. ``memory`` is the memory of its machine in bytes.
    ``max_connections`` is the stated or computed ceiling, ``reserved_connections`` what it keeps from
    applications. ``storage`` belongs to stores in containers, ``facets`` to resources. ``firewalls`` are the
    addresses of the rule groups attached to it. ``replica`` marks a copy that can be rebuilt from its source.
    ``parameters`` are the settings of the engine, ``None`` where nothing is known of how they are written. ``image``
    is the reference that a store in a container is pulled by, the base where it is built. ``major`` is the major
    version of the engine, absent where the tag of an image leaves it open.
    ``recovery`` is ``None`` for kinds of which the facts know nothing, ``objective`` where nothing is promised.
    ``clustered`` is whether its keys lie on shards that a client has to know (Redis Cluster), ``None`` where its engine
    has no such mode.
    ``log_exports`` are the kinds of logs that it hands to a store of logs, ``None`` where that is not read;
    ``produced`` tells of those whose engine has to be told whether it writes them.
    ``failover`` is ``None`` where the kind of store survives any single loss by design, or has nothing to fail over.
    ``disk`` is ``None`` where its owner chooses none, ``throughput`` where it is not bought by the unit, ``capacity``
    where its machines do not come and go by themselves, ``credit`` where nothing is known of its machines, and
    ``upkeep`` where no flag lets changes through. ``members`` are its instances where they are written one by one.
    ``guarded`` is whether the configuration refuses to destroy it, ``None`` where configurations of its kind cannot.
    ``copied_away`` is whether its platform brings copies of it to another region by itself, ``None`` where that is not
    read. ``elsewhere`` are its equals in other regions. ``insights`` are what its instances show of their work,
    ``None`` where that is not read.
    ``renewed`` is whether an apply makes it anew because what it is made from has moved on, ``None`` where nothing can.
    ``administrator`` is the login that may do everything in it, ``None`` where its kind has none or that is not read.
    ``voters`` is how many members of its own do nothing but decide for it, ``None`` where none are chosen.
    """

    engine: str
    managed: bool
    data_class: DataClass
    version: Maybe[str] | None = None
    instance_class: Maybe[str] | None = None
    memory: Maybe[int] | None = None
    max_connections: Maybe[int] | None = None
    reserved_connections: int = 0
    port: Maybe[int] | None = None
    storage: Storage | None = None
    firewalls: tuple[str, ...] = ()
    firewalls_complete: bool = True
    replica: bool = False
    failover: Failover | None = None
    parameters: Parameters | None = None
    image: Maybe[str] | None = None
    major: Maybe[int] | None = None
    recovery: Recovery | None = None
    objective: Objective | None = None
    identifiers: tuple[str, ...] = ()
    log_exports: Maybe[tuple[str, ...]] | None = None
    produced: tuple[LogExport, ...] = ()
    clustered: Value[bool] | None = None
    disk: Disk | None = None
    throughput: Throughput | None = None
    capacity: Capacity | None = None
    credit: MachineCredit | None = None
    upkeep: Upkeep | None = None
    members: tuple[Member, ...] = ()
    guarded: Value[bool] | None = None
    copied_away: Value[bool] | None = None
    elsewhere: tuple[Replica, ...] = ()
    insights: tuple[Insight, ...] | None = None
    renewed: Value[bool] | None = None
    administrator: Maybe[str] | None = None
    voters: Maybe[int] | None = None
    facets: tuple[Facet, ...] = ()
