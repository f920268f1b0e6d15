"""The objects of a Prometheus in a cluster: what it scrapes, which rules it takes up, and where its alerts go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.labels import Labels, Selector
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class ScrapeEndpoint:
    """One door that is scraped. ``port`` is the name of a port, ``target_port`` a number or name of a container's.

    Times are in seconds. An absent ``path`` is ``/metrics``.
    """

    port: Maybe[str]
    target_port: Maybe[str]
    path: Maybe[str]
    scheme: Maybe[str]
    interval: Maybe[int]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp(Entity):
    """An object that counts only where a Prometheus or an Alertmanager takes it up, by its labels and namespace."""

    namespace: str = ""
    labels: Labels = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor(TakenUp):
    """What tells a Prometheus whom to scrape: a ServiceMonitor, PodMonitor, Probe or ScrapeConfig.

    ``selector`` means Services for a ServiceMonitor, pods for a PodMonitor and Ingresses for a Probe; an empty one
    means all of them. ``namespaces`` are those looked at, ``every_namespace`` tells that all are; with neither it is
    the monitor's own. ``targets`` are addresses that it names outright. ``prober`` is where a Probe sends questions.
    """

    selector: Maybe[Selector]
    namespaces: tuple[Value[str], ...] = ()
    every_namespace: Value[bool]
    endpoints: tuple[ScrapeEndpoint, ...] = ()
    endpoints_complete: bool = True
    targets: tuple[Value[str], ...] = ()
    targets_complete: bool = True
    prober: Maybe[str] | None = None


@dataclass(frozen=True, slots=True)
class RecordedMetric:
    """A metric that a rule computes from others."""

    name: Value[str]
    metrics: tuple[str, ...]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet(TakenUp):
    """A set of rules for a Prometheus; its alerts are :class:`Alarm` entities, whose addresses are ``alarms``."""

    alarms: tuple[str, ...] = ()
    recorded: tuple[RecordedMetric, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Uptake:
    """Which objects of one kind are taken up.

    An absent ``selector`` takes up none and an empty one all of them; of ``namespaces``, an absent one means the
    namespace of the asking object alone, and an empty one every namespace.
    """

    selector: Maybe[Selector]
    namespaces: Maybe[Selector]


@dataclass(frozen=True, slots=True)
class AlertDestination:
    """An Alertmanager that a Prometheus sends to: the name and namespace of its Service, and the port."""

    name: Value[str]
    namespace: Maybe[str]
    port: Maybe[str]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus(Entity):
    """A Prometheus, or an agent or Thanos ruler that takes up objects in the same way.

    ``retention`` is in the words written. ``keeps_data`` says whether its data outlives a pod, ``writes_elsewhere``
    whether it sends its data to another store.
    """

    namespace: str = ""
    labels: Labels = ()
    service_monitors: Uptake
    pod_monitors: Uptake
    probes: Uptake
    scrape_configs: Uptake
    rules: Uptake
    destinations: tuple[AlertDestination, ...] = ()
    destinations_complete: bool = True
    external_targets: bool = False
    replicas: Value[int]
    retention: Maybe[str]
    keeps_data: Value[bool]
    writes_elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertmanager(Entity):
    """An Alertmanager of the operator: which configurations it takes up beside its own secret."""

    namespace: str = ""
    labels: Labels = ()
    configurations: Uptake
    config_secret: Maybe[str]
    global_configuration: Maybe[str]
    replicas: Value[int]
    keeps_data: Value[bool]


@dataclass(frozen=True, slots=True)
class AlertReceiver:
    """Who is told, and the kinds of the ways to it (``slack``, ``email``, ``webhook`` ...), none where it is mute."""

    name: Value[str]
    ways: tuple[str, ...]
    at: Span
    complete: bool = True


@dataclass(frozen=True, slots=True)
class AlertRoute:
    """One branch of the tree that leads alerts to receivers: what it matches, in words, and the branches below.

    An absent ``receiver`` is that of the branch above.
    """

    receiver: Maybe[str]
    matchers: tuple[str, ...]
    goes_on: Maybe[bool]
    at: Span
    routes: tuple[AlertRoute, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRouting(TakenUp):
    """A configuration of an Alertmanager: its receivers, and the routes to them."""

    receivers: tuple[AlertReceiver, ...] = ()
    route: Maybe[AlertRoute]
    complete: bool = True
