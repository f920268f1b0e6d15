"""What watches from inside the cluster: alert rules of Prometheus, and the agents of vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Alarm, Known, MonitoringAgent, Workload, known_value
from infraaudit.readers.prometheus.expressions import metric_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.kubernetes.manifest import Manifest

_IMAGES = (
    ("datadog/agent", "Datadog"),
    ("datadog/cluster-agent", "Datadog"),
    ("datadoghq/agent", "Datadog"),
    ("datadog/docker-dd-agent", "Datadog"),
    ("newrelic/", "New Relic"),
    ("dynatrace/", "Dynatrace"),
    ("appdynamics/", "AppDynamics"),
    ("instana/agent", "Instana"),
    ("instana-agent", "Instana"),
    ("sysdig/agent", "Sysdig"),
    ("sysdig/", "Sysdig"),
    ("splunk-otel-collector", "Splunk"),
    ("signalfx/", "Splunk"),
    ("elastic-agent", "Elastic"),
    ("beats/metricbeat", "Elastic"),
    ("honeycombio/", "Honeycomb"),
    ("logzio/", "Logz.io"),
    ("lightstep/", "Lightstep"),
)
_GROUPS = {
    "datadoghq.com": "Datadog",
    "dynatrace.com": "Dynatrace",
    "newrelic.com": "New Relic",
    "instana.io": "Instana",
}


def alarms_of(manifest: Manifest) -> Iterator[Alarm]:
    """Yield the alerts of a PrometheusRule; what they look at is told by the names of metrics alone."""
    for group in manifest.body["spec"]["groups"].each():
        for rule in group["rules"].each():
            alert = rule["alert"].string()
            if not isinstance(alert, Known):
                continue
            expression = known_value(rule["expr"].string())
            metrics = metric_names(expression) if expression is not None else ()
            yield Alarm(
                address=f"{manifest.address}[{alert.value}]",
                kind="alert",
                name=alert.value,
                at=alert.at,
                deployment=manifest.deployment,
                metrics=metrics,
                watches=(),
                complete=False,
                enabled=Known(value=True, at=alert.at),
                acts=Known(value=True, at=alert.at),
            )


def agent_of(manifest: Manifest, workloads: tuple[Workload, ...]) -> MonitoringAgent | None:
    """Return the sign of a vendor's monitoring that an object is: its image, or its own kind of object."""
    vendor, at = _GROUPS.get((known_value(manifest.body["apiVersion"].string()) or "").partition("/")[0]), manifest.at
    for container in (container for workload in workloads for container in workload.containers):
        image = container.image
        if isinstance(image, Known) and vendor is None:
            vendor, at = _vendor_of(image.value), image.at
    if vendor is None:
        return None
    return MonitoringAgent(
        address=f"{manifest.address} as agent",
        kind="monitoring agent",
        name=manifest.name,
        at=at,
        deployment=manifest.deployment,
        vendor=vendor,
    )


def _vendor_of(image: str) -> str | None:
    name = f"/{image.partition('@')[0]}"
    return next((vendor for words, vendor in _IMAGES if f"/{words}" in name), None)
