"""The objects of a Prometheus in a cluster: what it scrapes, which rules it takes up, and where its alerts go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.labels import Labels, Selector
    from infraaudit.model.networking.dependency import Dependency
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


@dataclass(frozen=True, slots=True)
class Keep:
    """What a job keeps of all that it finds in a cluster: pods or Services that say one of these values.

    ``of`` is ``pod``, ``service`` or ``namespace`` and ``what`` is ``label``, ``annotation`` or ``name``. A ``name`` of
    a label or annotation is as Prometheus writes it, with an underscore for whatever is no letter or digit.
    """

    of: str
    what: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp(Entity):
    """An object that counts only where a Prometheus or an Alertmanager takes it up, by its labels and namespace.

    What stands in a file is not taken up in this way: ``by_path`` tells that it is one.
    """

    namespace: str = ""
    labels: Labels = ()
    by_path: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor(TakenUp):
    """What tells a Prometheus whom to scrape: a ServiceMonitor, PodMonitor, Probe or ScrapeConfig.

    ``selector`` means Services for a ServiceMonitor, pods for a PodMonitor and Ingresses for a Probe; an empty one
    means all of them. ``namespaces`` are those looked at, ``every_namespace`` tells that all are; with neither it is
    the monitor's own. ``targets`` are addresses that it names outright, ``reached`` what answers under them, derived.
    ``prober`` is where a Probe sends questions. A job of a configuration file has a ``role``: what it looks for in a
    cluster, empty where it looks for nothing there; of what it finds those stay that ``keeps`` name, and ``decided`` is
    false where more decides. ``scraper`` is the address of the workload that asks, where that is known.
    """

    selector: Maybe[Selector]
    namespaces: tuple[Value[str], ...] = ()
    every_namespace: Value[bool]
    endpoints: tuple[ScrapeEndpoint, ...] = ()
    endpoints_complete: bool = True
    targets: tuple[Value[str], ...] = ()
    targets_complete: bool = True
    prober: Maybe[str] | None = None
    reached: tuple[Dependency, ...] = ()
    role: str = ""
    keeps: tuple[Keep, ...] = ()
    decided: bool = True
    scraper: str = ""


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
    """An Alertmanager that a Prometheus sends to: the name and namespace of its Service, and the port.

    Of a configuration file it is an address, and ``reached`` is what answers under it, derived.
    """

    name: Value[str]
    namespace: Maybe[str]
    port: Maybe[str]
    at: Span
    reached: Dependency | None = None


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A pattern by which a Prometheus looks for files of rules, and the files that it finds.

    ``found`` are their addresses or paths; ``alike`` are other files of the tree whose last name fits.
    """

    pattern: str
    found: Value[tuple[str, ...]]
    at: Span
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus(Entity):
    """A Prometheus, or an agent or Thanos ruler that takes up objects in the same way.

    ``retention`` is in the words written. ``keeps_data`` says whether its data outlives a pod, ``writes_elsewhere``
    whether it sends its data to another store. Without an operator it reads a file: ``operated`` is false then, it
    takes up no object, and ``rule_sources`` are the patterns of its files of rules, ``rule_sets`` the addresses of
    those that it finds. ``reader`` is the address of the workload that reads it, where that is known.
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
    operated: bool = True
    rule_sources: tuple[RuleSource, ...] = ()
    rule_sets: tuple[str, ...] = ()
    reader: str = ""


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
