"""How many copies of a workload run, at least and at most, and how many more during a rollout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Autoscaler, EdgeKind, Known, Unknown, UnsettledError, may_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.model import Estate, Value, Workload


def autoscaler_of(workload: Workload, estate: Estate) -> Autoscaler | None:
    """Return what scales a workload. Ends the check where an autoscaler's target cannot be told and may be this one."""
    scalers = estate.sources(workload, EdgeKind.SCALES, Autoscaler)
    if scalers:
        return scalers[0]
    for other in estate.in_deployment(workload, Autoscaler):
        if may_mean(other.target, workload.address):
            other.target.settled()
    return None


def least_copies(workload: Workload, estate: Estate) -> Value[int]:
    """Return the number of copies below which nothing scales: the floor of an autoscaler, else what is asked for."""
    return _count(workload, estate, lambda autoscaler: autoscaler.minimum)


def most_copies(workload: Workload, estate: Estate) -> Value[int]:
    """Return the number of copies beyond which nothing scales: the ceiling of an autoscaler, else what is asked for."""
    return _count(workload, estate, lambda autoscaler: autoscaler.maximum)


def surge_copies(workload: Workload, copies: int) -> Value[int]:
    """Return how many more than so many copies a rollout runs, shares rounded up as the platforms do."""
    surge = workload.surge
    if isinstance(surge, Unknown):
        return Unknown(surge.why, surge.at)
    if isinstance(surge, Absent) or workload.recreate:
        return Known(0, surge.at)
    number = surge.value.removesuffix("%")
    if not number.isdecimal():
        return Unknown(f"{surge.value} is neither a number of copies nor a share", surge.at)
    return surge.map(lambda written: -(-copies * int(number) // 100) if written.endswith("%") else int(number))


def _count(workload: Workload, estate: Estate, bound: Callable[[Autoscaler], Value[int]]) -> Value[int]:
    try:
        autoscaler = autoscaler_of(workload, estate)
    except UnsettledError as unsettled:
        return Unknown(unsettled.unknown.why, unsettled.unknown.at)
    return bound(autoscaler) if autoscaler is not None else workload.replicas
