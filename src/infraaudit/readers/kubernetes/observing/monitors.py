"""What tells a Prometheus whom to scrape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Monitor, ScrapeEndpoint, Unknown
from infraaudit.model.quantities import go_duration
from infraaudit.readers.kubernetes.selection import known_texts, selector_of
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.model import Maybe, Node, Selector, Value
    from infraaudit.readers.kubernetes.manifest import Manifest


def _selecting(manifest: Manifest, endpoints: Node) -> Monitor:
    spec = manifest.body["spec"]
    namespaces, everywhere = _namespaces(spec["namespaceSelector"])
    return Monitor(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        selector=selector_of(spec["selector"]),
        namespaces=namespaces,
        every_namespace=everywhere,
        endpoints=tuple(_endpoint(each) for each in endpoints.each()),
        endpoints_complete=endpoints.complete,
    )


def _service_monitor(manifest: Manifest) -> Monitor:
    return _selecting(manifest, manifest.body["spec"]["endpoints"])


def _pod_monitor(manifest: Manifest) -> Monitor:
    return _selecting(manifest, manifest.body["spec"]["podMetricsEndpoints"])


def _managed_pod_monitor(manifest: Manifest) -> Monitor:
    """Return a PodMonitoring of Google's managed collection, which looks at its own namespace alone."""
    return _selecting(manifest, manifest.body["spec"]["endpoints"])


def _probe(manifest: Manifest) -> Monitor:
    spec = manifest.body["spec"]
    targets, ingress = spec["targets"]["staticConfig"]["static"], spec["targets"]["ingress"]
    named, complete = known_texts(targets)
    namespaces, everywhere = _namespaces(ingress["namespaceSelector"])
    endpoint = ScrapeEndpoint(
        port=Absent(manifest.at),
        target_port=Absent(manifest.at),
        path=literal(spec["prober"]["path"]),
        scheme=literal(spec["prober"]["scheme"]),
        interval=spec["interval"].value(go_duration, "a duration"),
        at=spec["prober"].key_at or manifest.at,
    )
    return Monitor(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        selector=selector_of(ingress["selector"]),
        namespaces=namespaces,
        every_namespace=everywhere,
        endpoints=(endpoint,),
        targets=named,
        targets_complete=complete,
        prober=literal(spec["prober"]["url"]),
    )


def _scrape_config(manifest: Manifest) -> Monitor:
    spec = manifest.body["spec"]
    lists = [known_texts(each["targets"]) for each in spec["staticConfigs"].each()]
    discovers = any(name.endswith("SDConfigs") for name, _ in spec.items())
    why = "what it looks at is found by a discovery of its own"
    selector: Maybe[Selector] = Unknown(why, manifest.at) if discovers else Absent(manifest.at)
    endpoint = ScrapeEndpoint(
        port=Absent(manifest.at),
        target_port=Absent(manifest.at),
        path=literal(spec["metricsPath"]),
        scheme=literal(spec["scheme"]),
        interval=spec["scrapeInterval"].value(go_duration, "a duration"),
        at=manifest.at,
    )
    return Monitor(
        **manifest.head,
        namespace=manifest.namespace,
        labels=labels_of(manifest.labels),
        selector=selector,
        every_namespace=Known(value=False, at=manifest.at),
        endpoints=(endpoint,),
        targets=tuple(value for values, _ in lists for value in values),
        targets_complete=spec["staticConfigs"].complete and all(told for _, told in lists) and not discovers,
    )


MONITORS: dict[tuple[str, str], Callable[[Manifest], Monitor]] = {
    ("monitoring.coreos.com", "ServiceMonitor"): _service_monitor,
    ("monitoring.coreos.com", "PodMonitor"): _pod_monitor,
    ("monitoring.coreos.com", "Probe"): _probe,
    ("monitoring.coreos.com", "ScrapeConfig"): _scrape_config,
    ("azmonitoring.coreos.com", "ServiceMonitor"): _service_monitor,
    ("azmonitoring.coreos.com", "PodMonitor"): _pod_monitor,
    ("monitoring.googleapis.com", "PodMonitoring"): _managed_pod_monitor,
}
"""Kinds that tell whom to scrape, by group and kind."""


def _namespaces(node: Node) -> tuple[tuple[Value[str], ...], Value[bool]]:
    """Return the namespaces that are named, and whether all of them are meant."""
    named, complete = known_texts(node["matchNames"])
    everywhere = node["any"].boolean()
    if isinstance(everywhere, Absent):
        everywhere = Known(value=False, at=everywhere.at)
    if not complete or not (node.complete or node.is_absent):
        return named, Unknown("the namespaces that it looks at cannot be told", node.at)
    return named, everywhere


def _endpoint(node: Node) -> ScrapeEndpoint:
    target = node["targetPort"] if node["portNumber"].is_absent else node["portNumber"]
    return ScrapeEndpoint(
        port=literal(node["port"]),
        target_port=literal(target),
        path=literal(node["path"]),
        scheme=literal(node["scheme"]),
        interval=node["interval"].value(go_duration, "a duration"),
        at=node.at,
    )
