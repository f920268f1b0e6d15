"""What a namespace is, gives to its containers, and allows them in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.labels import Labels, Requirement
    from infraaudit.model.values import Maybe
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceDefaults(Entity):
    """Requests and limits that a namespace gives to containers which state none."""

    namespace: str = ""
    cpu: bool = False
    memory: bool = False
    bounds: tuple[ResourceBounds, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceBounds:
    """What a LimitRange says of one resource of containers, in thousandths of a core or bytes.

    ``request`` and ``limit`` are given to containers that state none; ``least`` and ``most`` bound what they may state.
    """

    resource: str
    request: Maybe[int]
    limit: Maybe[int]
    least: Maybe[int]
    most: Maybe[int]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace(Entity):
    """A namespace that is described here.

    ``enforced``, ``warned`` and ``audited`` are the levels of the Pod Security Standards that it holds its pods to
    (``privileged``, ``baseline``, ``restricted``); ``enforced_version`` is the release whose rules count.
    """

    labels: Labels = ()
    annotations: Labels = ()
    enforced: Maybe[str]
    enforced_version: Maybe[str]
    warned: Maybe[str]
    audited: Maybe[str]


@dataclass(frozen=True, slots=True)
class QuotaLimit:
    """One line of a quota, under the platform's name for it (``requests.cpu``, ``limits.memory``, ``pods``).

    ``most`` is in thousandths of a core for CPU, in bytes for memory and storage, and a count for all else.
    """

    name: str
    most: Maybe[int]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceQuota(Entity):
    """What all objects of a namespace may ask for together.

    ``scopes`` limit it to some pods (``BestEffort``, ``NotTerminating``, ``PriorityClass`` ...), ``scope_requirements``
    name those that have values. ``complete`` is false where some limits cannot be told.
    """

    namespace: str = ""
    limits: tuple[QuotaLimit, ...] = ()
    scopes: tuple[str, ...] = ()
    scope_requirements: tuple[Requirement, ...] = ()
    complete: bool = True
