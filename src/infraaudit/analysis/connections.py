"""How many connections the clients of a store open at their largest size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.analysis.copies import most_copies, surge_copies
from infraaudit.model import Absent, EdgeKind, Known, Unknown, Workload

if TYPE_CHECKING:
    from infraaudit.model import ConnectionPool, Datastore, Edge, Estate, Pooler, Value


@dataclass(frozen=True, slots=True)
class ClientDemand:
    """What one client may open: ``least`` for certain, ``expected`` with what its library does by default.

    ``copies`` are those of its largest size with what a rollout adds. ``doubts`` are the numbers that cannot be told,
    ``doubts_of_a_copy`` those of them that a single copy has; what they surely are at least stands for them.
    """

    workload: Workload
    edge: Edge
    pool: ConnectionPool
    copies: int
    processes: int
    doubts: tuple[Unknown[object], ...]
    doubts_of_a_copy: tuple[Unknown[object], ...]

    @property
    def least(self) -> int:
        """How many connections it opens for certain."""
        return self.copies * self.processes * self.pool.least

    @property
    def expected(self) -> int:
        """How many connections it may open."""
        return self.copies * self.processes * self.pool.expected


def client_demands(store: Datastore | Pooler, estate: Estate) -> tuple[ClientDemand, ...]:
    """Return what each client of a store or pooler may open, the largest first."""
    counted = (_demand(edge, estate) for edge in _clients(store, estate))
    return tuple(sorted((each for each in counted if each is not None), key=lambda each: -each.expected))


def _clients(store: Datastore | Pooler, estate: Estate) -> tuple[Edge, ...]:
    """Return one edge for each container that is a client: the one with the largest pool."""
    largest: dict[object, Edge] = {}
    for edge in estate.edges_to(store, EdgeKind.READS):
        if edge.pool is not None:
            kept = largest.get((edge.source, edge.pool.container))
            if kept is None or kept.pool is None or edge.pool.expected > kept.pool.expected:
                largest[edge.source, edge.pool.container] = edge
    return tuple(largest.values())


def _demand(edge: Edge, estate: Estate) -> ClientDemand | None:
    workload = estate.get(edge.source, Workload)
    if workload is None or edge.pool is None or workload.runs_once:
        return None
    copies = most_copies(workload, estate)
    known = copies.value if isinstance(copies, Known) else 0
    surge = surge_copies(workload, known)
    processes = _processes(workload, edge.pool)
    numbers = (copies, surge, processes, edge.pool.doubt)
    return ClientDemand(
        workload,
        edge,
        edge.pool,
        known + (surge.value if isinstance(surge, Known) else 0),
        processes.value if isinstance(processes, Known) else 1,
        tuple(each for each in numbers if isinstance(each, Unknown)),
        tuple(each for each in (processes, edge.pool.doubt) if isinstance(each, Unknown)),
    )


def _processes(workload: Workload, pool: ConnectionPool) -> Value[int]:
    """Return how many processes the client container runs in each copy; a pooler opens its pool for all of them."""
    if pool.whole_copy:
        return Known(1, workload.at)
    for container in workload.containers:
        count = container.process.processes if container.process is not None else None
        if container.address == pool.container and count is not None and not isinstance(count, Absent):
            return count
    return Unknown(f"what {workload} runs is not in the scan", workload.at)
