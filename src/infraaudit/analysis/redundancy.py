"""Whether something stands in for a component that is lost."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.analysis.copies import least_copies
from infraaudit.model import Datastore, EdgeKind, Survives, Unknown, Workload, default

if TYPE_CHECKING:
    from infraaudit.model import Entity, Estate, Value


class Redundancy(StrEnum):
    """What is left when one part of a component is lost."""

    ONE = "nothing"
    SEVERAL = "other copies"
    PLATFORM = "what the platform puts in its place"


_BY_ITSELF = "the platform keeps it up"


def redundancy(component: Entity, estate: Estate) -> Value[Redundancy]:
    """Tell what stands in for a component. Gateways, services, queues and topics are the platform's business."""
    match component:
        case Workload():
            return _of_workload(component, estate)
        case Datastore():
            return _of_store(component)
    return default(Redundancy.PLATFORM, component.at, _BY_ITSELF)


def _of_workload(workload: Workload, estate: Estate) -> Value[Redundancy]:
    if workload.platform.replaces_copies:
        return default(Redundancy.PLATFORM, workload.at, f"{workload.platform.name} starts copies as requests come")
    least = least_copies(workload, estate)
    if isinstance(least, Unknown):
        return Unknown(least.why, least.at)
    if least.value == 1:
        return least.map(_one)
    if estate.targets(workload, EdgeKind.RUNS, Datastore):
        return Unknown(f"whether the copies of {workload} take over for each other cannot be told", least.at)
    return least.map(_several)


def _one(_: int) -> Redundancy:
    return Redundancy.ONE


def _several(_: int) -> Redundancy:
    return Redundancy.SEVERAL


def _of_store(store: Datastore) -> Value[Redundancy]:
    """Tell whether a managed store, or one whose carrier is not known, goes on after the loss of an instance."""
    if store.failover is None:
        return default(Redundancy.PLATFORM, store.at, f"{store.engine} goes on after any single loss by its design")
    return store.failover.survives.map(_after)


def _after(survives: Survives) -> Redundancy:
    return Redundancy.ONE if survives is Survives.NOTHING else Redundancy.SEVERAL
