"""What the policies on stores share: who carries one, whether anything needs it, and whether it stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Datastore, Edge, EdgeKind, Entity, Environment, Workload
from infraaudit.policy.scopes import Exclusion, Reason

if TYPE_CHECKING:
    from infraaudit.model import Estate


def carrier_of(store: Datastore, estate: Estate) -> Workload | None:
    """Return the workload in whose container a store runs."""
    return next(iter(estate.sources(store, EdgeKind.RUNS, Workload)), None)


def on_one_host(store: Datastore, estate: Estate) -> bool:
    """Whether a store runs in a container of a platform all of whose copies share one machine."""
    return any(carrier.platform.single_host for carrier in estate.sources(store, EdgeKind.RUNS, Workload))


def used_in_its_project(store: Datastore, estate: Estate) -> Exclusion | None:
    """Hold a store on one host only where something of its project reads it, or waits for what carries it."""
    if not on_one_host(store, estate) or estate.edges_to(store, EdgeKind.READS):
        return None
    carriers = {carrier.address for carrier in estate.sources(store, EdgeKind.RUNS, Workload)}
    if any(carriers & set(other.depends_on) for other in estate.in_deployment(store, Workload)):
        return None
    return Exclusion(Reason.ROLE, "nothing in its Compose project uses it, as where tests start a store")


_PASSING = re.compile(r"(?<![a-z])(ephemeral|preview|sandbox)(?![a-z])")


def passing_word(text: str) -> str:
    """Return the word of a name or path that tells that something is thrown away on purpose, empty without one."""
    found = _PASSING.search(text.lower())
    return found[0] if found is not None else ""


def not_passing(entity: Entity, _: Estate) -> Exclusion | None:
    """Leave out what is thrown away on purpose by its name or file."""
    passing = passing_word(f"{entity.address} {entity.at.path}")
    return Exclusion(Reason.DESIGN, f"its name or file says {passing}") if passing else None


def meant_to_stay(entity: Entity, estate: Estate) -> Exclusion | None:
    """Leave out what is thrown away on purpose, by its environment, its name or its file."""
    if entity.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"it is thrown away on purpose there: {entity.deployment.evidence}")
    return not_passing(entity, estate)


def clients_of(store: Datastore, estate: Estate, *purposes: str) -> tuple[tuple[Workload, Edge], ...]:
    """Return the workloads that use a store, each with the first edge that says so, for these purposes or for any."""
    found: dict[Workload, Edge] = {}
    for edge in estate.edges_to(store, EdgeKind.READS):
        client = estate.get(edge.source, Workload)
        if client is not None and (not purposes or edge.purpose in purposes):
            found.setdefault(client, edge)
    return tuple(found.items())
