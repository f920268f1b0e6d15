"""The way of a request from a door of the system to the stores behind it, and what on it has no stand-in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.analysis.dependencies import Dependencies, component_of
from infraaudit.analysis.redundancy import Redundancy, redundancy
from infraaudit.model import Datastore, EdgeKind, Entity, Entrance, Gateway, Known, Service, Unknown, Workload, may_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraaudit.analysis.dependencies import Consequence
    from infraaudit.model import Estate, Value


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """A component without a stand-in. ``standing`` is the place that says so, ``consequences`` who stops with it."""

    component: Workload | Datastore
    standing: Known[Redundancy]
    consequences: tuple[Consequence, ...]

    @property
    def affected(self) -> int:
        """How many workloads stop with it."""
        return sum(1 + len(each.followers) for each in self.consequences)


@dataclass(frozen=True, slots=True)
class RequestPath:
    """What stands behind a door, nearest first.

    ``singles`` are those components whose loss alone makes requests fail. ``doubts`` say of the others why it cannot
    be told whether something stands in for them.
    """

    entrance: Entrance
    components: tuple[Workload | Datastore, ...]
    singles: tuple[SinglePoint, ...]
    doubts: tuple[Unknown[Redundancy], ...]


def request_path(entrance: Entrance, estate: Estate) -> RequestPath:
    """Follow the needs of a door."""
    dependencies = estate.derived(Dependencies.of)
    door = estate.get(entrance.opens, Entity)
    behind = dependencies.behind(door) if door is not None else ()
    components = tuple(each for each in behind if isinstance(each, Workload | Datastore))
    vital = [each for each in components if _breaks(each, entrance, dependencies)]
    standings = [(each, _standing(each, estate)) for each in vital]
    return RequestPath(
        entrance,
        components,
        tuple(
            SinglePoint(each, standing, dependencies.consequences(each))
            for each, standing in standings
            if isinstance(standing, Known) and standing.value is Redundancy.ONE
        ),
        tuple(standing for _, standing in standings if isinstance(standing, Unknown)),
    )


def _standing(component: Workload | Datastore, estate: Estate) -> Value[Redundancy]:
    """Return whether something stands in for a component, another workload behind the same service included."""
    found = redundancy(component, estate)
    if not isinstance(component, Workload) or not isinstance(found, Known):
        return found
    others = estate.derived(_of_untold_services).get(component.deployment.id, ())
    for service in estate.sources(component, EdgeKind.EXPOSES, Service) if others else ():
        for other in others:
            if other.key != component.key and any(may_mean(each.service, service.address) for each in other.targets):
                return Unknown(f"whether {other} stands behind {service} too cannot be told", other.at)
    return found


def _of_untold_services(estate: Estate) -> Mapping[str, Sequence[Workload]]:
    """Return the workloads that register with a service that cannot be told, by their deployments."""
    found: dict[str, list[Workload]] = defaultdict(list)
    for workload in estate.of(Workload):
        if any(isinstance(each.service, Unknown) for each in workload.targets):
            found[workload.deployment.id].append(workload)
    return found


def entrances_before(workload: Workload, estate: Estate) -> tuple[Entrance, ...]:
    """Return the doors that hand their requests to this workload itself, and not only to what calls it."""
    services = estate.sources(workload, EdgeKind.EXPOSES, Service)
    gateways = (
        *estate.sources(workload, EdgeKind.ROUTES_TO, Gateway),
        *(gateway for service in services for gateway in estate.sources(service, EdgeKind.ROUTES_TO, Gateway)),
    )
    doors = {each.key for each in (workload, *services, *gateways)}
    return tuple(each for each in estate.of(Entrance) if each.opens in doors)


def _breaks(component: Entity, entrance: Entrance, dependencies: Dependencies) -> bool:
    return component_of(dependencies.estate, entrance.opens) in dependencies.stopped_by((component,))
