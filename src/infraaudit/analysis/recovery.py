"""What becomes of each store when an instance, a zone or its data is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.analysis.dependencies import Dependencies
from infraaudit.model import DataClass, Datastore, FacetName, StorageKind, Unknown, Workload

if TYPE_CHECKING:
    from infraaudit.model import Estate, Survives, Value


@dataclass(frozen=True, slots=True)
class Recovery:
    """How one store takes losses; ``None`` where a question makes no sense of it.

    ``survives`` is the largest loss after which it goes on by itself. ``backed_up`` is whether copies of its data are
    made, ``outlives`` whether the data of a store in a container outlives the container, ``last_copy`` whether
    something is left when it is deleted. ``dependents`` is how many workloads stop without it.
    """

    store: Datastore
    survives: Value[Survives] | None
    backed_up: Value[bool] | None
    outlives: Value[bool] | None
    last_copy: Value[bool] | None
    dependents: int


def recoveries(estate: Estate) -> tuple[Recovery, ...]:
    """Return a row for every store that keeps something, those first without which the most stops."""
    rows = (_recovery(store, estate) for store in estate.of(Datastore) if store.data_class is not DataClass.TRANSIENT)
    return tuple(sorted(rows, key=lambda row: (-row.dependents, str(row.store.key))))


def _recovery(store: Datastore, estate: Estate) -> Recovery:
    affected = estate.derived(Dependencies.of).affected_by(store)
    return Recovery(
        store,
        store.failover.survives if store.failover is not None else None,
        _holds(store, FacetName.BACKED_UP),
        _outlives(store),
        _holds(store, FacetName.LAST_COPY),
        sum(isinstance(each, Workload) for each in affected),
    )


def _holds(store: Datastore, name: FacetName) -> Value[bool] | None:
    facet = store.facet(name)
    return facet.holds if facet is not None else None


def _outlives(store: Datastore) -> Value[bool] | None:
    if store.storage is None:
        return None
    kind = store.storage.kind
    return Unknown(kind.why, kind.at) if isinstance(kind, Unknown) else kind.map(_covered)


def _covered(kind: StorageKind) -> bool:
    return kind is StorageKind.COVERED
