"""The gateways on the way of a request to a workload, and how long each of them waits for an answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import EdgeKind, Function, Gateway, Known, Service, Unknown, Workload, known_value, may_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from infraaudit.model import Entity, Estate, Maybe, Route, Value

_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Hop:
    """A gateway on a way. ``limit`` is how many seconds it waits for what lies behind it there, as of a gateway.

    ``before`` is the gateway that it hands its requests to, ``None`` for the last one before the workload.
    """

    gateway: Gateway
    limit: Maybe[int] | None
    before: Gateway | None = None


def hops_through(gateways: Iterable[Gateway], behind: Iterable[Entity], estate: Estate) -> tuple[Hop, ...]:
    """Return the hops of the ways through these gateways to what stands behind them, from the inside outwards.

    ``behind`` is what the gateways lead to: services, or the workload itself.
    """
    doors = frozenset(name for each in behind for name in _names(each))
    hops = [Hop(each, _limit(each, doors)) for each in gateways]
    seen = {each.gateway.key for each in hops}
    for hop in hops:
        for outer in estate.sources(hop.gateway, EdgeKind.ROUTES_TO, Gateway):
            if outer.key not in seen:
                seen.add(outer.key)
                hops.append(Hop(outer, _limit(outer, frozenset((hop.gateway.address,))), hop.gateway))
    return tuple(hops)


def hops_before(workload: Entity, estate: Estate) -> tuple[Hop, ...]:
    """Return the hops of all ways to a workload, through its services or straight."""
    services = estate.sources(workload, EdgeKind.EXPOSES, Service)
    gateways = dict.fromkeys(
        (
            *estate.sources(workload, EdgeKind.ROUTES_TO, Gateway),
            *(each for service in services for each in estate.sources(service, EdgeKind.ROUTES_TO, Gateway)),
        )
    )
    return hops_through(gateways, (*services, workload), estate)


def perhaps_led_to(door: Entity, estate: Estate) -> Unknown[str] | None:
    """Return the way of a gateway that cannot be told and may lead to this door, or to a workload behind a service.

    Also where it registers with a service that cannot be told.
    """
    targets = door.targets if isinstance(door, Workload) else ()
    untold = next((each.service for each in targets if isinstance(each.service, Unknown)), None)
    if untold is not None:
        return untold
    ways = estate.derived(_untold_ways).get(door.deployment.id, ())
    if not ways:
        return None
    services = estate.sources(door, EdgeKind.EXPOSES, Service)
    names = [name for each in (door, *services) for name in _names(each)]
    for gateway, service in ways:
        if gateway.key != door.key and any(may_mean(service, name) for name in names):
            return service
    return None


def _untold_ways(estate: Estate) -> Mapping[str, Sequence[tuple[Gateway, Unknown[str]]]]:
    """Return the ways of gateways of which the end cannot be told, by their deployments."""
    found: dict[str, list[tuple[Gateway, Unknown[str]]]] = defaultdict(list)
    for gateway in estate.of(Gateway):
        ends = (way.service for way in gateway.routes)
        found[gateway.deployment.id].extend((gateway, end) for end in ends if isinstance(end, Unknown))
    return found


def _names(door: Entity) -> Iterator[str]:
    yield door.address
    if isinstance(door, Function):
        yield from door.identifiers


def _limit(gateway: Gateway, doors: frozenset[str]) -> Maybe[int] | None:
    """Return the shortest time that a way to these doors is given, where every one has a time of its own."""
    ways = [each for each in gateway.routes if known_value(each.service) in doors]
    own = [each for each in map(_own, ways) if each is not None]
    if ways and len(own) == len(ways):
        unknown = next((each for each in own if isinstance(each, Unknown)), None)
        known = [each for each in own if isinstance(each, Known)]
        return unknown or min(known, key=lambda each: each.value)
    return gateway.response_limit


def _own(way: Route) -> Value[int] | None:
    stated = way.backend_timeout
    if isinstance(stated, Known):
        return stated.map(_in_seconds)
    return stated if isinstance(stated, Unknown) else None


def _in_seconds(milliseconds: int) -> int:
    return milliseconds // _MILLISECONDS
