"""What keeps data: databases, caches, brokers, file systems and object stores, managed or in a container."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.facet import Faceted

if TYPE_CHECKING:
    from infraaudit.model.data.failover import Failover
    from infraaudit.model.data.parameters import Parameters
    from infraaudit.model.data.recovery import Objective, Recovery
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
    ``log_exports`` are the kinds of logs that it hands to a store of logs, ``None`` where that is not read.
    ``failover`` is ``None`` where the kind of store survives any single loss by design, or has nothing to fail over.
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
    clustered: Value[bool] | None = None
    facets: tuple[Facet, ...] = ()
