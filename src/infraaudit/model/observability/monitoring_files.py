"""Files that a Prometheus or an Alertmanager reads at its start, wherever they are kept, before anything uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.observability.monitoring import (
        AlertReceiver,
        AlertRoute,
        Keep,
        RecordedMetric,
        ScrapeEndpoint,
    )
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringFile(Entity):
    """A file of monitoring: one of the tree at the path ``file``, or a key of an object of the cluster.

    ``holder`` is the name of that ConfigMap or Secret, empty for a file of the tree, and ``namespace`` where it is;
    ``file`` is then the name of the key.
    """

    file: str
    holder: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class ScrapeJob:
    """A job of a configuration of Prometheus.

    ``targets`` are the addresses that it names outright, ``complete`` being false where it finds further ones.
    ``role`` is what it looks for in a cluster (``pod``, ``service``, ``endpoints``, ``node`` ...), empty where it looks
    for nothing in one; of what it finds those stay that ``keeps`` name, and ``decided`` is false where more decides.
    """

    name: Value[str]
    endpoint: ScrapeEndpoint
    at: Span
    targets: tuple[Value[str], ...] = ()
    complete: bool = True
    role: str = ""
    keeps: tuple[Keep, ...] = ()
    decided: bool = True


@dataclass(frozen=True, slots=True)
class RulePattern:
    """A pattern for files of rules. ``alike`` are the files of the tree whose last name fits its own last part."""

    pattern: Value[str]
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeFile(MonitoringFile):
    """A configuration of a Prometheus, or of an agent that reads the same form.

    ``alertmanagers`` are addresses with their ports; ``alertmanagers_complete`` is false where more are found by a
    discovery. ``writes_elsewhere`` tells that the data is sent on to another store.
    """

    jobs: tuple[ScrapeJob, ...] = ()
    jobs_complete: bool = True
    rules: tuple[RulePattern, ...] = ()
    rules_complete: bool = True
    alertmanagers: tuple[Value[str], ...] = ()
    alertmanagers_complete: bool = True
    writes_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class WrittenAlert:
    """An alert of a file of rules, with the metrics that it looks at; ``labels`` are its own."""

    name: str
    metrics: tuple[str, ...]
    at: Span
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile(MonitoringFile):
    """A file with groups of rules."""

    alerts: tuple[WrittenAlert, ...] = ()
    recorded: tuple[RecordedMetric, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingFile(MonitoringFile):
    """A configuration of an Alertmanager."""

    receivers: tuple[AlertReceiver, ...] = ()
    receivers_complete: bool = True
    route: Maybe[AlertRoute]
