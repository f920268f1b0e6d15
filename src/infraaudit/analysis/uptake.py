"""Which Prometheus or Alertmanager of an operator takes up an object, by its labels and namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    Alertmanager,
    AlertRouting,
    Known,
    Namespace,
    Prometheus,
    RuleSet,
    Unknown,
    known_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate, Maybe, Selector, TakenUp, Uptake

TAKEN_KINDS = {
    "ServiceMonitor": "service_monitors",
    "PodMonitor": "pod_monitors",
    "Probe": "probes",
    "ScrapeConfig": "scrape_configs",
}
"""The kinds that a Prometheus takes up, and the field that says which."""


def askers_of(taken: TakenUp, estate: Estate) -> Iterator[tuple[Prometheus | Alertmanager, Uptake]]:
    """Yield who might take an object up, with what it asks for."""
    if isinstance(taken, AlertRouting):
        for manager in estate.in_deployment(taken, Alertmanager):
            yield manager, manager.configurations
        return
    for prometheus in estate.in_deployment(taken, Prometheus):
        if not prometheus.operated:
            continue
        if isinstance(taken, RuleSet):
            yield prometheus, prometheus.rules
        elif prometheus.kind != "ThanosRuler":
            yield prometheus, getattr(prometheus, TAKEN_KINDS[taken.kind])


def takes_up(
    asker: Prometheus | Alertmanager, uptake: Uptake, taken: TakenUp, estate: Estate
) -> Known[str] | Unknown[str]:
    """Say why an object is not taken up, in no words where it is."""
    if isinstance(asker, Alertmanager) and known_value(asker.global_configuration or Absent(asker.at)) == taken.name:
        return Known("", taken.at)
    if isinstance(uptake.selector, Unknown):
        return Unknown(uptake.selector.why, uptake.selector.at)
    if isinstance(uptake.selector, Absent):
        return Known("a selector that is not written takes up nothing", taken.at)
    if taken.labels is None:
        return Unknown(f"the labels of {taken} cannot be told", taken.at)
    if not uptake.selector.value.selects(taken.labels):
        return Known(f"lacks {uptake.selector.value}", taken.at)
    return _looks_into(asker, uptake.namespaces, taken, estate)


def _looks_into(
    asker: Prometheus | Alertmanager, namespaces: Maybe[Selector], taken: TakenUp, estate: Estate
) -> Known[str] | Unknown[str]:
    if isinstance(namespaces, Unknown):
        return Unknown(namespaces.why, namespaces.at)
    if isinstance(namespaces, Absent):
        alone = f"only the namespace {asker.namespace} is looked at"
        return Known("" if asker.namespace == taken.namespace else alone, taken.at)
    if namespaces.value.is_empty:
        return Known("", taken.at)
    described = next((each for each in estate.in_deployment(taken, Namespace) if each.name == taken.namespace), None)
    labels = described.labels if described is not None else None
    known = (*(labels or ()), ("kubernetes.io/metadata.name", taken.namespace))
    if namespaces.value.selects(known):
        return Known("", taken.at)
    if labels is None:
        return Unknown(f"the labels of the namespace {taken.namespace} cannot be told", namespaces.at)
    return Known(f"its namespace {taken.namespace} lacks {namespaces.value}", taken.at)
