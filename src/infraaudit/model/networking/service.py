"""Stable addresses in front of the copies of a workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.compute.workload import Probe
    from infraaudit.model.labels import Labels
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class ServicePort:
    """One door of a service: ``number`` is where clients knock, ``target`` the number or name that it leads to."""

    number: Value[int]
    target: Value[str]
    at: Span
    name: str = ""
    health_port: Maybe[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Entity):
    """A stable address in front of the copies of a workload: a Kubernetes Service, a target group.

    ``selector`` is ``None`` where it cannot be told and empty where nothing is selected by labels. ``internal`` marks a
    load balancer that annotations keep inside the private network.
    ``health_check`` is the check that the service itself makes of its targets, if it makes any. ``ports_complete`` is
    false where some ports or their names cannot be told. ``drain`` is how long a target that is taken out may finish
    its requests, in seconds; absent where it is cut off at once, ``None`` where that is no property of the service.
    ``labels`` and ``annotations`` are its own, ``None`` where they cannot be told. ``sticky`` is whether it hands each
    client to the same copy again, absent where nothing is written of it, ``None`` where that is not read. ``ejects`` is
    whether it leaves out for a while a copy that keeps failing, absent where nothing is written of it, ``None`` where
    it has no such setting. ``crosses_zones`` is whether requests are handed to copies in other zones than the one in
    which they came in, absent where the gateway before it decides that, and ``None`` where it is no setting of it.
    """

    namespace: str = ""
    ports: tuple[ServicePort, ...] = ()
    ports_complete: bool = True
    selector: tuple[tuple[str, str], ...] | None = ()
    exposure: str = "cluster"
    health_check: Maybe[Probe] | None = None
    internal: bool = False
    drain: Maybe[int] | None = None
    sticky: Maybe[bool] | None = None
    ejects: Maybe[bool] | None = None
    crosses_zones: Maybe[bool] | None = None
    labels: Labels = ()
    annotations: Labels = ()
