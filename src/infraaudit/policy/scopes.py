"""The named scopes: whom a policy concerns, and why it does not concern the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infraaudit.model import Autoscaler, Container, EdgeKind, Estate, Gateway, Maybe, Role, Service, Unknown, Workload


class Reason(StrEnum):
    """Why a policy does not apply. The list is closed, so that reports can count by it."""

    LOCAL = "serves local development only"
    ROLE = "has another role"
    RUNS_ONCE = "runs once"
    PLATFORM = "the platform takes care of it"
    DESIGN = "is so by design"
    MANAGED = "is not of the kind that the policy judges"
    WEIGHT = "weighs less than low here"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why this subject is out of scope, in words of the subject."""

    reason: Reason
    detail: str = ""


Scope = Callable[[Any, Estate], Exclusion | None]
"""A scope answers ``None`` for a subject that it holds. It may end the check by an unsettled value."""


def long_running(workload: Workload, _: Estate) -> Exclusion | None:
    """Hold what the platform keeps running."""
    if workload.runs_once or workload.role is Role.JOB:
        return Exclusion(Reason.RUNS_ONCE, f"{workload} ends by itself")
    return None


def serving(workload: Workload, estate: Estate) -> Exclusion | None:
    """Hold what answers requests or takes work from a queue, and may run in several copies."""
    excluded = long_running(workload, estate)
    if excluded is not None:
        return excluded
    if workload.per_node:
        return Exclusion(Reason.PLATFORM, "one copy runs on each node")
    if workload.role not in {Role.WEB, Role.WORKER, Role.PROXY}:
        known = f"it is a {workload.role}" if workload.role is not Role.UNKNOWN else "nothing calls it"
        return Exclusion(Reason.ROLE, known)
    if workload.single_by_design:
        return Exclusion(Reason.DESIGN, workload.single_by_design)
    return None


def on_several_hosts(workload: Workload, _: Estate) -> Exclusion | None:
    """Hold workloads whose copies can run on different machines."""
    if workload.platform.single_host:
        return Exclusion(Reason.PLATFORM, f"all copies under {workload.platform.name} share one host")
    return None


def answering(container: Container, estate: Estate) -> Exclusion | None:
    """Hold containers of workloads that are kept running."""
    return long_running(estate.workload_of(container), estate)


def autoscaler_of(workload: Workload, estate: Estate) -> Autoscaler | None:
    """Return what scales a workload. Ends the check where an autoscaler's target cannot be told and may be this one."""
    scalers = estate.sources(workload, EdgeKind.SCALES, Autoscaler)
    if scalers:
        return scalers[0]
    for other in estate.in_deployment(workload, Autoscaler):
        if may_mean(other.target, workload.address):
            other.target.settled()
    return None


def may_mean(value: Maybe[str], address: str) -> bool:
    """Whether a value that cannot be told may be this address: it mentions it, or mentions nothing."""
    return isinstance(value, Unknown) and (not value.mentions or address in value.mentions)


def services_before(workload: Workload, estate: Estate) -> tuple[Service, ...]:
    """Return the services that stand in front of a workload."""
    return estate.sources(workload, EdgeKind.EXPOSES, Service)


def gateways_before(workload: Workload, estate: Estate) -> tuple[Gateway, ...]:
    """Return the gateways whose routes lead to a workload, through its services or straight."""
    direct = estate.sources(workload, EdgeKind.ROUTES_TO, Gateway)
    through = (
        gateway
        for service in services_before(workload, estate)
        for gateway in estate.sources(service, EdgeKind.ROUTES_TO, Gateway)
    )
    return tuple(dict.fromkeys((*direct, *through)))
