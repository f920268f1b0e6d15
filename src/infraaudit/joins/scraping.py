"""Ties what tells a Prometheus whom to scrape to the workloads that it means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Edge, EdgeKind, Known, Monitor, Service, Workload, known_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate, Keep, Selector
    from infraaudit.model.labels import Labels

_OF_SERVICES = frozenset({"service", "endpoints", "endpointslice"})
_PODS = frozenset({"PodMonitor", "PodMonitoring"})
_SEPARATOR = re.compile(r"[^A-Za-z0-9_]")


def join_scraping(estate: Estate) -> Estate:
    """Add the edges monitor to workload, whether or not somebody takes the monitor up."""
    edges = [edge for monitor in estate.of(Monitor) for edge in _edges(monitor, estate)]
    return estate.with_edges(edges) if edges else estate


def _edges(monitor: Monitor, estate: Estate) -> Iterator[Edge]:
    for workload, evidence in {each.key: (each, why) for each, why in _scraped(monitor, estate)}.values():
        yield Edge(EdgeKind.WATCHES, monitor.key, workload.key, evidence, monitor.at, purpose="metrics")


def _scraped(monitor: Monitor, estate: Estate) -> Iterator[tuple[Workload, str]]:
    """Yield the workloads that a monitor means, each with the reason."""
    for reached in monitor.reached:
        service = estate.beside(monitor, reached.provider, Service)
        direct = estate.beside(monitor, reached.provider, Workload)
        for workload in (direct,) if direct is not None else _behind(service, estate) if service is not None else ():
            yield workload, f"{monitor} names {reached.host}"
    if monitor.role and monitor.decided:
        yield from _discovered(monitor, estate)
    if isinstance(monitor.selector, Known) and not monitor.by_path:
        yield from _selected(monitor, monitor.selector.value, estate)


def _behind(service: Service, estate: Estate) -> tuple[Workload, ...]:
    return estate.targets(service, EdgeKind.EXPOSES, Workload)


def _selected(monitor: Monitor, selector: Selector, estate: Estate) -> Iterator[tuple[Workload, str]]:
    if monitor.kind in _PODS:
        for workload in estate.in_deployment(monitor, Workload):
            if _in_sight(monitor, workload.namespace) and workload.labels and selector.selects(workload.labels):
                yield workload, f"{monitor} selects its pods by {selector}"
    elif monitor.kind == "ServiceMonitor":
        for service in estate.in_deployment(monitor, Service):
            fits = service.labels is not None and selector.selects(service.labels)
            if fits and _in_sight(monitor, service.namespace):
                for workload in _behind(service, estate):
                    yield workload, f"{monitor} selects {service} by {selector}"


def _in_sight(monitor: Monitor, namespace: str) -> bool:
    if known_value(monitor.every_namespace):
        return True
    named = {known_value(each) for each in monitor.namespaces}
    return namespace in (named or {monitor.namespace})


# -- what a job finds in its cluster by itself -----------------------------------------------------------------------


def _discovered(monitor: Monitor, estate: Estate) -> Iterator[tuple[Workload, str]]:
    """Yield what a job keeps of all pods or Services beside it; one that keeps everything means none in particular."""
    if not any(keep.of != "namespace" for keep in monitor.keeps):
        return
    words = ", ".join(f"{keep.name or keep.what}={'|'.join(keep.values)}" for keep in monitor.keeps)
    if monitor.role == "pod":
        for workload in estate.in_deployment(monitor, Workload):
            if all(_kept(keep, workload, None) for keep in monitor.keeps):
                yield workload, f"{monitor} keeps pods with {words}"
    elif monitor.role in _OF_SERVICES:
        for service in estate.in_deployment(monitor, Service):
            for workload in _behind(service, estate):
                if all(_kept(keep, workload, service) for keep in monitor.keeps):
                    yield workload, f"{monitor} keeps Services with {words}"


def _kept(keep: Keep, workload: Workload, service: Service | None) -> bool:
    if keep.of == "namespace":
        return workload.namespace in keep.values
    subject = service if keep.of == "service" else workload
    if subject is None:
        return False
    if keep.what == "name":
        return subject.name in keep.values
    pairs: Labels = subject.annotations if keep.what == "annotation" else subject.labels
    return any(_SEPARATOR.sub("_", name) == keep.name and value in keep.values for name, value in pairs or ())
