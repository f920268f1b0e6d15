"""Lifts the resources of monitoring vendors, which stand beside those of any cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import MonitoringAgent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_VENDORS = {
    "datadog": "Datadog",
    "newrelic": "New Relic",
    "grafana": "Grafana",
    "pagerduty": "PagerDuty",
    "dynatrace": "Dynatrace",
    "signalfx": "Splunk Observability Cloud",
    "checkly": "Checkly",
    "statuscake": "StatusCake",
    "betteruptime": "Better Stack",
    "pingdom": "Pingdom",
    "uptimerobot": "UptimeRobot",
}


def lift_agents(resources: Resources) -> Iterator[MonitoringAgent]:
    """Lift the resources of monitoring vendors."""
    for resource in resources.members:
        vendor = _VENDORS.get(resource.type.split("_", 1)[0])
        if vendor is not None and not resource.data:
            yield MonitoringAgent(
                address=resource.address,
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                vendor=vendor,
            )
