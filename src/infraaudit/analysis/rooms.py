"""How much room the nodes have that a workload may run on, and how much of it one copy asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.analysis.nodes import most_nodes, pools_for
from infraaudit.model import Known, Unknown, UnsettledError, known_value

if TYPE_CHECKING:
    from infraaudit.model import Estate, MachineType, NodePool, Workload


@dataclass(frozen=True, slots=True)
class Room:
    """A pool that a workload may run on: its largest machine, and how many of them there are at most."""

    pool: NodePool
    machine: Known[MachineType]
    nodes: Known[int]


def _room(pool: NodePool) -> Room:
    machines = [each.settled() for each in pool.machines]
    if not pool.machines_complete or not machines:
        raise UnsettledError(Unknown(f"the machines of {pool} cannot be told", pool.at))
    largest = max(machines, key=lambda each: (each.value.cpu, each.value.memory))
    return Room(pool, largest, most_nodes(pool))


def rooms_for(workload: Workload, estate: Estate) -> tuple[Room, ...]:
    """Return the pools that a workload may run on. Ends the check where one of them or its size cannot be told."""
    return tuple(_room(pool) for pool in pools_for(workload, estate))


def asked_by_a_copy(workload: Workload) -> tuple[int, int, Unknown[int] | None]:
    """Return the CPU and memory that one copy surely asks for, and what of it cannot be told."""
    cpu, memory = 0, 0
    doubt: Unknown[int] | None = None
    for container in workload.containers:
        for value in (container.cpu_request, container.memory_request):
            doubt = doubt or (value if isinstance(value, Unknown) else None)
        cpu += known_value(container.cpu_request) or 0
        memory += known_value(container.memory_request) or 0
    return cpu, memory, doubt
