"""Where copies may run: nodes asked for and refused, and how copies are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.labels import Selector
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Toleration:
    """A taint that does not keep the copies away. Without a key it is every taint; without an effect, every effect."""

    key: str
    operator: str
    value: str
    effect: str
    at: Span
    seconds: Maybe[int] | None = None


@dataclass(frozen=True, slots=True)
class NodeAffinity:
    """A choice of nodes by their labels: required ones are alternatives of each other, others only preferred."""

    selector: Maybe[Selector]
    required: bool
    at: Span


@dataclass(frozen=True, slots=True)
class PodAffinity:
    """A wish to run in one place with other pods, or apart from them.

    ``apart`` is anti-affinity, ``required`` tells a condition from a preference. A place is what shares the value of
    the node label ``topology_key``. A ``selector`` that is absent means no pod at all. ``namespaces`` are further
    ones than the pod's own; ``every_namespace`` that all of them count. ``match_keys`` are labels whose own value is
    asked for too.
    """

    apart: bool
    required: bool
    topology_key: Maybe[str]
    selector: Maybe[Selector]
    at: Span
    namespaces: tuple[str, ...] = ()
    every_namespace: bool = False
    match_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpreadConstraint:
    """Copies are to be spread evenly over what shares the value of the node label ``topology_key``.

    ``required`` tells whether a copy that would break the evenness stays unscheduled. A ``selector`` that is absent
    means no pod at all. ``min_domains`` is absent where it is not stated.
    """

    topology_key: Maybe[str]
    max_skew: Maybe[int]
    required: Value[bool]
    selector: Maybe[Selector]
    at: Span
    min_domains: Maybe[int] | None = None
    match_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Everything that decides on which nodes the copies of a workload may run.

    ``node_selector`` is ``None`` where it cannot be told. ``complete`` is false where some of the rules cannot be told.
    """

    node_selector: tuple[tuple[str, str], ...] | None = ()
    node_name: Maybe[str] | None = None
    nodes: tuple[NodeAffinity, ...] = ()
    pods: tuple[PodAffinity, ...] = ()
    spread: tuple[SpreadConstraint, ...] = ()
    tolerations: tuple[Toleration, ...] = ()
    runtime_class: Maybe[str] | None = None
    scheduler: Maybe[str] | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityClass(Entity):
    """How much a pod weighs against others when there is no room; ``by_default`` marks the one of pods without any."""

    value: Maybe[int]
    by_default: Value[bool]
    preempts: Value[bool]
