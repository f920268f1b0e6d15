"""What changes the number of copies of a workload, or what they ask for, without anybody's doing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Known, Maybe, Value
    from infraaudit.source.span import Span


class MetricKind(StrEnum):
    """What an autoscaler looks at."""

    UTILIZATION = "utilization"
    VALUE = "value"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class ScalingMetric:
    """One signal of an autoscaler: ``resource`` is cpu or memory, ``container`` the one it is limited to."""

    kind: MetricKind
    at: Span
    resource: str = ""
    container: str = ""
    target: Maybe[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscaler(Entity):
    """What changes the number of copies. ``target`` is the address of what it scales, in the same deployment.

    ``follows`` are the metrics that it keeps at a target, in the platform's words. ``takes_over`` is the name of
    another autoscaler in whose place it puts itself on purpose. ``acts`` is whether anything changes the number within
    its bounds, ``None`` where its platform does so by itself.
    """

    namespace: str = ""
    target: Value[str]
    minimum: Value[int]
    maximum: Value[int]
    metrics: tuple[ScalingMetric, ...] = ()
    metrics_complete: bool = True
    follows: tuple[Known[str], ...] = ()
    takes_over: str = ""
    acts: Value[bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerticalAutoscaler(Entity):
    """What changes the requests of the copies of a workload. ``target`` is its address, in the same deployment.

    ``mode`` is the platform's word for when it acts (``Off``, ``Initial``, ``Recreate``, ``Auto`` ...). ``resources``
    are those that it controls, ``None`` where that is not stated: then CPU and memory. ``containers`` are those that it
    is limited to.
    """

    namespace: str = ""
    target: Value[str]
    mode: Value[str]
    resources: tuple[str, ...] | None = None
    containers: tuple[str, ...] = ()
    min_replicas: Maybe[int] | None = None
