"""Lifts the channels by which Cloud Monitoring tells people, and the checks that ask from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Subscription, Topic, Unknown, UptimeCheck
from infraaudit.readers.terraform.google.defaults import boolean_or_default, duration
from infraaudit.readers.terraform.lifting.arguments import argument, first, is_true, literals
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CHANNEL = "google_monitoring_notification_channel"
_CHECK = "google_monitoring_uptime_check_config"


def lift_channels(resources: Resources) -> Iterator[Topic | Subscription]:
    """Lift the channels: each is a topic that alarms are sent to, with its one subscriber."""
    for resource in resources.of_type(_CHANNEL):
        yield Topic(
            **resource.head,
            delivers=boolean_or_default(argument(resource, "enabled"), f"{_CHANNEL}.enabled"),
            identifiers=literals(argument(resource, "display_name").string()),
        )
        yield Subscription(
            address=f"{resource.address}#receiver",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            topic=Known(resource.address, resource.at),
            endpoint=pointed(resources, first(argument(resource, "labels"))["topic"]),
            protocol=argument(resource, "type").string(),
            dead_letter=Absent(resource.at),
        )


def lift_uptime_checks(resources: Resources) -> Iterator[UptimeCheck]:
    """Lift ``google_monitoring_uptime_check_config``."""
    for resource in resources.of_type(_CHECK):
        period = argument(resource, "period").value(duration, "a number of seconds")
        yield UptimeCheck(
            **resource.head,
            host=_host(resource),
            enabled=Known(value=True, at=resource.at),
            period=period,
            watches_certificate=_certificate(resource),
        )


def _host(check: Resource) -> Maybe[str]:
    """Return the name that a check asks, which is a label of what it looks at; of other things than names none is."""
    kind = argument(check, "monitored_resource.type").string()
    if isinstance(kind, Unknown):
        return kind
    if not isinstance(kind, Known) or kind.value != "uptime_url":
        return Absent(kind.at)
    return first(argument(check, "monitored_resource.labels"))["host"].string().map(str.lower)


def _certificate(check: Resource) -> Maybe[int]:
    node = argument(check, "http_check.validate_ssl")
    return Known(0, node.at) if is_true(node) else Absent(node.at)
